"""What kinds of records stand in a table of events, and which fields they have."""

import re
from collections import defaultdict
from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from crossline.sigma.logsources import Record
from crossline.sigma.planning import Plan

__all__ = ["FURTHER_VALUE", "ROUTED_BY", "encoded", "fields_seen", "looked_at", "records_of"]

ROUTED_BY = ("format", "channel", "provider", "event_code")
"""The columns that tell records apart for routing, in the order of `Record`."""

FURTHER_VALUE = re.compile(r"#\d+$")
"""What further values of one field have at the end of its name."""


def encoded(column: pa.ChunkedArray | pa.Array) -> tuple[NDArray[np.int32], list[str]]:
    """Codes and texts of a column of text; a null has code -1."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    coded = pc.dictionary_encode(array)
    codes = pc.fill_null(coded.indices, -1).to_numpy(zero_copy_only=False)
    return codes.astype(np.int32, copy=False), coded.dictionary.to_pylist()


def records_of(table: pa.Table) -> tuple[list[Record], NDArray[np.int64]]:
    """The kinds of records, each once, and for each row the number of its kind."""
    columns = [encoded(table[name]) for name in ROUTED_BY]
    key = np.zeros(table.num_rows, np.int64)
    for codes, texts in columns:
        key = key * (len(texts) + 1) + codes + 1
    _, firsts, inverse = np.unique(key, return_index=True, return_inverse=True)
    kinds = [
        tuple(texts[codes[row]] if codes[row] >= 0 else None for codes, texts in columns)
        for row in firsts
    ]
    return kinds, inverse  # type: ignore[return-value]


def looked_at(plan: Plan, table: pa.Table) -> pa.Array:
    """For each row, whether some rule of the plan looks at it."""
    kinds, of_row = records_of(table)
    routed = np.array([bool(plan.route(kind)) for kind in kinds], np.bool_)
    return pa.array(routed[of_row])


def fields_seen(table: pa.Table) -> Mapping[Record, frozenset[str]]:
    """Per kind of record the fields that some record of it has."""
    kinds, of_row = records_of(table)
    maps = table["fields"].combine_chunks()
    offsets = maps.offsets.to_numpy()
    codes, names = encoded(maps.keys.slice(offsets[0], offsets[-1] - offsets[0]))
    pairs = np.repeat(of_row, np.diff(offsets)) * len(names) + codes
    found: defaultdict[Record, set[str]] = defaultdict(set)
    for pair in np.unique(pairs).tolist():
        kind, name = divmod(pair, len(names))
        found[kinds[kind]].add(FURTHER_VALUE.sub("", names[name]))
    return {kind: frozenset(found[kind]) for kind in kinds}
