"""Rows to Parquet files of a table, written by any process, invisible until they are committed.

So that workers do the writing and one coordinator only commits: a Delta commit of written files
takes no memory to speak of.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from crossline.tables import TABLES, Table

__all__ = ["NewFile", "write_files"]

# A reader decodes a row group at once, so its size bounds the memory of whoever scans.
_ROWS_PER_GROUP = 8_192


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file written for a table: its name in the table's folder, size, partition and rows."""

    name: str
    size: int
    partition: dict[str, str]
    rows: int

    @property
    def stats(self) -> str:
        """The file's statistics as Delta's protocol wants them ("Per-file Statistics")."""
        return json.dumps({"numRecords": self.rows})


def write_files(
    root: Path, name: str, stem: str, batches: Iterable[pa.RecordBatch]
) -> list[NewFile]:
    """Write the rows of one origin as files of a partitioned table, one a partition.

    Args:
        root: the store's folder.
        name: the table.
        stem: beginning of the files' names, the origin's own: written again, it replaces what a
            killed process left.
        batches: rows under the table's schema; each batch becomes a row group of its partitions,
            so memory stays flat.
    """
    table = TABLES[name]
    folder = root / name
    folder.mkdir(parents=True, exist_ok=True)
    writers: dict[tuple[str, ...], pq.ParquetWriter] = {}
    rows: dict[tuple[str, ...], int] = {}
    names: dict[tuple[str, ...], str] = {}
    try:
        for batch in batches:
            for partition, part in _partitioned(table, pa.Table.from_batches([batch])):
                if partition not in writers:
                    names[partition] = f"{stem}-{len(writers):05}.parquet"
                    place = folder / names[partition]
                    writers[partition] = pq.ParquetWriter(place, part.schema, compression="zstd")
                    rows[partition] = 0
                writers[partition].write_table(part, row_group_size=_ROWS_PER_GROUP)
                rows[partition] += part.num_rows
    finally:
        for writer in writers.values():
            writer.close()
    return [
        NewFile(
            names[partition],
            (folder / names[partition]).stat().st_size,
            dict(zip(table.partition_by, partition, strict=True)),
            rows[partition],
        )
        for partition in writers
    ]


def _partitioned(table: Table, rows: pa.Table) -> Iterator[tuple[tuple[str, ...], pa.Table]]:
    """The rows of each partition without the columns that name it, as Delta's files are."""
    columns = list(table.partition_by)
    for values in rows.group_by(columns).aggregate([]).to_pylist():
        mine = [pc.equal(rows[column], values[column]) for column in columns]
        chosen = mine[0]
        for each in mine[1:]:
            chosen = pc.and_(chosen, each)
        yield tuple(values[column] for column in columns), rows.filter(chosen).drop_columns(columns)
