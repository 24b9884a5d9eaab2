"""Movement: logons that lead from a detected event on one machine to one on another.

Two things tie them: nearness in time, and that the way was never taken before. An account that had
never logged on from this machine to that one, and does so days after an attack on this machine,
comes from the attack the likelier, the longer the target's logs had been kept without it.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import log2
from typing import TypeVar

from crossline.intrusions.estate import DAY_US, Estate
from crossline.intrusions.nodes import Node
from crossline.intrusions.scoring import is_seed
from crossline.intrusions.sessions import Logon, Sessions
from crossline.intrusions.values import people
from crossline.settings import IntrusionSettings

__all__ = ["Move", "find_moves", "movement_bits"]

K = TypeVar("K", bound=Hashable)
Edge = tuple[str, str, str, str]

_MINUTE_US = 60_000_000
# Records of one act are written in any order: what stands this little on the wrong side counts.
_SLACK_US = _MINUTE_US
_ANY = 1 << 62


@dataclass(frozen=True, slots=True)
class Move:
    """A logon that ties a node at its source to a node at its target.

    `days` counts the other days with a logon of this account from this source to this target. `gap`
    is in microseconds: from the one node to the other or, on a `new_way`, which nobody had taken
    before the node at the source, from that node to the first logon on it. `since` is the time of
    the node at the source.
    """

    logon: Logon
    source: int
    target: int
    days: int
    gap: int
    since: int
    same_account: bool
    same_session: bool
    new_way: bool = False


def find_moves(
    nodes: Sequence[Node], logons: Iterable[Logon], sessions: Sessions, window_us: int
) -> list[Move]:
    """For each remote logon the nearest node before it at its source and after it at its target.

    On a new way the node at the source may lie any time back, if a rule fired on it that may start
    a story: a weak sign days before is no attack.

    The node at the source must act under the logon's account, else as the system itself, which can
    use any account's secrets; on a new way any account will do. At the target a node in the session
    that the logon opened is taken before one that only follows it on the same machine.

    Args:
        nodes: the detected events.
        logons: all logons in question.
        sessions: their openings.
        window_us: how far from the logon a node may be, in microseconds.
    """
    remote = [logon for logon in logons if logon.remote and logon.source]
    remote.sort(key=lambda logon: (logon.time, logon.event_id))
    ways: dict[Edge, list[Logon]] = {}
    for logon in remote:
        ways.setdefault(_edge(logon), []).append(logon)
    ends = _Ends(nodes, sessions, window_us)
    return [move for way in ways.values() for move in _moves_on(way, nodes, ends)]


def _moves_on(way: Sequence[Logon], nodes: Sequence[Node], ends: "_Ends") -> Iterator[Move]:
    """The moves of one account from one machine to another; `way` is sorted by time."""
    others = len({logon.time // DAY_US for logon in way}) - 1
    before, known = ends.before(way[0])
    for logon in way:
        target, same_session = ends.target(logon)
        if target is None:
            continue
        source, same_account = ends.source(logon)
        if source is not None:
            gap = abs(nodes[target].time - nodes[source].time)
            since = nodes[source].time
            yield Move(logon, source, target, others, gap, since, same_account, same_session)
        if before is not None:
            since = nodes[before].time
            gap = max(0, way[0].time - since)
            yield Move(logon, before, target, others, gap, since, known, same_session, True)


class _Ends:
    """The nodes that may stand at the ends of a logon, in order of time."""

    def __init__(self, nodes: Sequence[Node], sessions: Sessions, window_us: int) -> None:
        users = people(node.account for node in nodes)

        def user(node: Node) -> tuple[str, str, str]:
            return (node.organisation, node.machine, users.get(node.account, ""))

        self._window = window_us
        self._by_user = _timeline(nodes, user)
        self._seeds = _timeline(nodes, lambda node: user(node) if is_seed([node]) else None)
        self._held = _timeline(
            nodes, lambda node: (node.organisation, node.machine) if is_seed([node]) else None
        )
        self._by_machine = _timeline(nodes, lambda node: (node.organisation, node.machine))
        self._by_session = _timeline(nodes, sessions.key)

    def source(self, logon: Logon) -> tuple[int | None, bool]:
        """The node at the source, and whether it acts under the logon's account."""
        for user in (_user_of(logon.account), ""):
            line = self._by_user.get((logon.organisation, logon.source, user), [])
            found = _nearest(line, logon.time, self._window, _SLACK_US)
            if found is not None:
                return found, user != ""
        return None, False

    def before(self, logon: Logon) -> tuple[int | None, bool]:
        """The last node before a logon at its source that may start a story, as `source` does."""
        lines = [
            (self._seeds.get((logon.organisation, logon.source, user), []), user != "")
            for user in (_user_of(logon.account), "")
        ]
        # With stolen secrets an intruder goes on under another account than the one he came with.
        lines.append((self._held.get((logon.organisation, logon.source), []), False))
        for line, known in lines:
            place = bisect_right(line, (logon.time + _SLACK_US, _ANY))
            if place:
                return line[place - 1][1], known
        return None, False

    def target(self, logon: Logon) -> tuple[int | None, bool]:
        """The node at the target, and whether it is in the session that the logon opened."""
        line = self._by_session.get(logon.opened, [])
        inside = _nearest(line, logon.time, 0, self._window)
        if inside is not None:
            return inside, True
        line = self._by_machine.get((logon.organisation, logon.machine), [])
        return _nearest(line, logon.time, _SLACK_US, self._window), False


def movement_bits(move: Move, estate: Estate, settings: IntrusionSettings) -> float:
    """Weight of a logon between two nodes: more where it is rare and the nodes are close in time.

    Args:
        move: the logon and its nodes.
        estate: how long the target's logs were kept.
        settings: weights.
    """
    target = (move.logon.organisation, move.logon.machine)
    loose = settings.generation_bits * ((not move.same_session) + (not move.same_account))
    if move.new_way:
        unseen = min(settings.movement_bits, log2(estate.history_d(*target, move.since) + 1))
        fresh = 2 ** (-move.gap / DAY_US / settings.movement_half_life_d)
        return max(0.0, (settings.movement_bits + unseen) * fresh - loose)
    rarity = min(settings.movement_bits, log2((estate.days.get(target, 1) + 1) / (move.days + 1)))
    near = settings.moment_bits * 2 ** (-move.gap / _MINUTE_US / settings.moment_half_life_min)
    return settings.movement_bits + rarity + near - loose


def _user_of(account: str) -> str:
    """The account's name without its domain, in lower case."""
    return account.rpartition("\\")[2].partition("@")[0].lower()


def _edge(logon: Logon) -> Edge:
    return (logon.organisation, logon.source, logon.machine, _user_of(logon.account))


def _timeline(
    nodes: Sequence[Node], key: Callable[[Node], K | None]
) -> dict[K, list[tuple[int, int]]]:
    """Under each key the (time, index) of its nodes, in order of time; none for nodes without."""
    lines: dict[K, list[tuple[int, int]]] = {}
    order = sorted(range(len(nodes)), key=lambda index: (nodes[index].time, nodes[index].event_id))
    for index in order:
        name = key(nodes[index])
        if name is not None:
            lines.setdefault(name, []).append((nodes[index].time, index))
    return lines


def _nearest(line: Sequence[tuple[int, int]], time: int, before: int, after: int) -> int | None:
    """The node nearest to a time, no further before and after it than this; None without one."""
    places = line[bisect_left(line, (time - before, -1)) : bisect_right(line, (time + after, _ANY))]
    return min(places, key=lambda place: (abs(place[0] - time), place[1]))[1] if places else None
