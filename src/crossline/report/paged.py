"""Tables that the page shows a hundred rows at a time."""

from dataclasses import dataclass

import pyarrow as pa

__all__ = ["PagedTable", "TableColumn"]


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column of a paged table; `kind` says how a value is shown and sorted.

    Kinds: `text`, `mono`, `time` (microseconds since 1970), `number`, `bits`, `level`, `rule`
    (title, with the author from the column `author`), `story` (an intrusion's id), `record`
    (place, opening the event in the column `event`), `source` (an id of a source).
    """

    key: str
    label: str
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class PagedTable:
    """A table shown a hundred rows at a time; `total` counts rows not embedded as well."""

    name: str
    caption: str
    columns: tuple[TableColumn, ...]
    rows: pa.Table
    total: int
