"""MML operation logs of subscriber registers: pipes, local time, no zone.

Fields: `source` (LMT, NBI, EMS), `op` (operator), `ws` (workstation), `command` (with its
parameters), `retcode`, `result`. Now and then a command stands a second time, as a transcript of
the terminal; that is not a second command.
"""

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from crossline.scenario.formats.filling import drawn
from crossline.scenario.formats.lines import local, write_lines
from crossline.scenario.record import LogSource, Record

__all__ = ["write"]

_TRANSCRIBED = 40
"""One record in so many is followed by its transcript."""


def write(records: Iterable[Record], source: LogSource, out: BinaryIO) -> Iterator[int]:
    """Write one log; yields the line of each record, not that of its transcript."""
    out.write(f"%% NE={source.host} LOGVER=2 TZ=LOCAL %%\n".encode())
    yield from write_lines(records, out, _text, 2)


def _text(record: Record) -> str:
    fields = record.fields
    stamp = f"{local(record):%Y-%m-%d %H:%M:%S}"
    command = f"{str(fields['command']).removesuffix(';')};"
    code, result = fields.get("retcode", 0), fields.get("result", "Success")
    line = (
        f"{stamp}|{fields.get('source', 'LMT')}|{fields.get('op', '')}|"
        f"{fields.get('ws', '')}|{command}|RETCODE={code}|{result}"
    )
    number = drawn(record)
    if number % _TRANSCRIBED:
        return line
    return (
        f"{line}\n+++    {record.source.host}        {stamp}\nO&M    #{number % 90_000}\n"
        f"%%{command}%%\nRETCODE = {code}  {result}\n---    END"
    )
