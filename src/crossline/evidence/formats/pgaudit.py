"""PostgreSQL's log in CSV form, with the records of pgAudit taken apart.

The message of an audit record is CSV itself. Columns: PostgreSQL documentation, "Error Reporting
and Logging", csvlog (23 columns to version 12, one more in 13, 26 from 14 on); pgAudit's README,
"Format".
"""

import csv
import re
from collections.abc import Iterator
from typing import BinaryIO

from crossline.evidence.formats.csv_records import Row, rows, values_of
from crossline.evidence.formats.in_lines import first_lines
from crossline.evidence.sources import Flaw, Parsed, Records

__all__ = ["read", "recognises"]

_COLUMNS = (
    "log_time", "user_name", "database_name", "process_id", "connection_from", "session_id",
    "session_line_num", "command_tag", "session_start_time", "virtual_transaction_id",
    "transaction_id", "error_severity", "sql_state_code", "message", "detail", "hint",
    "internal_query", "internal_query_pos", "context", "query", "query_pos", "location",
    "application_name", "backend_type", "leader_pid", "query_id",
)  # fmt: skip
_LEAST = 23
_AUDIT = (
    "AUDIT_TYPE", "STATEMENT_ID", "SUBSTATEMENT_ID", "CLASS", "COMMAND", "OBJECT_TYPE",
    "OBJECT_NAME", "STATEMENT", "PARAMETER", "ROWS",
)  # fmt: skip
_LEAST_AUDIT = 9
_MESSAGE = _COLUMNS.index("message")
_MARK = "AUDIT: "
_VALUE = r'(?:"[^"]*"|[^",]*)'
_START = re.compile(
    r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)? [\w+:-]+,"
    rf"{_VALUE},{_VALUE},\d*,{_VALUE},[0-9a-f]+\.[0-9a-f]+,\d+,"
)


def recognises(head: bytes) -> bool:
    """Whether one of the first two lines begins a record of the log."""
    return any(_START.match(line) for line in first_lines(head)[:2])


def read(stream: BinaryIO) -> Iterator[Records | Flaw]:
    """Records over one or more lines; locators are the lines on which they begin."""
    for some in rows(stream, lambda _: (",", _LEAST)):
        if isinstance(some, Flaw):
            yield some
        else:
            yield from _records(some)


def _records(some: list[Row]) -> Iterator[Records | Flaw]:
    parsed: list[Parsed] = []
    found = Records([], [], "parsed", parsed)
    for row in some:
        record = _parsed(row)
        if isinstance(record, str):
            yield Flaw("record", row.line, record)
            continue
        parsed.append(record)
        found.texts.append(row.text)
        found.locators.append(row.line)
    if parsed:
        yield found


def _parsed(row: Row) -> Parsed | str:
    try:
        values = values_of(row.text, ",")
    except csv.Error as error:
        return f"not a record of CSV: {error}"
    if not _START.match(row.text.decode("utf-8", "replace")):
        return "not a record of PostgreSQL's csvlog"
    names = _COLUMNS[: len(values)]
    parts: dict[str, str | None] = {
        name: value for name, value in zip(names, values, strict=False) if value
    }
    note = None
    if row.is_cut or len(values) < _LEAST:
        note = f"has {len(values)} columns where {_LEAST} are the least: it is cut"
    message = values[_MESSAGE] if len(values) > _MESSAGE else ""
    if message.startswith(_MARK):
        del parts["message"]
        note = _take_apart(message.removeprefix(_MARK), parts) or note
    return Parsed("pgaudit", tuple(parts), [*parts.values()], note)


def _take_apart(message: str, parts: dict[str, str | None]) -> str | None:
    """Add the fields of an audit record, and say what is wrong with it."""
    try:
        values = values_of(message.encode(), ",")
    except csv.Error:
        parts["message"] = _MARK + message
        return "the audit record in it is no CSV"
    parts.update({name: value for name, value in zip(_AUDIT, values, strict=False) if value})
    return None if len(values) >= _LEAST_AUDIT else "the audit record in it is cut"
