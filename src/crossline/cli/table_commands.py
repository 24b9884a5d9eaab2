"""Commands that look into a case's tables: `explain` and `sql`."""

import csv
import sys
from pathlib import Path
from typing import Annotated

import duckdb
import orjson
import typer
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from crossline.case import open_case
from crossline.cli.words import describe, printable
from crossline.kernel.errors import UsageError
from crossline.store import Store, connect
from crossline.store.lineage import full_id, id_tables, walk
from crossline.tables import TABLES, table_of_id

__all__ = ["register"]

CaseFolder = Annotated[Path, typer.Argument(metavar="CASE", help="The case folder.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command("explain")(explain_command)
    app.command("sql")(sql_command)


def explain_command(
    case: CaseFolder,
    row_id: Annotated[
        str, typer.Argument(metavar="ID", help="An id from the report or a table, such as de_1f….")
    ],
    most: Annotated[int, typer.Option("--most", min=1, help="Rows shown below each row.")] = 5,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a row.")] = False,
) -> None:
    """Walk from a row down to the records it rests on, in plain words.

    Example:  crossline explain lantern in_3f9a0c…
    """
    store = Store(open_case(case).store)
    if table_of_id(row_id) is None:
        known = ", ".join(f"{TABLES[name].prefix}_… ({name})" for name in id_tables())
        raise UsageError(f"{row_id}: not an id. Ids look like {known}")
    steps = list(walk(store, full_id(store, row_id.rstrip("….")), most))
    if not steps:
        raise UsageError(f"{row_id}: no such row in {case}. Has `crossline run {case}` been run?")
    for step in steps:
        if as_json:
            line = {"depth": step.depth, "table": step.table.name, "row": step.row}
            sys.stdout.write(orjson.dumps(line, default=str).decode() + "\n")
            continue
        indent = "  " * step.depth
        for text in describe(step.table.name, step.row):
            sys.stdout.write(indent + text + "\n")
        if step.left_out:
            sys.stdout.write(f"{indent}  … and {step.left_out} more rows: `--most` shows more\n")


def sql_command(
    case: CaseFolder,
    query: Annotated[
        str, typer.Argument(metavar="QUERY", help="A SELECT over any table (DuckDB's SQL).")
    ],
    jsonl: Annotated[bool, typer.Option("--jsonl", help="One JSON object a line.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="CSV with a header.")] = False,
) -> None:
    """Query the case's tables with SQL. Nothing can be changed by it.

    `crossline sql CASE "show tables"` lists them; columns are in docs/reference/tables.md.

    Example:  crossline sql lantern "select host, count(*) from events group by host"

    Example:  crossline sql lantern "select fields['Image'] from events where event_code = '1'"
    """
    store = Store(open_case(case).store)
    connection = connect({name: store.dataset(name) for name in TABLES})
    # From here on, the query sees the tables and no file of this machine.
    connection.execute("SET enable_external_access = false; SET lock_configuration = true")
    try:
        result = connection.sql(query)
        if result is None:
            raise UsageError("sql: no query. Give a SELECT")
        _write(result, jsonl, as_csv)
    except duckdb.Error as error:
        raise UsageError(f"sql: {error}") from error


def _write(result: duckdb.DuckDBPyRelation, jsonl: bool, as_csv: bool) -> None:
    """The rows as they come; columns by their place, for two may have one name."""
    names = result.columns
    rows = (
        row
        for batch in result.to_arrow_reader(1000)
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True)
    )
    if as_csv or not (jsonl or sys.stdout.isatty()):
        table = csv.writer(sys.stdout, lineterminator="\n")
        table.writerow(names)
        table.writerows([_cell(value) for value in row] for row in rows)
    elif jsonl:
        for row in rows:
            line = orjson.dumps(dict(zip(names, row, strict=True)), default=str)
            sys.stdout.write(line.decode() + "\n")
    else:
        grid = Grid(*names)
        for row in rows:
            grid.add_row(*(Text("" if value is None else printable(value)) for value in row))
        Console().print(grid)


def _cell(value: object) -> object:
    nested = isinstance(value, list | dict | tuple)
    return orjson.dumps(value, default=str).decode() if nested else value
