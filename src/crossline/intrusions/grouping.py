"""From ties to groups: a certain core by process, then greedy merging with a stop at 0 bits."""

import heapq
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from crossline.intrusions.nodes import Node
from crossline.intrusions.ties import Tie
from crossline.intrusions.weights import Group, Link, common_links, group_of, total_bits
from crossline.settings import IntrusionSettings

__all__ = ["Grouping", "Merge", "group_nodes"]

# Ties of these families ask for a comparison; the others only add to one that was asked for.
_LEADING = frozenset({"session", "movement", "artefact", "network"})


@dataclass(frozen=True, slots=True)
class Merge:
    """Two groups made one: `later` is the first node of the side that began later."""

    later: int
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Grouping:
    """The groups, by the smallest event id in each, and how they came about.

    `core` gives the process link of each node that shares a process with another; `merges` stand
    in the order in which they were made.
    """

    groups: tuple[Group, ...]
    core: Mapping[int, Link]
    merges: tuple[Merge, ...]


def group_nodes(
    nodes: Sequence[Node],
    ties: Sequence[Tie],
    host_days: int,
    settings: IntrusionSettings,
    credit_of: Callable[[Grouping], Mapping[str, tuple[float, float]]] | None = None,
) -> Grouping:
    """Group the nodes of one organisation; neither the order of nodes nor of ties matters.

    First by links alone; then the groups so found, each with the credit that its own rules give it,
    until no more become one: two groups that are each hardly a false alarm need less for that. At
    last each weaker group goes to the story that holds its machine, if its rules say enough; what
    it is tied to otherwise goes nowhere, so that one machine does not make two stories one.

    Args:
        nodes: detected events, sorted by (time, event id).
        ties: what they share; `members` are indices into `nodes`.
        host_days: host-days of the organisation.
        settings: weights and bounds.
        credit_of: `credit` and `plain` of groups by name; None: links alone.
    """
    joined = _Joined(len(nodes))
    core: dict[int, Link] = {}
    for tie in ties:
        if tie.family == "process":
            _join_core(tie, joined, core)
    agglomeration = _Agglomeration(nodes, ties, host_days, settings, joined)
    agglomeration.run(_candidates(nodes, ties, joined, settings.neighbours))
    made = -1
    while credit_of and made < len(agglomeration.merges):
        made = len(agglomeration.merges)
        credit = credit_of(agglomeration.result(core))
        for group in agglomeration.groups.values():
            group.credit, group.plain = credit[group.name]
        pairs = _candidates(nodes, ties, joined, settings.neighbours)
        agglomeration.run(pairs | _followers(agglomeration.groups, settings.report_bits))
    agglomeration.recruit(_holders(agglomeration.groups, settings.report_bits))
    return agglomeration.result(core)


class _Joined:
    """Union-find over indices."""

    def __init__(self, size: int) -> None:
        self._parent = list(range(size))

    def root(self, index: int) -> int:
        while self._parent[index] != index:
            self._parent[index] = self._parent[self._parent[index]]
            index = self._parent[index]
        return index

    def join(self, into: int, other: int) -> None:
        self._parent[self.root(other)] = self.root(into)


def _join_core(tie: Tie, joined: _Joined, core: dict[int, Link]) -> None:
    nearest = min(tie.costs)
    for member, cost in zip(tie.members, tie.costs, strict=True):
        joined.join(tie.members[0], member)
        # A node at the process itself is as far from the others as the nearest of them.
        link = Link("process", tie.words, max(tie.bits - max(cost, nearest), 0.0))
        if member not in core or link.bits > core[member].bits:
            core[member] = link


def _candidates(
    nodes: Sequence[Node], ties: Sequence[Tie], joined: _Joined, reach: int
) -> set[tuple[int, int]]:
    """Pairs of core groups that are near each other, in time, among the holders of one tie."""
    pairs = set()
    for tie in ties:
        if tie.family not in _LEADING:
            continue
        order = sorted(set(tie.members))  # nodes are sorted by time
        line = [root for root, _ in groupby(joined.root(member) for member in order)]
        for place, root in enumerate(line):
            for near in line[place + 1 : place + 1 + reach]:
                if near != root:
                    pairs.add((min(root, near), max(root, near)))
    return pairs


def _lines(groups: Mapping[int, Group]) -> dict[str, list[int]]:
    """By machine the groups that were there, in order of time."""
    lines: dict[str, list[tuple[int, str, int]]] = {}
    for root, group in groups.items():
        for machine, times in group.times.items() if group.plain > 0 else ():
            lines.setdefault(machine, []).extend((time, group.name, root) for time in times)
    return {
        machine: [root for root, _ in groupby(root for _, _, root in sorted(lines[machine]))]
        for machine in lines
    }


def _followers(groups: Mapping[int, Group], full: float) -> set[tuple[int, int]]:
    """Pairs of stories that follow each other on one machine.

    Only of these may account and place make one story: weaker groups could be chance.
    """
    stories = {root: group for root, group in groups.items() if group.credit >= full}
    return {(min(pair), max(pair)) for line in _lines(stories).values() for pair in pairwise(line)}


def _holders(groups: Mapping[int, Group], full: float) -> dict[int, set[int]]:
    """For each weaker group the stories before and after it on a machine."""
    stories = {root for root, group in groups.items() if group.credit >= full}
    found: dict[int, set[int]] = {}
    for line in _lines(groups).values():
        for order in (line, line[::-1]):
            last = -1
            for root in order:
                if root in stories:
                    last = root
                elif last >= 0:
                    found.setdefault(root, set()).add(last)
    return found


def _fits(group: Group, story: Group, owned: Mapping[str, set[int]]) -> bool:
    """Whether no tool or address of the group is another story's and not this one's."""
    shared = {family: group.holds.get(family, {}).keys() & ties for family, ties in owned.items()}
    own = any(ties & story.holds.get(family, {}).keys() for family, ties in shared.items())
    return own or not any(shared.values())


class _Agglomeration:
    """Greedy merging: the heaviest pair first, ties by name, weights taken anew after a merge."""

    def __init__(
        self,
        nodes: Sequence[Node],
        ties: Sequence[Tie],
        host_days: int,
        settings: IntrusionSettings,
        joined: _Joined,
    ) -> None:
        self._ties, self._host_days, self._settings = ties, host_days, settings
        self._joined = joined
        self.merges: list[Merge] = []
        self.groups: dict[int, Group] = {}
        self._near: dict[int, set[int]] = {}
        self._queue: list[tuple[float, str, str, int, int]] = []
        hangs: list[list[int]] = [[] for _ in nodes]
        for number, tie in enumerate(ties):
            for member in tie.members:
                hangs[member].append(number)
        for index, node in enumerate(nodes):
            root, alone = joined.root(index), group_of(index, node, hangs[index], ties)
            if root in self.groups:
                self.groups[root].add(alone)
            else:
                self.groups[root] = alone

    def result(self, core: Mapping[int, Link]) -> Grouping:
        groups = sorted(self.groups.values(), key=lambda group: group.name)
        return Grouping(tuple(groups), core, tuple(self.merges))

    def run(self, pairs: Iterable[tuple[int, int]]) -> None:
        for one, other in pairs:
            self._near.setdefault(one, set()).add(other)
            self._near.setdefault(other, set()).add(one)
            self._ask(one, other)
        while self._queue:
            weight, _, _, one, other = heapq.heappop(self._queue)
            one, other = self._joined.root(one), self._joined.root(other)
            if one == other:
                continue
            links = self._links(one, other)
            now = total_bits(links, self.groups[one], self.groups[other], self._settings)
            if now < -weight - 1e-9:
                self._push(one, other, now)
            else:
                self._merge(one, other, links)

    def recruit(self, holders: Mapping[int, set[int]]) -> None:
        """Give each weaker group to the story that it is tied to most, all judged at once."""
        chosen = []
        owned = self._owned(holders)
        for root, stories in holders.items():
            weighed = []
            for story in stories:
                if not _fits(self.groups[root], self.groups[story], owned):
                    continue
                links = self._links(story, root)
                bits = total_bits(links, self.groups[story], self.groups[root], self._settings)
                weighed.append((-bits, self.groups[story].name, story, links))
            if weighed and min(weighed)[0] < 0:
                _, _, story, links = min(weighed, key=lambda one: one[:2])
                chosen.append((self.groups[root].name, root, story, links))
        for _, root, story, links in sorted(chosen, key=lambda one: one[0]):
            taken = self.groups.pop(root)
            self.merges.append(Merge(max(taken.head, self.groups[story].head), links))
            self.groups[story].add(taken)
            self._joined.join(story, root)

    def _owned(self, holders: Mapping[int, set[int]]) -> dict[str, set[int]]:
        """By family the ties that any story holds which holds a machine."""
        owned: dict[str, set[int]] = {}
        for story in set().union(*holders.values()):
            for family in ("artefact", "network"):
                owned.setdefault(family, set()).update(self.groups[story].holds.get(family, ()))
        return owned

    def _links(self, one: int, other: int) -> tuple[Link, ...]:
        return common_links(
            self.groups[one], self.groups[other], self._ties, self._host_days, self._settings
        )

    def _ask(self, one: int, other: int) -> None:
        links = self._links(one, other)
        bits = total_bits(links, self.groups[one], self.groups[other], self._settings)
        self._push(one, other, bits)

    def _push(self, one: int, other: int, bits: float) -> None:
        if bits > 0:
            low, high = sorted((self.groups[one].name, self.groups[other].name))
            heapq.heappush(self._queue, (-bits, low, high, one, other))

    def _merge(self, one: int, other: int, links: tuple[Link, ...]) -> None:
        big, small = sorted(
            (one, other), key=lambda root: (-len(self.groups[root].members), self.groups[root].name)
        )
        taken = self.groups.pop(small)
        self.merges.append(Merge(max(taken.head, self.groups[big].head), links))
        self.groups[big].add(taken)
        self._joined.join(big, small)
        near = {self._joined.root(root) for root in self._near.pop(small, set())} - {big}
        self._near.setdefault(big, set()).update(near)
        for root in sorted(near, key=lambda root: self.groups[root].name):
            self._ask(big, root)
