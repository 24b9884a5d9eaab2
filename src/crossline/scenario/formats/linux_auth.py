"""auth.log of Linux hosts: syslog without year or zone.

Fields: `program`, `pid` (none for sudo), `msg`; a record with `repeated` stands for that many
repeats of the line before it.
"""

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from crossline.scenario.formats.filling import drawn
from crossline.scenario.formats.lines import syslog_head, write_lines
from crossline.scenario.record import LogSource, Record

__all__ = ["write"]


def write(records: Iterable[Record], source: LogSource, out: BinaryIO) -> Iterator[int]:
    """Write one log; yields each record's line."""
    return write_lines(records, out, _line)


def _line(record: Record) -> str:
    fields, head = record.fields, syslog_head(record)
    if "repeated" in fields:
        return f"{head} last message repeated {fields['repeated']} times"
    program = str(fields.get("program", "sshd"))
    pid = "" if program == "sudo" else f"[{fields.get('pid') or 900 + drawn(record) % 30_000}]"
    return f"{head} {program}{pid}: {fields['msg']}"
