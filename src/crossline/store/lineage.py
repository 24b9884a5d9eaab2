"""From a row down to the records it rests on, along the one column that carries provenance."""

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow.compute as pc

from crossline.store.delta import Store
from crossline.tables import TABLES, Table, table_of_id

__all__ = ["Step", "find_row", "full_id", "walk"]


@dataclass(frozen=True, slots=True)
class Step:
    """One row met on the way down; `left_out` counts the rows below it that are not unfolded."""

    depth: int
    table: Table
    row: dict[str, object]
    left_out: int = 0


def full_id(store: Store, beginning: str) -> str:
    """The one id that begins so, as reports print it shortened; else the text as it is."""
    table = table_of_id(beginning)
    if table is None or table.id_column is None or not store.exists(table.name):
        return beginning
    begins = pc.starts_with(pc.field(table.id_column), beginning)
    ids = store.read(table.name, [table.id_column], begins)[table.id_column].unique()
    return str(ids[0]) if len(ids) == 1 else beginning


def find_row(store: Store, row_id: str) -> tuple[Table, dict[str, object]] | None:
    """The row with this id (of the first place for an event seen in several files), or None."""
    table = table_of_id(row_id)
    if table is None or table.id_column is None or not store.exists(table.name):
        return None
    rows = store.read(table.name, where=pc.field(table.id_column) == row_id)
    return (table, rows.slice(0, 1).to_pylist()[0]) if rows.num_rows else None


def walk(store: Store, row_id: str, most: int = 5) -> Iterator[Step]:
    """The row, and below it, depth first, at most `most` of the rows that each row rests on.

    A row met before is not unfolded again. Nothing is yielded for an id that is not there.
    """
    seen: set[str] = set()

    def visit(each: str, depth: int) -> Iterator[Step]:
        found = None if each in seen else find_row(store, each)
        seen.add(each)
        if found is None:
            return
        table, row = found
        below = row.get("rests_on")
        ids = [str(item) for item in below] if isinstance(below, list) else []
        if table.name == "events":
            ids = [str(row["source_id"])]
        yield Step(depth, table, row, max(0, len(ids) - most))
        for item in ids[:most]:
            yield from visit(item, depth + 1)

    yield from visit(row_id, 0)


def id_tables() -> list[str]:
    """Names of the tables whose rows have ids."""
    return [name for name, table in TABLES.items() if table.prefix]
