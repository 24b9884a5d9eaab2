"""Logon sessions: which logon opened the session that an event ran in, and where it came from."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from crossline.intrusions.machines import Machines
from crossline.intrusions.nodes import Node, session_id
from crossline.intrusions.values import plain_address
from crossline.intrusions.vocabulary import STOPS

# A logon and the connection that it came by are written within this time of each other.
_MOMENT_US = 2_000_000

__all__ = ["Logon", "Sessions", "read_logons"]


@dataclass(frozen=True, slots=True)
class Logon:
    """A record of a session's opening; `source` is the machine it came from, `` if not known.

    `recorded_on` is the host that wrote the record: the target, or the source where that one did.
    """

    event_id: str
    organisation: str
    machine: str
    host: str
    time: int
    format: str
    account: str
    session: str
    source: str
    remote: bool
    recorded_on: str

    @property
    def opened(self) -> str:
        """The key of the session that it opened; see `Sessions.key`."""
        return _key(self.organisation, self.machine, self.session, str(self.time))


def read_logons(
    rows: pa.Table,
    arrivals: pa.Table,
    owners: Mapping[tuple[str, str], frozenset[str]],
    machines: Machines,
) -> list[Logon]:
    """Logons from `Context.logons`, with the machine that each came from.

    A logon over the network that names neither address nor machine came from the one that reached
    this machine at that moment, if it was a single one.
    """
    reached = _Arrivals(arrivals)
    logons: list[Logon] = []
    for row in rows.to_pylist():
        if row["target"]:
            logons += _at_source(row, machines)
            continue
        organisation, name = row["organisation"], row["workstation"].strip("-\\ ")
        remote = row["logon_type"] in STOPS.remote_logon_types
        address = plain_address(row["address"])
        if remote and not address and not name:
            address = reached.only(organisation, row["machine"], row["time"])
        known = owners.get((organisation, address), frozenset())
        source = next(iter(known)) if len(known) == 1 else ""
        source = source or (machines.of(organisation, name) if name else "")
        logons.append(
            Logon(
                row["event_id"], organisation, row["machine"], row["host"] or "", row["time"],
                row["format"], row["account"], session_id(row["session"]),
                "" if source == row["machine"] else source, remote, row["host"] or "",
            )
        )  # fmt: skip
    return logons


def _at_source(row: Mapping[str, Any], machines: Machines) -> Iterator[Logon]:
    """The logon elsewhere that a record on its source speaks of; none if it is to itself."""
    target = machines.of(row["organisation"], row["target"])
    if target not in ("", "localhost", row["machine"]):
        yield Logon(
            row["event_id"], row["organisation"], target, row["target"], row["time"],
            row["format"], row["account"], "", row["machine"], True, row["host"] or "",
        )  # fmt: skip


class _Arrivals:
    """Who reached a machine, in order of time."""

    def __init__(self, rows: pa.Table) -> None:
        self._lines: dict[tuple[str, str], list[tuple[int, str]]] = {}
        for row in rows.to_pylist():
            address = plain_address(row["address"])
            if address:
                line = self._lines.setdefault((row["organisation"], row["machine"]), [])
                line.append((row["time"], address))

    def only(self, organisation: str, machine: str, time: int) -> str:
        """The one address that reached the machine at this time; `` for none or several."""
        line = self._lines.get((organisation, machine), [])
        first = bisect_left(line, (time - _MOMENT_US, ""))
        last = bisect_left(line, (time + _MOMENT_US, ""))
        found = {address for _, address in line[first:last]}
        return found.pop() if len(found) == 1 else ""


class Sessions:
    """The openings of sessions, by machine and LogonId in order of time: ids restart at boot."""

    def __init__(self, logons: Iterable[Logon]) -> None:
        self._openings: dict[tuple[str, str, str], list[Logon]] = {}
        for logon in sorted(logons, key=lambda logon: (logon.time, logon.event_id)):
            if logon.session:
                place = (logon.organisation, logon.machine, logon.session)
                self._openings.setdefault(place, []).append(logon)

    def opening(self, node: Node) -> Logon | None:
        """The logon that opened the node's session; None: not in the evidence."""
        openings = self._openings.get((node.organisation, node.machine, node.session), [])
        place = bisect_right(openings, node.time, key=lambda logon: logon.time)
        return openings[place - 1] if place else None

    def key(self, node: Node) -> str:
        """A name of the node's session that all its events share; `` without a session."""
        if not node.session:
            return ""
        opening = self.opening(node)
        if opening:
            return opening.opened
        return _key(node.organisation, node.machine, node.session, "not seen")


def _key(organisation: str, machine: str, session: str, since: str) -> str:
    return f"{organisation} {machine} {session} {since}"
