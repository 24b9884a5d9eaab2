"""What a table and a column are, and the types that columns have."""

from dataclasses import dataclass

import pyarrow as pa

__all__ = ["COUNT", "FIELDS", "FLAG", "REAL", "TEXT", "TEXTS", "TIME", "Column", "Table", "table"]

TEXT = pa.string()
FLAG = pa.bool_()
COUNT = pa.int64()
REAL = pa.float64()
TIME = pa.timestamp("us", tz="UTC")
TEXTS = pa.list_(pa.string())
FIELDS = pa.map_(pa.string(), pa.string())


@dataclass(frozen=True, slots=True)
class Column:
    """One column: name, Arrow type, meaning, and the unit or allowed values where it has them."""

    name: str
    type: pa.DataType
    meaning: str
    unit: str = ""
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """One table.

    `key` names the columns that identify a row and order the table. `rests_on` names the tables
    whose ids may stand in the column of that name (empty: the table has no such column).
    `id_column` and `prefix` are set where rows have an id of their own.
    """

    name: str
    meaning: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    rests_on: tuple[str, ...] = ()
    prefix: str = ""
    public: bool = True
    partition_by: tuple[str, ...] = ()

    @property
    def id_column(self) -> str | None:
        """The column that holds this table's own id, or None."""
        return self.columns[0].name if self.prefix else None

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema, `rests_on` included."""
        fields = [pa.field(column.name, column.type) for column in self.columns]
        if self.rests_on:
            fields.append(pa.field("rests_on", TEXTS))
        return pa.schema(fields)


def table(
    name: str,
    meaning: str,
    key: str,
    *columns: Column,
    rests_on: str = "",
    prefix: str = "",
    public: bool = True,
    partition_by: str = "",
) -> Table:
    """A table from its parts, with lists of names as one text each, parted by blanks."""
    return Table(
        name,
        meaning,
        tuple(key.split()),
        columns,
        tuple(rests_on.split()),
        prefix,
        public,
        tuple(partition_by.split()),
    )
