"""The `fields` map as a long table of the few fields that are asked for: set work, no row loop."""

from collections.abc import Iterable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["long_fields", "pivot"]


def long_fields(fields: pa.MapArray, names: Iterable[str]) -> pa.Table:
    """The values of these fields that are there and not empty.

    Args:
        fields: the `fields` column of one batch of `events`.
        names: the field names wanted; further values (`name#2`) are not taken.

    Returns:
        A table of `row` (int64, index into `fields`), `name` and `value` (text), in row order.
    """
    wanted = pa.array(sorted(set(names)), pa.string())
    keys, items = fields.keys, fields.items
    starts = np.asarray(fields.offsets)
    span = slice(int(starts[0]), int(starts[-1])) if len(starts) else slice(0, 0)
    # `keys` and `items` of a sliced array still hold the whole buffer.
    keys, items = keys[span], items[span]
    rows = np.repeat(np.arange(len(fields), dtype=np.int64), np.diff(starts))
    keep = pc.and_(pc.is_in(keys, wanted), pc.greater(pc.fill_null(pc.binary_length(items), 0), 0))
    places = pc.indices_nonzero(keep)
    return pa.table(
        {
            "row": pa.array(rows).take(places),
            "name": keys.take(places),
            "value": items.take(places),
        }
    )


def pivot(long: pa.Table, name: str, rows: int) -> pa.Array:
    """The values of one field as a column of so many rows; null where the field is not there."""
    part = long.filter(pc.equal(long["name"], name)).combine_chunks()
    places = pc.index_in(pa.array(np.arange(rows)), value_set=part["row"].combine_chunks())
    return part["value"].combine_chunks().take(places)
