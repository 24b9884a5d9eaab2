"""File audit of the mediation system: semicolons, local time, thousands points on exports.

Fields by the header's names: `operation`, `user`, `client_ip`, `feed`, `file_name`, `records`,
`bytes`, `status`, `seq`.
"""

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from crossline.scenario.formats.filling import drawn
from crossline.scenario.formats.lines import cell, local, write_lines
from crossline.scenario.record import LogSource, Record, Value

__all__ = ["write"]

_COLUMNS = (
    "ts_local", "node", "operation", "user", "client_ip", "feed", "file_name", "records", "bytes",
    "status", "seq",
)  # fmt: skip
_BYTES_A_RECORD = 74


def write(records: Iterable[Record], source: LogSource, out: BinaryIO) -> Iterator[int]:
    """Write one table; yields each row's line."""
    out.write((";".join(_COLUMNS) + "\n").encode())
    yield from write_lines(records, out, _row, 2)


def _row(record: Record) -> str:
    number = drawn(record)
    count = int(str(record.fields.get("records", 20_000 + number % 120_000)))
    made: dict[str, Value] = {
        "ts_local": f"{local(record):%Y-%m-%d %H:%M:%S}",
        "node": record.source.host,
        "status": "OK",
        "seq": 9_000_000 + int(record.time.timestamp()) // 60 % 900_000,
        "bytes": count * _BYTES_A_RECORD,
        **record.fields,
        "records": count,
    }
    if made.get("operation") == "EXPORT":
        made |= {name: _with_points(made[name]) for name in ("records", "bytes")}
    return ";".join([cell(made.get(name, ""), ";") for name in _COLUMNS])


def _with_points(value: Value) -> str:
    return f"{int(str(value)):,}".replace(",", ".")
