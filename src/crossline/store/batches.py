"""Batches of one size, whatever sizes they came in."""

from collections.abc import Iterable, Iterator

import pyarrow as pa

__all__ = ["joined"]

# Enough rows to be worth the fixed work done on a batch, few enough bytes for flat memory.
_MOST_ROWS = 25_000
_ENOUGH_BYTES = 16 * 2**20


def joined(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The rows in their order, in batches of at most 25,000 rows that end after 16 MiB.

    A batch that is larger by itself stays whole; empty ones are left out.
    """
    held: list[pa.RecordBatch] = []
    rows = size = 0
    for batch in batches:
        if held and rows + batch.num_rows > _MOST_ROWS:
            yield pa.concat_batches(held)
            held, rows, size = [], 0, 0
        if batch.num_rows:
            held.append(batch)
            rows += batch.num_rows
            size += batch.nbytes
        if size >= _ENOUGH_BYTES:
            yield pa.concat_batches(held)
            held, rows, size = [], 0, 0
    if held:
        yield pa.concat_batches(held)
