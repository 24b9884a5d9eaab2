"""Tables with a head that telecom's systems export as CSV, told apart by the names in the head.

Oracle's unified audit trail, the file audit of a mediation system, the access log of customer care
and its neighbours, and a ticket system's list. Columns may stand in any order, and there may be
more of them; the delimiter is a comma, a semicolon, a tab or a bar. Oracle names its columns in
UNIFIED_AUDIT_TRAIL; for the other three there is no standard, so only their usual names are known.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from crossline.evidence.formats.csv_records import Layout, Row, rows, values_of
from crossline.evidence.formats.day_months import in_iso
from crossline.evidence.formats.in_lines import first_lines
from crossline.evidence.sources import Flaw, Parsed, Records

__all__ = ["read", "recognises"]

_DELIMITERS = (",", ";", "\t", "|")
_THOUSANDS = re.compile(r"\d{1,3}(?:[.,' \u00a0]\d{3})+")
_ZONE = re.compile(r"[+-]\d\d:?\d\d|Z|UTC")
_UTC_TIME = "EVENT_TIMESTAMP_UTC"


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of table: the columns that it must have, and further ones of which it has one."""

    shape: str
    all_of: frozenset[str]
    any_of: frozenset[str]
    times: tuple[str, ...]
    counts: frozenset[str] = frozenset()


def _kind(shape: str, all_of: str, any_of: str, times: str, counts: str = "") -> _Kind:
    return _Kind(
        shape,
        frozenset(all_of.split()),
        frozenset(any_of.split()),
        tuple(times.split()),
        frozenset(counts.split()),
    )


_KINDS = (
    _kind(
        "ora_csv", "DBUSERNAME ACTION_NAME",
        "OBJECT_NAME SQL_TEXT RETURN_CODE UNIFIED_AUDIT_POLICIES",
        "EVENT_TIMESTAMP_UTC EVENT_TIMESTAMP",
    ),
    _kind(
        "mediation", "operation file_name", "node feed records bytes", "ts_local ts timestamp time",
        "records bytes",
    ),
    _kind(
        "crm", "action user", "customer_ref subscriber_key contact_id",
        "event_time timestamp time ts",
    ),
    _kind("ticket", "ticket_id opened", "category summary requester", "opened"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Head:
    """What a head says: the kind of table, how it is cut, and its names as they are known."""

    kind: _Kind
    delimiter: str
    names: tuple[str, ...]


def recognises(head: bytes) -> bool:
    """Whether the first line names the columns of a table that is known."""
    lines = first_lines(head)
    return bool(lines) and _head_of(lines[0].encode()) is not None


def read(stream: BinaryIO) -> Iterator[Records | Flaw]:
    """Records over one or more lines; locators are the lines on which they begin."""
    table = _Table()
    for some in rows(stream, table.layout):
        if isinstance(some, Flaw):
            yield some
        else:
            yield from table.records(some)
    if table.head is None:
        yield Flaw("file", 1, "the head names no table that is known")


def _head_of(line: bytes) -> _Head | None:
    for delimiter in _DELIMITERS:
        try:
            stated = [name.strip() for name in values_of(line.strip(), delimiter)]
        except csv.Error:
            continue
        lower = {name.lower() for name in stated}
        for kind in _KINDS:
            if _has(lower, kind):
                known = {name.lower(): name for name in (*kind.all_of, *kind.any_of, *kind.times)}
                names = (known.get(name.lower(), _cased(kind, name)) for name in stated)
                return _Head(kind, delimiter, tuple(names))
    return None


def _has(names: set[str], kind: _Kind) -> bool:
    must, may = ({name.lower() for name in some} for some in (kind.all_of, kind.any_of))
    return must <= names and bool(may & names) and any(t.lower() in names for t in kind.times)


def _cased(kind: _Kind, name: str) -> str:
    """Oracle's names are upper case, whatever the exporter made of them."""
    return name.upper() if kind.shape == "ora_csv" else name


class _Table:
    """Rows to records; a date that can be read in two ways is read by the dates before it."""

    def __init__(self) -> None:
        self.head: _Head | None = None
        self._last_date = ""
        self._has_begun = False

    def layout(self, line: bytes) -> Layout | None:
        """What the head says of the records."""
        self.head = _head_of(line)
        return (self.head.delimiter, len(self.head.names)) if self.head else None

    def records(self, some: list[Row]) -> Iterator[Records | Flaw]:
        if self.head is None:
            return
        parsed: list[Parsed] = []
        found = Records([], [], "parsed", parsed)
        start, self._has_begun = (0 if self._has_begun else 1), True  # the head is no record
        for row in some[start:]:
            try:
                values = values_of(row.text, self.head.delimiter)
            except csv.Error as error:
                yield Flaw("record", row.line, f"not a record of CSV: {error}")
                continue
            parsed.append(self._parsed(self.head, values, row))
            found.texts.append(row.text)
            found.locators.append(row.line)
        if parsed:
            yield found

    def _parsed(self, head: _Head, values: list[str], row: Row) -> Parsed:
        kind, names = head.kind, head.names
        note = _note(len(values), len(names), row)
        names += tuple(f"column {place}" for place in range(len(names) + 1, len(values) + 1))
        parts: dict[str, str | None] = {
            name: _number(value) if name in kind.counts else value
            for name, value in zip(names, (each.strip() for each in values), strict=False)
        }
        shape = kind.shape
        if shape == "ora_csv" and not parts.get(_UTC_TIME):
            shape = "ora_csv_local"
        time = next((parts[name] for name in kind.times if parts.get(name)), None)
        if time and shape != "ora_csv":
            iso, doubt = in_iso(time, self._last_date)
            self._last_date = iso[:10]
            parts["@time"] = _zoned(iso, parts)
            note = note or doubt
        return Parsed(shape, tuple(parts), [*parts.values()], note)


def _note(found: int, stated: int, row: Row) -> str | None:
    if row.is_cut:
        return "the record ends inside quotes: it is cut"
    if found < stated:
        return f"has {found} columns where {stated} are stated: it is cut"
    if found > stated:
        return f"has {found} columns where {stated} are stated: a value holds the delimiter"
    if b"\xef\xbf\xbd" in row.text or not _is_utf_8(row.text):
        return "holds bytes that are no UTF-8; they are kept as U+FFFD"
    return None


def _is_utf_8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def _number(text: str) -> str:
    """A count without the marks between its thousands."""
    text = text.strip()
    return re.sub(r"\D", "", text) if _THOUSANDS.fullmatch(text) else text


def _zoned(time: str, parts: dict[str, str | None]) -> str:
    """A local time with the offset that a column beside it states (`opened_tz`)."""
    zone = (parts.get("opened_tz") or parts.get("time_zone") or "").strip()
    if not _ZONE.fullmatch(zone):
        return time
    return time + (zone if zone[0] in "+-" else "+00:00")
