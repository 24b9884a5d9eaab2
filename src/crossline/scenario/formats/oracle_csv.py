"""Oracle unified audit as the CSV that an export of the view gives.

Fields by the view's column names (`DBUSERNAME`, `ACTION_NAME`, `OBJECT_NAME`, `SQL_TEXT`,
`SQL_BINDS` …). Times are the database's local time, in UTC beside it. Statements are cut at 4,000
characters, as exporters cut them. Settings: `old_build` (no `EVENT_TIMESTAMP_UTC`),
`no_statement` (statement and binds are not kept).
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain
from typing import BinaryIO

from crossline.scenario.formats.filling import drawn
from crossline.scenario.formats.lines import MONTHS, cell, local, write_lines
from crossline.scenario.record import LogSource, Record, Value

__all__ = ["write"]

_COLUMNS = (
    "AUDIT_TYPE", "SESSIONID", "ENTRY_ID", "STATEMENT_ID", "EVENT_TIMESTAMP_UTC",
    "EVENT_TIMESTAMP", "OS_USERNAME", "USERHOST", "TERMINAL", "DBUSERNAME",
    "CLIENT_PROGRAM_NAME", "ACTION_NAME", "RETURN_CODE", "OBJECT_SCHEMA", "OBJECT_NAME",
    "SYSTEM_PRIVILEGE_USED", "UNIFIED_AUDIT_POLICIES", "SQL_TEXT", "SQL_BINDS",
)  # fmt: skip
_LONGEST_STATEMENT = 4000


def write(records: Iterable[Record], source: LogSource, out: BinaryIO) -> Iterator[int]:
    """Write one table; yields the first line of each row.

    A change of `old_build` takes effect with the next file: columns do not change inside one.
    """
    rows = iter(records)
    first = next(rows, None)
    if first is None:
        return
    old = source.setting("old_build", first.time)
    columns = [name for name in _COLUMNS if not (old and name == "EVENT_TIMESTAMP_UTC")]
    out.write((",".join(columns) + "\n").encode())
    yield from write_lines(chain([first], rows), out, lambda record: _row(record, columns), 2)


def _row(record: Record, columns: list[str]) -> str:
    number = drawn(record)
    made: dict[str, Value] = {
        "AUDIT_TYPE": "Standard",
        "SESSIONID": 2_900_000_000 + number % 99_999_999,
        "ENTRY_ID": 1 + (number >> 32) % 40,
        "STATEMENT_ID": 1 + (number >> 40) % 60,
        "TERMINAL": "unknown",
        "RETURN_CODE": 0,
        "UNIFIED_AUDIT_POLICIES": "CDR_READ",
        **record.fields,
        "EVENT_TIMESTAMP_UTC": _stamp(record.time),
        "EVENT_TIMESTAMP": _stamp(local(record)),
    }
    if "SQL_TEXT" in made:
        made["SQL_TEXT"] = str(made["SQL_TEXT"])[:_LONGEST_STATEMENT]
    if record.source.settings and record.source.setting("no_statement", record.time):
        made |= {"SQL_TEXT": "", "SQL_BINDS": ""}
    return ",".join([cell(made[name]) if name in made else "" for name in columns])


def _stamp(when: datetime) -> str:
    month = MONTHS[when.month - 1].upper()
    return f"{when:%d}-{month}-{when:%y %I.%M.%S.%f %p}"
