"""The writers of log formats: by the kind of log, what turns records into a file of it."""

from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO

from crossline.scenario.formats import (
    crm,
    event_json,
    event_xml,
    httpproxy,
    iis,
    linux_auth,
    mediation,
    mml,
    oracle_csv,
    oracle_syslog,
    pgaudit,
    radius,
    tacplus,
    teleport,
    ticket,
    zeek,
)
from crossline.scenario.record import LogSource, Record

__all__ = ["WRITERS", "Writer"]

Writer = Callable[[Iterable[Record], LogSource, BinaryIO], Iterator[int]]
"""Records in order of time, their log and the open file; yields each record's locator."""

WRITERS: dict[str, Writer] = {
    "winsec": event_xml.write,
    "winsystem": event_xml.write,
    "sysmon": event_json.write,
    "powershell": event_json.write,
    "iis": iis.write,
    "httpproxy": httpproxy.write,
    "ora_csv": oracle_csv.write,
    "ora_sys": oracle_syslog.write,
    "pgaudit": pgaudit.write,
    "tacplus": tacplus.write,
    "radius": radius.write,
    "teleport": teleport.write,
    "mml": mml.write,
    "mediation": mediation.write,
    "crm": crm.write,
    "ticket": ticket.write,
    "zeek_conn": zeek.write,
    "zeek_http": zeek.write,
    "zeek_ssl": zeek.write,
    "linux_auth": linux_auth.write,
}
"""The writer of every kind of log."""
