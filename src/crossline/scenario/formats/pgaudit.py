"""pgAudit inside PostgreSQL's csvlog: a CSV record inside the message column of a CSV record.

Fields by csvlog's names: `user_name`, `database_name`, `connection_from` (address, with or
without port), `session_id`, `session_start_time`, `command_tag`, `application_name`; and of the
audit record `AUDIT_TYPE`, `STATEMENT_ID`, `SUBSTATEMENT_ID`, `CLASS`, `COMMAND`, `OBJECT_TYPE`,
`OBJECT_NAME`, `STATEMENT`, `PARAMETER`; a record with `message` is a row of the server's own.
Times are local with the zone as the server names it (`+08`, `+06:30`). Setting
`hidden_parameters`: `PARAMETER` is `<not logged>`.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import BinaryIO

from crossline.scenario.formats.filling import drawn
from crossline.scenario.formats.lines import cell, local, write_lines, zone_text
from crossline.scenario.record import LogSource, Record

__all__ = ["write"]

_AUDIT_COLUMNS = (
    "AUDIT_TYPE", "STATEMENT_ID", "SUBSTATEMENT_ID", "CLASS", "COMMAND", "OBJECT_TYPE",
    "OBJECT_NAME", "STATEMENT", "PARAMETER",
)  # fmt: skip
_AUDIT_DEFAULTS = {
    "AUDIT_TYPE": "SESSION",
    "SUBSTATEMENT_ID": "1",
    "CLASS": "READ",
    "COMMAND": "SELECT",
    "OBJECT_TYPE": "TABLE",
    "PARAMETER": "<none>",
}


def write(records: Iterable[Record], source: LogSource, out: BinaryIO) -> Iterator[int]:
    """Write one log; yields the first line of each row."""
    return write_lines(records, out, _row)


def _row(record: Record) -> str:
    fields, when, number = record.fields, local(record), drawn(record)
    zone = zone_text(record.source.zone, colon=False)
    stamp = f"{when:%Y-%m-%d %H:%M:%S}.{when.microsecond // 1000:03d} {zone}"
    started = when - timedelta(seconds=30 + number % 400)
    begun = fields.get("session_start_time", f"{started:%Y-%m-%d %H:%M:%S} {zone}")
    if "message" in fields:
        server = f"{900 + number % 90},,{number & 0xFFFFFFFF:x}.385,1,,{begun}"
        return f'{stamp},,,{server},,0,LOG,00000,"{fields["message"]}",,,,,,,,,""'
    process = 10_000 + number % 22_000
    session = fields.get("session_id", f"{int(record.time.timestamp()):x}.{process:x}")
    said = _audit(record, number).replace('"', '""')
    client = str(fields.get("connection_from", "[local]"))
    if client[0].isdigit() and ":" not in client:
        client = f"{client}:{49_152 + number % 16_000}"
    return (
        f'{stamp},"{fields.get("user_name", "")}","{fields.get("database_name", "cdr")}",{process},'
        f'"{client}",{session},{1 + (number >> 32) % 12},"{fields.get("command_tag", "SELECT")}",'
        f"{begun},{3 + (number >> 40) % 5}/{(number >> 44) % 4000},0,LOG,00000,"
        f'"AUDIT: {said}",,,,,,,,,"{fields.get("application_name", "psql")}"'
    )


def _audit(record: Record, number: int) -> str:
    made = {"STATEMENT_ID": 1 + (number >> 48) % 30, **_AUDIT_DEFAULTS, **record.fields}
    if record.source.settings and record.source.setting("hidden_parameters", record.time):
        made["PARAMETER"] = "<not logged>"
    return ",".join([cell(made.get(name, "")) for name in _AUDIT_COLUMNS])
