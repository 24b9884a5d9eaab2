"""The result tables as Parquet and CSV, as users' scripts read them."""

from collections.abc import Iterable
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from crossline.report.facts import Facts
from crossline.store import sorted_by_key
from crossline.tables import TABLES

__all__ = ["csv_form", "write_tables"]

_ROW_GROUP = 65_536
# Lists become JSON text row by row; a few thousand rows at a time keep memory flat.
_ROWS_OF_TEXT = 2_048


def write_tables(facts: Facts, folder: Path, all_events: bool) -> dict[str, int]:
    """Write `NAME.parquet` and `NAME.csv` for every public table that exists; rows by table.

    `events` holds the events that a result rests on, or all of them with `all_events`; events are
    written one organisation at a time, so memory is that of the largest.
    """
    folder.mkdir(parents=True)
    counts = {}
    for name, table in TABLES.items():
        if table.public and facts.tables.store.exists(name):
            parts = (
                facts.events_by_organisation(None if all_events else facts.event_ids)
                if name == "events"
                else [facts.tables.read(name)]
            )
            counts[name] = _write(name, parts, folder)
    return counts


def _write(name: str, parts: Iterable[pa.Table], folder: Path) -> int:
    schema, rows = TABLES[name].schema, 0
    flat = csv_form(schema.empty_table()).schema
    with (
        pq.ParquetWriter(folder / f"{name}.parquet", schema, compression="zstd") as parquet,
        pacsv.CSVWriter(folder / f"{name}.csv", flat) as csv,
    ):
        for part in parts:
            table = sorted_by_key(TABLES[name], part)
            parquet.write_table(table, row_group_size=_ROW_GROUP)
            for batch in table.to_batches(max_chunksize=_ROWS_OF_TEXT):
                csv.write_table(csv_form(pa.Table.from_batches([batch])))
            rows += len(table)
    return rows


def csv_form(table: pa.Table) -> pa.Table:
    """The table with lists and maps as JSON text and times as `2020-05-02T02:55:31.000000Z`."""
    columns = [_flat(table.column(name)) for name in table.column_names]
    return pa.table(dict(zip(table.column_names, columns, strict=True)))


def _flat(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_timestamp(column.type):
        return pc.strftime(column.cast(pa.timestamp("us")), format="%Y-%m-%dT%H:%M:%SZ")
    if pa.types.is_map(column.type):
        return pa.chunked_array(
            [[_json(_mapping(value)) for value in column.to_pylist()]], pa.string()
        )
    if pa.types.is_list(column.type):
        return pa.chunked_array([[_json(value) for value in column.to_pylist()]], pa.string())
    return column


def _mapping(pairs: list[tuple[str, str]] | None) -> dict[str, str] | None:
    return None if pairs is None else dict(pairs)


def _json(value: object) -> str | None:
    return None if value is None else orjson.dumps(value).decode()
