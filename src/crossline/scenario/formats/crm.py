"""Access logs of the customer applications (CRM, SIM and OTA, intercept console) in one table.

Fields by the header's names. Times are local with offset; the `ota` application writes another
style, day first and without zone.
"""

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from crossline.scenario.formats.lines import cell, local, write_lines, zone_text
from crossline.scenario.record import LogSource, Record

__all__ = ["write"]

_COLUMNS = (
    "event_time", "app", "user", "department", "workstation", "action", "customer_ref",
    "subscriber_key", "key_type", "contact_id", "reason_code", "result",
)  # fmt: skip


def write(records: Iterable[Record], source: LogSource, out: BinaryIO) -> Iterator[int]:
    """Write one table; yields each row's line."""
    out.write((",".join(_COLUMNS) + "\n").encode())
    yield from write_lines(records, out, _row, 2)


def _row(record: Record) -> str:
    made = {"app": "crm", "result": "OK", **record.fields}
    made.setdefault("key_type", "MSISDN" if made.get("subscriber_key") else "")
    cells = [cell(made.get(name, "")) for name in _COLUMNS[1:]]
    return ",".join([_stamp(record, str(made["app"])), *cells])


def _stamp(record: Record, app: str) -> str:
    when = local(record)
    if app == "ota":
        return f'"{when:%d/%m/%Y %H:%M:%S}"'
    return f"{when:%Y-%m-%dT%H:%M:%S}{zone_text(record.source.zone)}"
