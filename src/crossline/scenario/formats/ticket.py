"""Exports of the service desk: local times, the zone in a column of its own or missing.

Fields by the header's names; `opened` defaults to the record's time, `assets` may be several.
Setting `no_zone`: the zone's column is empty (one ticket in thirty lacks it anyway).
"""

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from crossline.scenario.formats.filling import drawn
from crossline.scenario.formats.lines import cell, local, write_lines, zone_text
from crossline.scenario.record import LogSource, Record, Value

__all__ = ["write"]

_COLUMNS = (
    "ticket_id", "category", "opened", "closed", "requester", "supplier", "assets", "accounts",
    "summary", "opened_tz",
)  # fmt: skip
_WITHOUT_ZONE = 30


def write(records: Iterable[Record], source: LogSource, out: BinaryIO) -> Iterator[int]:
    """Write one table; yields the first line of each row."""
    out.write((",".join(_COLUMNS) + "\n").encode())
    yield from write_lines(records, out, _row, 2)


def _row(record: Record) -> str:
    when, number = local(record), drawn(record)
    category = str(record.fields.get("category", "INC"))
    zoneless = number % _WITHOUT_ZONE == 0 or record.source.setting("no_zone", record.time)
    made: dict[str, Value] = {
        "ticket_id": f"{category}-{when.year}-{number % 10_000:04d}",
        "category": category,
        "opened": f"{when:%Y-%m-%d %H:%M}",
        "opened_tz": "" if zoneless else zone_text(record.source.zone),
        **record.fields,
    }
    return ",".join([cell(_joined(made.get(name, ""))) for name in _COLUMNS])


def _joined(value: Value) -> Value:
    return ";".join(value) if isinstance(value, tuple) else value
