"""TACACS+ accounting as tac_plus writes it: tabs, the server's local time without zone.

Fields: `device`, `user`, `port`, `remote`, `flag` (start or stop; default stop), then attributes
as they stand (`task_id`, `service`, `priv-lvl`, `cmd` …); an attribute whose name ends in `*` is
written `name*value` (optional). Setting `no_year`: month, day and time instead of weekday and
year.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import BinaryIO

from crossline.scenario.formats.filling import drawn
from crossline.scenario.formats.lines import MONTHS, WEEKDAYS, local, write_lines
from crossline.scenario.record import LogSource, Record, Value

__all__ = ["write"]

_HEAD = ("device", "user", "port", "remote", "flag")


def write(records: Iterable[Record], source: LogSource, out: BinaryIO) -> Iterator[int]:
    """Write one log; yields each record's line."""
    return write_lines(records, out, _line)


def _line(record: Record) -> str:
    fields: dict[str, Value] = {"port": "tty1", "flag": "stop", **record.fields}
    fields.setdefault("device", record.source.address)
    fields.setdefault("task_id", 1 + drawn(record) % 9999)
    fields.setdefault("service", "shell")
    head = "\t".join([str(fields.pop(name, "unknown")) for name in _HEAD])
    rest = "\t".join([_attribute(name, str(value)) for name, value in _ordered(fields)])
    return f"{_stamp(record)}\t{head}\t{rest}"


def _ordered(fields: Mapping[str, Value]) -> list[tuple[str, Value]]:
    first = ("task_id", "timezone", "service")
    begin = [(name, fields[name]) for name in first if name in fields]
    return begin + [pair for pair in fields.items() if pair[0] not in first]


def _attribute(name: str, value: str) -> str:
    if name == "cmd":
        return f"cmd={value} <cr>"
    return f"{name}{value}" if name.endswith("*") else f"{name}={value}"


def _stamp(record: Record) -> str:
    when = local(record)
    text = f"{MONTHS[when.month - 1]} {when.day:2d} {when:%H:%M:%S}"
    if record.source.settings and record.source.setting("no_year", record.time):
        return text
    return f"{WEEKDAYS[when.weekday()]} {text} {when.year}"
