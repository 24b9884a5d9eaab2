"""What all writers of text logs share: numbered lines, cells of a table, times as text."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import BinaryIO

from crossline.scenario.record import Record, Value

__all__ = ["MONTHS", "WEEKDAYS", "cell", "local", "syslog_head", "write_lines", "zone_text"]

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def write_lines(
    records: Iterable[Record], out: BinaryIO, text_of: Callable[[Record], str], first: int = 1
) -> Iterator[int]:
    """Write the text of each record and a line end; yields its first line, counted from `first`.

    A text may run over several lines.
    """
    line = first
    for record in records:
        text = text_of(record)
        out.write(text.encode("utf-8", "surrogatepass") + b"\n")
        yield line
        line += 1 + text.count("\n")


def cell(value: Value, separator: str = ",") -> str:
    """One cell of a separated table, quoted where its content needs it."""
    text = value if isinstance(value, str) else str(value)
    if separator in text or '"' in text or "\n" in text:
        return '"' + text.replace('"', '""') + '"'
    return text


def local(record: Record) -> datetime:
    """The record's time on the host's wall clock; its zone field means nothing any more."""
    return record.time + timedelta(minutes=record.source.zone)


def zone_text(minutes: int, colon: bool = True) -> str:
    """An offset as `+07:00`; without colon as databases name it: `+08`, `+06:30`."""
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{hours:02d}:{rest:02d}" if colon or rest else f"{sign}{hours:02d}"


def syslog_head(record: Record) -> str:
    """Month, day and time without year or zone, and the host."""
    when = local(record)
    name = record.source.setting("computer", record.time) or record.source.host
    return f"{MONTHS[when.month - 1]} {when.day:2d} {when:%H:%M:%S} {name}"
