"""RADIUS accounting as FreeRADIUS `detail` writes it: blocks under a ctime header.

Fields are attributes by their names; identities stand already in the form that the gateway
delivers. The header is local time without zone, `Timestamp` Unix time. Setting `header_zone`:
the header's minutes ahead of UTC where they are not the host's.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import BinaryIO

from crossline.scenario.formats.filling import drawn, token
from crossline.scenario.formats.lines import MONTHS, WEEKDAYS, local, zone_text
from crossline.scenario.record import LogSource, Record, Value

__all__ = ["write"]

_BARE = {
    "Acct-Status-Type", "NAS-IP-Address", "Framed-IP-Address", "Service-Type", "Framed-Protocol",
    "NAS-Port-Type", "Acct-Terminate-Cause", "Acct-Authentic", "3GPP-User-Location-Info",
}  # fmt: skip


def write(records: Iterable[Record], source: LogSource, out: BinaryIO) -> Iterator[int]:
    """Write one file of blocks; yields each record's block, counted from 1."""
    for block, record in enumerate(records, 1):
        out.write(_block(record).encode())
        yield block


def _block(record: Record) -> str:
    when, number = local(record), drawn(record)
    made: dict[str, Value] = {
        "Acct-Status-Type": "Start",
        "Acct-Session-Id": token(number, 12).upper(),
        **record.fields,
    }
    made.setdefault("NAS-IP-Address", record.source.address)
    zone = zone_text(record.source.zone, colon=False)
    made["Event-Timestamp"] = f"{MONTHS[when.month - 1]} {when:%d %Y %H:%M:%S} {zone}"
    made["Acct-Unique-Session-Id"] = f"{number:032x}"
    lines = [f"\t{name} = {_value(name, value)}" for name, value in made.items()]
    stamp = int(record.time.timestamp())
    return f"{_header(record)}\n" + "\n".join(lines) + f"\n\tTimestamp = {stamp}\n\n"


def _header(record: Record) -> str:
    zone = record.source.setting("header_zone", record.time) if record.source.settings else None
    when = local(record) if zone is None else record.time + timedelta(minutes=int(str(zone)))
    return (
        f"{WEEKDAYS[when.weekday()]} {MONTHS[when.month - 1]} {when.day:2d} "
        f"{when:%H:%M:%S} {when.year}"
    )


def _value(name: str, value: Value) -> str:
    if not isinstance(value, str):
        return str(value)
    return value if name in _BARE or value.startswith("0x") else f'"{value}"'
