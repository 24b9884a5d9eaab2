"""DuckDB over the tables: set work that is stated in one query."""

import tempfile
from collections.abc import Mapping

import duckdb
import pyarrow as pa
import pyarrow.dataset as ds

__all__ = ["connect"]

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
