"""IIS logs in W3C form: UTC, directives again where the field list changes in mid-file.

Fields by their W3C names (`cs-method`, `cs-uri-stem`, `cs(User-Agent)` …; spaces are written as
`+`). Setting `forwarded`: the host stands behind a load balancer and logs the longer field list
with `X-Forwarded-For`; a record's `c-ip` goes there and the balancer's address (the setting's
value) into `c-ip`.
"""

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from crossline.scenario.formats.filling import drawn
from crossline.scenario.record import LogSource, Record, Value

__all__ = ["write"]

_PLAIN = (
    "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) "
    "cs(Referer) sc-status sc-substatus sc-win32-status time-taken"
)
_FORWARDED = (
    "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) "
    "cs(Referer) cs-host sc-status sc-substatus sc-win32-status sc-bytes cs-bytes time-taken "
    "X-Forwarded-For"
)
_DEFAULTS = {
    "cs-method": "GET",
    "cs-uri-stem": "/",
    "s-port": "443",
    "sc-status": "200",
    "sc-substatus": "0",
    "sc-win32-status": "0",
}


def write(records: Iterable[Record], source: LogSource, out: BinaryIO) -> Iterator[int]:
    """Write one log; yields each record's line."""
    line, layout = 1, ""
    for record in records:
        balancer = source.setting("forwarded", record.time) if source.settings else None
        fields = _FORWARDED if balancer else _PLAIN
        if fields != layout:
            layout = fields
            out.write(_directives(record, layout).encode())
            line += 4
        out.write(_line(record, layout.split(), str(balancer or "")).encode())
        yield line
        line += 1


def _directives(record: Record, layout: str) -> str:
    return (
        "#Software: Microsoft Internet Information Services 8.5\n#Version: 1.0\n"
        f"#Date: {record.time:%Y-%m-%d %H:%M:%S}\n#Fields: {layout}\n"
    )


def _line(record: Record, layout: list[str], balancer: str) -> str:
    number = drawn(record)
    made: dict[str, Value] = {
        "date": f"{record.time:%Y-%m-%d}",
        "time": f"{record.time:%H:%M:%S}",
        "s-ip": record.source.address,
        "sc-bytes": 400 + number % 40_000,
        "cs-bytes": 200 + (number >> 16) % 1500,
        "time-taken": 1 + (number >> 32) % 400,
        "cs-host": record.source.fqdn.lower(),
        **_DEFAULTS,
        **record.fields,
    }
    if balancer:
        made |= {"X-Forwarded-For": made.get("c-ip", "-"), "c-ip": balancer}
    return " ".join([_token(made.get(name, "-")) for name in layout]) + "\n"


def _token(value: Value) -> str:
    text = value if isinstance(value, str) else str(value)
    return text.replace(" ", "+") or "-"
