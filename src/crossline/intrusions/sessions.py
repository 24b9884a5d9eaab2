"""Logon sessions: which logon opened the session that an event ran in, and where it came from."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyarrow as pa

from crossline.intrusions.machines import Machines
from crossline.intrusions.nodes import Node, session_id
from crossline.intrusions.values import plain_address
from crossline.intrusions.vocabulary import STOPS

__all__ = ["Logon", "Sessions", "read_logons"]


@dataclass(frozen=True, slots=True)
class Logon:
    """A record of a session's opening; `source` is the machine it came from, `` if not known."""

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

    @property
    def opened(self) -> str:
        """The key of the session that it opened; see `Sessions.key`."""
        return _key(self.organisation, self.machine, self.session, str(self.time))


def read_logons(
    rows: pa.Table, owners: Mapping[tuple[str, str], frozenset[str]], machines: Machines
) -> list[Logon]:
    """Logons from `Context.logons`, with the machine that each came from."""
    logons = []
    for row in rows.to_pylist():
        organisation = row["organisation"]
        known = owners.get((organisation, plain_address(row["address"])), frozenset())
        source = next(iter(known)) if len(known) == 1 else ""
        name = row["workstation"].strip("-\\ ")
        source = source or (machines.of(organisation, name) if name else "")
        logons.append(
            Logon(
                row["event_id"], organisation, row["machine"], row["host"] or "", row["time"],
                row["format"], row["account"], session_id(row["session"]),
                "" if source == row["machine"] else source,
                row["logon_type"] in STOPS.remote_logon_types,
            )
        )  # fmt: skip
    return logons


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
