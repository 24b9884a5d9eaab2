"""Logon sessions, and logons from one machine to another."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log2
from typing import TypeVar

import pyarrow as pa

from crossline.intrusions.machines import Machines
from crossline.intrusions.nodes import DAY_US, Node, session_id
from crossline.intrusions.values import plain_address
from crossline.intrusions.vocabulary import STOPS
from crossline.settings import IntrusionSettings

__all__ = [
    "Logon",
    "Move",
    "Sessions",
    "find_moves",
    "movement_bits",
    "read_logons",
    "user_of",
]

_MINUTE_US = 60_000_000
# Records of one act are written in any order: what stands this little on the wrong side counts.
_SLACK_US = _MINUTE_US
_ANY = 1 << 62

K = TypeVar("K", bound=Hashable)


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


@dataclass(frozen=True, slots=True)
class Move:
    """A logon that ties a node at its source to a node at its target.

    `days` counts the other days with a logon of this account from this source to this target, `gap`
    is the time from the one node to the other, in microseconds.
    """

    logon: Logon
    source: int
    target: int
    days: int
    gap: int
    same_session: bool


def user_of(account: str) -> str:
    """The account's name without its domain, in lower case."""
    return account.rpartition("\\")[2].partition("@")[0].lower()


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
        since = opening.time if opening else "not seen"
        return f"{node.organisation} {node.machine} {node.session} {since}"


def find_moves(
    nodes: Sequence[Node], logons: Iterable[Logon], sessions: Sessions, window_us: int
) -> list[Move]:
    """For each remote logon the nearest node before it at its source and after it at its target.

    The node at the source must act under the logon's account. At the target, a node in the session
    that the logon opened is taken before one that only follows it on the same machine.

    Args:
        nodes: the detected events.
        logons: all logons in question.
        sessions: their openings.
        window_us: how far from the logon a node may be, in microseconds.
    """
    remote = [logon for logon in logons if logon.remote and logon.source]
    days: dict[tuple[str, str, str, str], set[int]] = {}
    for logon in remote:
        days.setdefault(_edge(logon), set()).add(logon.time // DAY_US)
    by_user = _timeline(
        nodes, lambda node: (node.organisation, node.machine, user_of(node.account))
    )
    by_machine = _timeline(nodes, lambda node: (node.organisation, node.machine))
    by_session = _timeline(nodes, sessions.key)
    moves = []
    for logon in sorted(remote, key=lambda logon: (logon.time, logon.event_id)):
        user = (logon.organisation, logon.source, user_of(logon.account))
        source = _nearest(by_user.get(user, []), logon.time, window_us, _SLACK_US)
        opened = f"{logon.organisation} {logon.machine} {logon.session} {logon.time}"
        inside = _nearest(by_session.get(opened, []), logon.time, 0, window_us)
        after = by_machine.get((logon.organisation, logon.machine), [])
        target = inside
        if target is None:
            target = _nearest(after, logon.time, _SLACK_US, window_us)
        if source is not None and target is not None:
            others = len(days[_edge(logon)]) - 1
            gap = abs(nodes[target].time - nodes[source].time)
            moves.append(Move(logon, source, target, others, gap, inside is not None))
    return moves


def movement_bits(
    move: Move, days: Mapping[tuple[str, str], int], settings: IntrusionSettings
) -> float:
    """Weight of a logon between two nodes: more where it is rare and the nodes are close in time.

    Args:
        move: the logon and its nodes.
        days: days with events by (organisation, machine).
        settings: weights.
    """
    seen = days.get((move.logon.organisation, move.logon.machine), 1)
    rarity = min(settings.movement_bits, log2((seen + 1) / (move.days + 1)))
    loose = 0.0 if move.same_session else settings.generation_bits
    near = settings.moment_bits * 2 ** (-move.gap / _MINUTE_US / settings.moment_half_life_min)
    return settings.movement_bits + rarity + near - loose


def _edge(logon: Logon) -> tuple[str, str, str, str]:
    return (logon.organisation, logon.source, logon.machine, user_of(logon.account))


def _timeline(nodes: Sequence[Node], key: Callable[[Node], K]) -> dict[K, list[tuple[int, int]]]:
    """Under each key the (time, index) of its nodes, in order of time."""
    lines: dict[K, list[tuple[int, int]]] = {}
    order = sorted(range(len(nodes)), key=lambda index: (nodes[index].time, nodes[index].event_id))
    for index in order:
        lines.setdefault(key(nodes[index]), []).append((nodes[index].time, index))
    return lines


def _nearest(line: Sequence[tuple[int, int]], time: int, before: int, after: int) -> int | None:
    """The node nearest to a time, no further before and after it than this; None without one."""
    places = line[bisect_left(line, (time - before, -1)) : bisect_right(line, (time + after, _ANY))]
    return min(places, key=lambda place: (abs(place[0] - time), place[1]))[1] if places else None
