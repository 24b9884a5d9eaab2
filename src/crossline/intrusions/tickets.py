"""Tickets: what was announced or asked for, by whom, where and when.

A ticket stands in `tickets.csv` or in the exported list of a ticket system, which is evidence of
its own (`format` ticket) under the same names. Both count once.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from importlib import resources
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from zoneinfo import ZoneInfo

import msgspec
import pyarrow as pa

from crossline.intrusions.estate import DAY_US
from crossline.intrusions.machines import Machines
from crossline.store import Tables

__all__ = ["WORDS", "Ticket", "read_tickets"]

Network = IPv4Network | IPv6Network

_LIST = re.compile(r"[;,\s]+")
_NETWORK = re.compile(
    r"\b\d{1,3}(?:\.\d{1,3}){3}(?:/\d{1,2})?\b|\b[0-9a-f:]+:[0-9a-f:]+(?:/\d{1,3})?"
)
_OFFSET = re.compile(r"(?P<sign>[+-])(?P<hours>\d\d):(?P<minutes>\d\d)")
# Longer than this a ticket is a standing permission, not one piece of work.
_STANDING_US = 31 * DAY_US


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a ticket's words are read; see `clearing.toml`."""

    incidents: tuple[str, ...]
    exercise: str
    everybody: frozenset[str]
    plain_words: frozenset[str]


_PATH = resources.files("crossline") / "content" / "intrusions" / "clearing.toml"
WORDS = msgspec.convert(tomllib.loads(_PATH.read_text(encoding="utf-8")), Words)
_EXERCISE = re.compile(WORDS.exercise)


@dataclass(frozen=True, slots=True)
class Ticket:
    """One ticket; times in microseconds since 1970 UTC, `closed` far ahead while it is open.

    `accounts` are in lower case, `networks` the addresses that its summary names. `ids` are what
    rests on it: the ticket's own id, and that of its record where it is evidence.
    """

    organisation: str
    ticket_id: str
    opened: int
    closed: int
    supplier: str
    machines: frozenset[str]
    accounts: frozenset[str]
    networks: tuple[Network, ...]
    words: frozenset[str]
    incident: bool
    exercise: bool
    ids: tuple[str, ...]

    @property
    def standing(self) -> bool:
        """Whether it allows something for long, and is not one piece of work."""
        return self.closed - self.opened > _STANDING_US

    def holds(self, address: str) -> bool:
        """Whether an address is one that the ticket names."""
        try:
            found = ip_address(address)
        except ValueError:
            return False
        return any(found in network for network in self.networks)


def read_tickets(
    tables: Tables,
    listed: Iterable[Mapping[str, str]],
    zones: Mapping[str, str],
    machines: Machines,
) -> list[Ticket]:
    """All tickets whose opening is known.

    Args:
        tables: the store, with `events`.
        listed: rows of `tickets.csv`.
        zones: time zone of each organisation, for times that state none; else UTC.
        machines: joins the names of one machine.
    """
    found: dict[tuple[str, str], Ticket] = {}
    rows = [(dict(row), ()) for row in listed]
    for row, ids in [*rows, *_evident(tables)]:
        ticket = _ticket(row, ids, zones.get(row.get("organisation", ""), ""), machines)
        if ticket:
            found.setdefault((ticket.organisation, ticket.ticket_id), ticket)
    return sorted(found.values(), key=lambda one: (one.organisation, one.opened, one.ticket_id))


def _evident(tables: Tables) -> list[tuple[dict[str, str], tuple[str, ...]]]:
    columns = ("event_id", "organisation", "format", "fields")
    rows = []
    for batch in tables.scan("events", columns, ("format", pa.array(["ticket"]))):
        for event in batch.to_pylist():
            if event["format"] == "ticket":
                fields = {name: value or "" for name, value in event["fields"]}
                named = fields | {"organisation": event["organisation"]}
                rows.append((named, (event["event_id"],)))
    return sorted(rows, key=lambda row: row[1])


def _ticket(
    row: Mapping[str, str], ids: tuple[str, ...], zone: str, machines: Machines
) -> Ticket | None:
    opened = _time(row.get("opened", ""), row.get("opened_tz") or zone)
    if opened is None or not row.get("ticket_id"):
        return None
    closed = _time(row.get("closed", ""), row.get("closed_tz") or row.get("opened_tz") or zone)
    organisation = row.get("organisation", "")
    category, summary = row.get("category", "").lower(), row.get("summary", "").lower()
    assets = _LIST.split(row.get("assets", "").strip())
    accounts = {name.lower() for name in _LIST.split(row.get("accounts", "").strip()) if name}
    return Ticket(
        organisation, row["ticket_id"], opened, closed if closed is not None else 1 << 62,
        row.get("supplier", ""),
        frozenset(machines.of(organisation, name) for name in assets if name),
        frozenset(accounts - WORDS.everybody),
        tuple(_networks(f"{summary} {row.get('assets', '').lower()}")),
        frozenset(re.findall(r"[a-z][a-z0-9]{4,}", summary)) - WORDS.plain_words,
        category.startswith(WORDS.incidents),
        bool(_EXERCISE.search(f"{category} {summary}")),
        (row["ticket_id"], *ids),
    )  # fmt: skip


def _time(text: str, zone: str) -> int | None:
    """Microseconds since 1970 UTC; None if the text is no time."""
    try:
        time = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if time.tzinfo is None:
        time = time.replace(tzinfo=_zone(zone))
    return int((time - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(microseconds=1))


def _zone(text: str) -> ZoneInfo | timezone:
    offset = _OFFSET.fullmatch(text)
    if offset:
        minutes = 60 * int(offset["hours"]) + int(offset["minutes"])
        return timezone(timedelta(minutes=minutes if offset["sign"] == "+" else -minutes))
    try:
        return ZoneInfo(text) if text else UTC
    except (ValueError, OSError, KeyError):
        return UTC


def _networks(text: str) -> Iterable[Network]:
    for part in _NETWORK.findall(text):
        try:
            yield ip_network(part, strict=False)
        except ValueError:
            continue
