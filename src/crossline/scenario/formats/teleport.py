"""Teleport's audit log: one JSON object a line, UTC, key names with dots.

Fields as Teleport names them: `event`, `user`, `login`, `server_hostname`, `addr.remote`, `sid`,
`db_query` and so on. Whether commands are recorded is for the noise and the engine to decide.
"""

import json
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from crossline.scenario.formats.filling import drawn, guid
from crossline.scenario.formats.lines import write_lines
from crossline.scenario.record import LogSource, Record, Value

__all__ = ["write"]

_CODES = {
    "session.start": "T2000I",
    "session.join": "T2001I",
    "session.leave": "T2003I",
    "session.end": "T2004I",
    "session.command": "T4000I",
    "db.session.start": "TDB00I",
    "db.session.end": "TDB01I",
    "db.session.query": "TDB02I",
    "user.login": "T1000I",
    "exec": "T3002I",
    "scp.download": "T3004I",
    "auth": "T3007W",
}
_encoded = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode


def write(records: Iterable[Record], source: LogSource, out: BinaryIO) -> Iterator[int]:
    """Write one log; yields each record's line."""
    return write_lines(records, out, _line)


def _line(record: Record) -> str:
    number = drawn(record)
    event = str(record.fields["event"])
    failed = record.fields.get("success") is False
    stamp = f"{record.time:%Y-%m-%dT%H:%M:%S}.{record.time.microsecond // 1000:03d}Z"
    made: dict[str, Value] = {
        "cluster_name": f"bastion.{record.source.fqdn.split('.', 1)[-1]}",
        "code": "T1000W" if failed and event == "user.login" else _CODES.get(event, "T0000I"),
        "ei": number % 8,
        "namespace": "default",
        "uid": guid(number),
        "sid": guid(number >> 7),
        "time": stamp,
        **record.fields,
    }
    return _encoded(made)
