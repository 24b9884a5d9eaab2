"""DuckDB over the tables: set work that is stated in one query."""

import tempfile
from collections.abc import Mapping
from typing import cast

import duckdb
import pyarrow as pa
import pyarrow.dataset as ds

__all__ = ["connect", "select"]

# Spills to disk beyond this; reason: a stage's process stays under 600 MiB.
_MEMORY = "256MB"


def connect(tables: Mapping[str, ds.Dataset | pa.Table]) -> duckdb.DuckDBPyConnection:
    """A connection that sees just these tables, in UTC, with bounded memory.

    Fetch results as Arrow (`to_arrow_table`): as Python rows, DuckDB would ask for a time-zone
    library of its own.
    """
    connection = duckdb.connect()
    connection.execute("SET temp_directory = ?", [tempfile.gettempdir()])
    connection.execute(f"SET TimeZone = 'UTC'; SET memory_limit = '{_MEMORY}'; SET threads = 2")
    for name, table in tables.items():
        connection.register(name, table)
    return connection


def select(
    tables: Mapping[str, ds.Dataset | pa.Table],
    query: str,
    parameters: Mapping[str, object] | None = None,
) -> pa.Table:
    """The rows of one query over just these tables; see `connect`. `$name` takes a parameter."""
    found = connect(tables).sql(query, params=dict(parameters) if parameters else None)
    return cast("pa.Table", found.to_arrow_table())
