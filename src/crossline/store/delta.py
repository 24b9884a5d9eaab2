"""The case's tables on Delta Lake: appended or replaced in one atomic commit each.

Readers of the tables see whole commits only, whatever moment a writer is killed at. A commit that
would change nothing is not made, so a table's fingerprint changes only with its contents.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq
from deltalake import CommitProperties, DeltaTable, WriterProperties, write_deltalake
from deltalake.exceptions import TableNotFoundError
from deltalake.transaction import AddAction, RemoveAction
from pyarrow.fs import LocalFileSystem, SubTreeFileSystem

from crossline.store.batches import joined
from crossline.store.files import NewFile
from crossline.tables import TABLES, Table

__all__ = ["Among", "Chosen", "Part", "Store", "empty", "sorted_by_key", "table_digest"]

_ROWS_PER_READ = 2_048
_ROWS_PER_DIGEST = 8_192
_DIGEST = "crossline.digest"
_WRITER = WriterProperties(compression="ZSTD", max_row_group_size=8_192)


def empty(name: str) -> pa.Table:
    """A table of that name without rows."""
    return TABLES[name].schema.empty_table()


def sorted_by_key(table: Table, rows: pa.Table) -> pa.Table:
    """The rows under the declared schema, in the order of the table's key."""
    rows = rows.select(table.schema.names).cast(table.schema)
    order = [(name, "ascending") for name in table.key]
    return rows.take(pc.sort_indices(rows, sort_keys=order)).combine_chunks()


def table_digest(rows: pa.Table) -> str:
    """SHA-256 over the rows in their order, independent of how they were chunked."""
    state = hashlib.sha256()

    class _Sink:
        closed = False

        def write(self, data: pa.Buffer) -> int:
            state.update(data)
            return len(data)

        def flush(self) -> None: ...

        def close(self) -> None: ...

    with pa.ipc.new_stream(pa.PythonFile(_Sink(), mode="w"), rows.schema) as writer:
        for start in range(0, rows.num_rows, _ROWS_PER_DIGEST):
            piece = rows.slice(start, _ROWS_PER_DIGEST)
            # Taken, for a slice carries the buffers of the whole.
            fresh = piece.take(pa.array(range(piece.num_rows), pa.int64())).combine_chunks()
            writer.write_table(fresh)
    return state.hexdigest()


Among = tuple[str, pa.Array]
"""A column, and the values of which a row must have one."""

Chosen = tuple[tuple[str, ...], Callable[[pa.Table], pa.Array]]
"""Columns, and a function that tells from them which rows are wanted."""


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a table: its path in the table's folder, and the columns its place stands for."""

    path: str
    partition: dict[str, str]


class Store:
    """The tables of one case, each a Delta table in a folder of its name under `root`."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def _open(self, name: str) -> DeltaTable | None:
        try:
            return DeltaTable(str(self.root / name))
        except TableNotFoundError:
            return None

    def exists(self, name: str) -> bool:
        """Whether the table was ever written."""
        return self._open(name) is not None

    def fingerprint(self, name: str) -> str:
        """A text that changes whenever the table was changed; `absent` before the first write."""
        table = self._open(name)
        return "absent" if table is None else f"{table.metadata().id}:{table.version()}"

    def dataset(self, name: str) -> ds.Dataset:
        """The table as an Arrow dataset (lazy); empty if it was never written."""
        table = self._open(name)
        if table is None:
            return ds.dataset(empty(name))
        # Arrow's own file system: Delta's calls back into Python from Arrow's threads.
        place = SubTreeFileSystem(str(self.root / name), LocalFileSystem())
        return table.to_pyarrow_dataset(filesystem=place)

    def read(
        self, name: str, columns: Sequence[str] | None = None, where: ds.Expression | None = None
    ) -> pa.Table:
        """All rows, sorted by key where the key's columns are read."""
        rows = self.dataset(name).to_table(columns=list(columns) if columns else None, filter=where)
        key = [column for column in TABLES[name].key if column in rows.column_names]
        return rows.sort_by([(column, "ascending") for column in key]) if key else rows

    def scan(
        self, name: str, columns: Sequence[str] | None = None, among: Among | None = None
    ) -> Iterator[pa.RecordBatch]:
        """All rows in no particular order, in batches as `scan_part` gives them."""
        for part in self.parts(name):
            yield from self.scan_part(name, part, columns, among)

    def parts(self, name: str) -> list[Part]:
        """The files that make up the table, sorted; each can be scanned on its own."""
        if not self.exists(name):
            return []
        fragments = self.dataset(name).get_fragments()
        of = ds.get_partition_keys
        parts = [Part(each.path, of(each.partition_expression)) for each in fragments]
        return sorted(parts, key=lambda part: part.path)

    def part_digest(self, name: str, part: Part) -> str:
        """SHA-256 of one of the table's files: its name may be used again for other rows."""
        with (self.root / name / part.path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def scan_part(
        self,
        name: str,
        part: Part,
        columns: Sequence[str] | None = None,
        among: Among | Chosen | None = None,
    ) -> Iterator[pa.RecordBatch]:
        """The rows of one of the table's `parts`, in batches of up to 25,000 rows or 16 MiB.

        `among` = (column, values) keeps the rows that have one of the values, `among` = (columns,
        function) those that the function chooses; what holds none is not decoded beyond these
        columns.
        """
        wanted = list(columns or TABLES[name].schema.names)
        schema = pa.schema([TABLES[name].schema.field(each) for each in wanted])
        stored = [each for each in wanted if each not in part.partition]
        # Not through Arrow's dataset scanner, which holds three times as much.
        file = pq.ParquetFile(self.root / name / part.path, pre_buffer=False)
        batches = _rows_among(file, stored, among) if among else _all_rows(file, stored)
        for batch in joined(batches):
            yield _completed(batch, part, schema)

    def commit(self, name: str, files: Sequence[NewFile]) -> None:
        """Add files that `write_files` wrote, in one atomic commit."""
        table = TABLES[name]
        actions: list[AddAction | RemoveAction] = [
            AddAction(file.name, file.size, file.partition, 0, data_change=True, stats=file.stats)
            for file in files
        ]
        # Through an empty table, so that Arrow's types become Delta's in one place only.
        if not self.exists(name):
            self.append(name, empty(name))
        delta = DeltaTable(str(self.root / name))
        delta.create_write_transaction(actions, "append", delta.schema(), list(table.partition_by))

    def append(self, name: str, rows: pa.Table) -> None:
        """Add rows in one atomic commit."""
        write_deltalake(
            str(self.root / name),
            rows,
            mode="append",
            partition_by=list(TABLES[name].partition_by) or None,
            writer_properties=_WRITER,
        )

    def replace(self, name: str, rows: pa.Table, where: tuple[str, str] | None = None) -> bool:
        """Make the table hold just these rows, in one atomic commit; True if that changed it.

        With `where` = (column, value) only rows with that value are replaced, and all given rows
        must have it.

        Raises:
            ValueError: two rows have the same key.
        """
        table = TABLES[name]
        rows = sorted_by_key(table, rows)
        _check_key(table, rows)
        digest = table_digest(rows)
        exists = self.exists(name)
        if exists and self._digest_of(name, where) == digest:
            return False
        write_deltalake(
            str(self.root / name),
            rows,
            mode="overwrite",
            schema_mode=None if where else "overwrite",
            predicate=f"{where[0]} = '{where[1]}'" if where and exists else None,
            # Of a part of the table, it would pass for that of the whole.
            commit_properties=CommitProperties(custom_metadata={} if where else {_DIGEST: digest}),
            writer_properties=_WRITER,
        )
        return True

    def _digest_of(self, name: str, where: tuple[str, str] | None) -> str | None:
        """The digest of the rows there, as the last commit states it if it replaced them all."""
        if where is None:
            last = DeltaTable(str(self.root / name)).history(1)[0]
            return last.get(_DIGEST)
        rows = self.read(name, where=pc.field(where[0]) == where[1])
        return table_digest(sorted_by_key(TABLES[name], rows))

    def delete(self, name: str, column: str, values: Sequence[str]) -> None:
        """Remove the rows whose column has one of these values, in one atomic commit."""
        table = self._open(name)
        if table is not None and values:
            quoted = ", ".join("'" + value.replace("'", "''") + "'" for value in values)
            table.delete(f"{column} IN ({quoted})")

    def tidy(self, name: str) -> None:
        """Join small files into larger ones and drop files that no commit refers to any more."""
        table = self._open(name)
        if table is None:
            return
        if len(table.file_uris()) > 1:
            table.optimize.compact(max_concurrent_tasks=1, writer_properties=_WRITER)
        table.vacuum(retention_hours=0, enforce_retention_duration=False, dry_run=False)


def _all_rows(file: pq.ParquetFile, columns: list[str]) -> Iterator[pa.RecordBatch]:
    yield from file.iter_batches(_ROWS_PER_READ, columns=columns, use_threads=False)


def _rows_among(
    file: pq.ParquetFile, columns: list[str], among: Among | Chosen
) -> Iterator[pa.RecordBatch]:
    keys, choose = _chosen(among)
    for group in range(file.num_row_groups):
        chosen = choose(file.read_row_group(group, list(keys), use_threads=False))
        if pc.any(chosen).as_py():
            rows = file.read_row_group(group, columns, use_threads=False)
            yield from rows.filter(chosen).to_batches()


def _chosen(among: Among | Chosen) -> Chosen:
    """What `among` says as columns and a function."""
    keys, wanted = among
    if isinstance(keys, tuple):
        return keys, cast("Callable[[pa.Table], pa.Array]", wanted)
    values = cast("pa.Array", wanted)
    return (keys,), lambda rows: pc.is_in(rows[keys], values.cast(rows[keys].type))


def _completed(batch: pa.RecordBatch, part: Part, schema: pa.Schema) -> pa.RecordBatch:
    """The batch under its declared schema, with the columns that name its partition."""
    arrays = [
        pa.repeat(part.partition[name], batch.num_rows) if name in part.partition else batch[name]
        for name in schema.names
    ]
    # Cast: a column of nulls only comes back without its type.
    return pa.RecordBatch.from_arrays(arrays, names=schema.names).cast(schema)


def _check_key(table: Table, rows: pa.Table) -> None:
    distinct = rows.group_by(list(table.key)).aggregate([]).num_rows
    if distinct != rows.num_rows:
        raise ValueError(f"{table.name}: {rows.num_rows - distinct} rows share a key {table.key}")
