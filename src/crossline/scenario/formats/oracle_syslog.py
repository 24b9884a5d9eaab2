"""Oracle unified audit as syslog: key fields only, local time without year or zone.

Fields: `TYPE`, `SESID`, `CLIENTID`, `DBUSER`, `ACTION`, `RETCODE`, `SCHEMA`, `OBJNAME` and so on;
a record with `repeated` stands for that many repeats of the line before it. A statement that a
record has is not written: this form keeps none. Setting `max_bytes`: lines are cut there.
"""

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from crossline.scenario.formats.filling import drawn, drawn_from
from crossline.scenario.formats.lines import syslog_head, write_lines
from crossline.scenario.record import LogSource, Record, Value

__all__ = ["write"]

_KEYS = (
    "TYPE", "DBID", "SESID", "CLIENTID", "ENTRYID", "STMTID", "DBUSER", "CURUSER", "ACTION",
    "RETCODE", "SCHEMA", "OBJNAME", "PDB_GUID",
)  # fmt: skip


def write(records: Iterable[Record], source: LogSource, out: BinaryIO) -> Iterator[int]:
    """Write one log; yields each record's line."""
    return write_lines(records, out, _line)


def _line(record: Record) -> str:
    head = syslog_head(record)
    if "repeated" in record.fields:
        return f"{head} last message repeated {record.fields['repeated']} times"
    number = drawn(record)
    made: dict[str, Value] = {
        "TYPE": 4,
        "DBID": 3_300_000_000 + drawn_from(record.source.host) % 9_999_999,
        "SESID": 770_000_000 + number % 9_999_999,
        "ENTRYID": 1 + (number >> 32) % 40,
        "STMTID": 1 + (number >> 40) % 60,
        "CURUSER": record.fields.get("DBUSER", ""),
        "ACTION": 3,
        "RETCODE": 0,
        **record.fields,
    }
    body = " ".join([f'{key}:"{made.get(key, "")}"' for key in _KEYS])
    text = f"{head} Oracle Unified Audit[{1000 + number % 30_000}]: LENGTH: '{len(body)}' {body}"
    longest = record.source.setting("max_bytes", record.time) if record.source.settings else None
    return text.encode()[: int(str(longest))].decode("utf-8", "ignore") if longest else text
