"""Weak groups of detections that one account leaves in services, or that go on between machines.

Logs of databases, registers and gates name an account and where it came from, and no process or
session that would tie records together. Where one account does such things again, or goes on from
one machine to the next, they are weighed together.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from crossline.intrusions.grouping import Grouping, Merge
from crossline.intrusions.nodes import DAY_US, Node
from crossline.intrusions.scoring import says_anything
from crossline.intrusions.stories import Verdict
from crossline.intrusions.values import people
from crossline.intrusions.vocabulary import STOPS
from crossline.intrusions.weights import Group, Link
from crossline.settings import IntrusionSettings

__all__ = ["gathered"]

_ACCOUNT_BITS, _PATH_BITS = 6.0, 6.0
_Edge = tuple[int, int, Link]


def gathered(
    verdict: Verdict, nodes: Sequence[Node], grouping: Grouping, settings: IntrusionSettings
) -> tuple[Grouping, frozenset[str]]:
    """The grouping with weak groups joined that follow each other, and the names of those.

    Stories stay as they are.

    Args:
        verdict: what the groups were judged to be.
        nodes: the detected events of one organisation, sorted by (time, event id).
        grouping: their groups.
        settings: how near in time groups must follow each other.
    """
    told = {node.event_id for story in verdict.stories for node in story.nodes}
    weak = [
        group
        for group in grouping.groups
        if nodes[group.head].event_id not in told
        and says_anything([nodes[index] for index in group.members])
    ]
    home = {index: place for place, group in enumerate(weak) for index in group.members}
    root = list(range(len(weak)))
    merges = []
    for one, other, link in sorted(_edges(nodes, sorted(home), settings), key=_order):
        first, second = _root(root, home[one]), _root(root, home[other])
        if first != second:
            root[max(first, second)] = min(first, second)
            merges.append(Merge(other, (link,)))
    names = {group.name for group in weak}
    kept = [group for group in grouping.groups if group.name not in names]
    joined = list(_joined(weak, root))
    ordered = tuple(sorted([*kept, *joined], key=lambda group: group.name))
    sizes = {group.name: len(group.members) for group in weak}
    grown = frozenset(group.name for group in joined if len(group.members) > sizes[group.name])
    return Grouping(ordered, grouping.core, (*grouping.merges, *merges)), grown


def _order(edge: _Edge) -> tuple[float, int, int]:
    return -edge[2].bits, edge[1], edge[0]


def _root(root: list[int], place: int) -> int:
    while root[place] != place:
        place = root[place]
    return place


def _joined(weak: Sequence[Group], root: list[int]) -> Iterator[Group]:
    together: dict[int, Group] = {}
    for place, group in enumerate(weak):
        top = _root(root, place)
        if top in together:
            together[top].add(group)
        else:
            together[top] = replace(group, members=list(group.members), holds={}, times={},
                                    days=set(group.days))  # fmt: skip
    yield from together.values()


def _edges(
    nodes: Sequence[Node], free: Sequence[int], settings: IntrusionSettings
) -> Iterator[_Edge]:
    users = people(nodes[index].account for index in free)
    on_machine: dict[str, list[int]] = {}
    by_account: dict[tuple[str, str], list[int]] = {}
    for index in free:
        node = nodes[index]
        if node.format not in STOPS.services:
            on_machine.setdefault(node.machine, []).append(index)
        elif users.get(node.account):
            by_account.setdefault((node.machine, users[node.account]), []).append(index)
    near, far = settings.gathered_near_d * DAY_US, settings.gathered_account_d * DAY_US
    for (machine, user), line in sorted(by_account.items()):
        words = f"account {user} on {machine} again"
        yield from _follow(nodes, line, far, Link("account", words, _ACCOUNT_BITS))
    yield from _onward(nodes, free, on_machine, users, (near, far))


def _follow(
    nodes: Sequence[Node], line: Sequence[int], within: float, link: Link
) -> Iterator[_Edge]:
    for one, other in pairwise(line):
        if nodes[other].time - nodes[one].time <= within:
            yield one, other, link


def _onward(
    nodes: Sequence[Node],
    free: Sequence[int],
    on_machine: Mapping[str, Sequence[int]],
    users: Mapping[str, str],
    within: tuple[float, float],
) -> Iterator[_Edge]:
    """From a machine with a detection the account of that detection, or soon any, goes on."""
    near, far = within
    for index in free:
        node = nodes[index]
        if not node.source or node.source == node.machine:
            continue
        for other in on_machine.get(node.source, ()):
            gap = abs(nodes[other].time - node.time)
            user = users.get(node.account)
            same = user is not None and user == users.get(nodes[other].account)
            if gap <= (far if same else near):
                words = f"from {node.source} on to {node.machine}"
                first, later = sorted((index, other))
                yield first, later, Link("movement", words, _PATH_BITS)
