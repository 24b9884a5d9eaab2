"""What is shown to be legitimate, with its proof: a ticket, a routine, a declared exercise.

The proof must name the account or the machine; that an act looks harmless clears nothing.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from crossline.intrusions.estate import Estate
from crossline.intrusions.nodes import Fired, Node
from crossline.intrusions.routines import find_routines
from crossline.intrusions.tickets import Ticket
from crossline.intrusions.values import people, plain_address
from crossline.settings import IntrusionSettings
from crossline.tables import TABLES

__all__ = ["Cleared", "clear", "cleared_rows"]

_HOUR_US = 3_600_000_000
_MINUTE_US = 60_000_000


@dataclass(frozen=True, slots=True)
class Cleared:
    """Why a detection is legitimate.

    An `exercise` is an intrusion that was ordered: its detections are cleared, its story is told
    and named so. What else is cleared makes no story.
    """

    reason: str
    cleared_by: tuple[str, ...]
    exercise: bool = False


def clear(
    nodes: Sequence[Node],
    holders: Mapping[tuple[str, str], Sequence[int]],
    tickets: Iterable[Ticket],
    estate: Estate,
    settings: IntrusionSettings,
) -> dict[str, Cleared]:
    """The legitimate among the detections of one organisation, by detection id.

    Args:
        nodes: its detected events, in order of time.
        holders: the nodes, by index, that hold a value, by (kind, text).
        tickets: its tickets.
        estate: since when each machine has logs.
        settings: how late a ticket may be.
    """
    found: dict[str, Cleared] = {}
    for routine in find_routines(nodes, estate):
        for detection in routine.detections:
            found[detection] = Cleared(f"a routine: {routine.words}", routine.events)
    concerned = _Concerned(nodes, settings)
    addresses = _addresses(holders)
    for ticket in tickets:
        for index in concerned.by(ticket):
            node, user = nodes[index], concerned.users[index]
            for fired in node.fired:
                words = _covers(ticket, node, user, fired, addresses.get(index, ()))
                if words:
                    one = Cleared(words, ticket.ids, ticket.exercise)
                    found.setdefault(fired.detection_id, one)
    return found


class _Concerned:
    """The nodes that a ticket may concern, found by machine, account and time."""

    def __init__(self, nodes: Sequence[Node], settings: IntrusionSettings) -> None:
        names = people(node.account for node in nodes)
        self.users = [names.get(node.account, "") for node in nodes]
        self._late = int(settings.late_ticket_h * _HOUR_US)
        self._times = [node.time for node in nodes]
        self._lines: dict[tuple[str, str], list[int]] = {}
        for index, node in enumerate(nodes):
            for key in (("machine", node.machine), ("account", self.users[index])):
                self._lines.setdefault(key, []).append(index)

    def by(self, ticket: Ticket) -> Sequence[int]:
        """Nodes within the ticket's time, in order; all of them for an exercise."""
        first = bisect_left(self._times, ticket.opened - self._late)
        end = bisect_right(self._times, ticket.closed)
        if ticket.exercise:
            return range(first, end)
        keys = [("machine", name) for name in ticket.machines]
        keys += [("account", name) for name in ticket.accounts]
        lines = [self._lines.get(key, []) for key in keys]
        return sorted(
            {index for line in lines for index in line[bisect_left(line, first) :] if index < end}
        )


def cleared_rows(cleared: Mapping[str, Cleared]) -> pa.Table:
    """Rows of the table `cleared`."""
    rows = [
        {
            "detection_id": detection, "reason": one.reason,
            "cleared_by": list(one.cleared_by), "rests_on": [detection],
        }
        for detection, one in cleared.items()
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, TABLES["cleared"].schema)


def _addresses(holders: Mapping[tuple[str, str], Sequence[int]]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for (kind, text), members in holders.items():
        address = plain_address(text) if kind == "address" else ""
        for index in members if address else ():
            found.setdefault(index, []).append(address)
    return found


def _covers(ticket: Ticket, node: Node, user: str, fired: Fired, addresses: Iterable[str]) -> str:
    """In words, how a ticket explains a detection; `` if it does not."""
    if ticket.exercise:
        return _as_exercise(ticket, node, addresses)
    named = bool(user) and user in ticket.accounts
    here = node.machine in ticket.machines
    if not (named or here) or (ticket.accounts and user and not named):
        return ""
    if ticket.machines and not here:
        return ""
    if ticket.incident and not (ticket.supplier and named):
        return ""
    speaks_of_it = bool(ticket.words & set(fired.title.lower().split()))
    if (ticket.standing or not named) and not speaks_of_it:
        return ""
    late = ticket.opened - node.time
    if late > 0 and not (ticket.supplier and named and ticket.incident):
        return ""
    who = f"{user} on {node.machine}" if named else node.machine
    after = f", opened {late // _MINUTE_US} min after the act" if late > 0 else ""
    return f"ticket {ticket.ticket_id} names {who} at this time{after}"


def _as_exercise(ticket: Ticket, node: Node, addresses: Iterable[str]) -> str:
    """An exercise covers its own addresses and the machines that it names, in its time only."""
    if node.time < ticket.opened:
        return ""
    source = next((address for address in sorted(addresses) if ticket.holds(address)), "")
    if source:
        return f"declared exercise, ticket {ticket.ticket_id} names its source {source}"
    if node.machine in ticket.machines:
        return f"declared exercise, ticket {ticket.ticket_id} names {node.machine}"
    return ""
