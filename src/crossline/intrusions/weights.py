"""How much two groups of events have in common, in bits.

log2(m / u) of Fellegi and Sunter with m taken as 1: u is the share of the estate's host-days that
hold a value, counted outside the two groups, so that an intrusion does not make its own tools
common. One thing counts once: only the strongest link of each family enters the sum. A group that
holds n things of a family shares one of them with a stranger n times as easily, so log2(n) is
taken off; without it a large group would swallow the estate.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import log2

from crossline.intrusions.nodes import Node
from crossline.intrusions.ties import Tie
from crossline.settings import IntrusionSettings

__all__ = ["Group", "Link", "common_links", "group_of", "total_bits"]

Held = dict[int, set[tuple[str, int]]]

_HOUR_US = 3_600_000_000
_MINUTE_US = 60_000_000
_DAY_US = 24 * _HOUR_US


@dataclass(frozen=True, slots=True)
class Link:
    """What two groups share, and its weight in bits; `held`: a machine that a story holds."""

    family: str
    words: str
    bits: float
    held: bool = False


@dataclass(slots=True)
class Group:
    """Nodes that belong together so far.

    `holds` gives by family and tie the host-days on which its nodes hold the tie, `times` the
    sorted times of its nodes on each machine that they concern, `days` its host-days. `name` is the
    smallest event id: it orders groups. `head` is its first node: nodes are numbered in order of
    time. `credit` is how sure its own rules make it that it is an intrusion at all, in bits up to
    the bar of a story; `plain` the same where nobody looked elsewhere: on a machine that a story
    holds already.
    """

    name: str
    head: int
    members: list[int]
    first: int
    last: int
    holds: dict[str, Held] = field(default_factory=dict)
    times: dict[str, list[int]] = field(default_factory=dict)
    days: set[tuple[str, int]] = field(default_factory=set)
    credit: float = 0.0
    plain: float = 0.0

    def add(self, other: "Group") -> None:
        """Take in all that another group has."""
        self.name, self.head = min(self.name, other.name), min(self.head, other.head)
        self.members += other.members
        self.credit = max(self.credit, other.credit)
        self.plain = max(self.plain, other.plain)
        self.first, self.last = min(self.first, other.first), max(self.last, other.last)
        for family, held in other.holds.items():
            own_ties = self.holds.setdefault(family, {})
            for tie, days in held.items():
                own_ties.setdefault(tie, set()).update(days)
        self.days |= other.days
        for machine, times in other.times.items():
            own = self.times.setdefault(machine, [])
            for time in times:
                insort(own, time)


def group_of(index: int, node: Node, numbers: Iterable[int], ties: Sequence[Tie]) -> Group:
    """The group of one node, which hangs on the ties of these numbers."""
    group = Group(node.event_id, index, [index], node.time, node.time)
    for number in numbers:
        group.holds.setdefault(ties[number].family, {})[number] = {(node.machine, node.day)}
    group.times = {place: [node.time] for place in node.places}
    if node.machine:
        group.days.add((node.machine, node.day))
    return group


def common_links(
    one: Group, other: Group, ties: Sequence[Tie], host_days: int, settings: IntrusionSettings
) -> tuple[Link, ...]:
    """The strongest link of each family between two groups, strongest first."""
    links: list[Link] = []
    families = one.holds.keys() & other.holds.keys()
    apart = _apart(one, other)
    if apart > settings.network_window_d * _DAY_US:
        families -= {"network"}
    if apart > settings.quiet_d * _DAY_US:
        families -= {"artefact"}
    if "session" in families and one.holds["session"].keys() & other.holds["session"].keys():
        families -= {"account"}  # a session has one account: that it is shared is no second fact
    for family in families:
        link = _strongest(one.holds[family], other.holds[family], ties, host_days, settings)
        if link:
            links.append(link)
    # Looked at only where it can decide: it costs the most and weighs the least.
    place = max(settings.place_bits + settings.moment_bits, settings.foothold_bits)
    if total_bits(links, one, other, settings) + place > 0:
        links = _with_place(links, one, other, host_days, settings)
    return tuple(sorted(links, key=lambda link: (-link.bits, link.family)))


def _with_place(
    links: list[Link], one: Group, other: Group, host_days: int, settings: IntrusionSettings
) -> list[Link]:
    """The links with that by place.

    Where the machine is held by a story, an account is no second fact: who has the machine has the
    accounts that are used on it.
    """
    place = _place(one, other, host_days, settings)
    if any(link.held for link in place):
        links = [link for link in links if link.family != "account"]
    return links + place


def _apart(one: Group, other: Group) -> int:
    return max(one.first, other.first) - min(one.last, other.last)


def _strongest(
    one: Held, other: Held, ties: Sequence[Tie], host_days: int, settings: IntrusionSettings
) -> Link | None:
    """The strongest of the things that both hold; None if there is none or it weighs nothing."""
    best: Link | None = None
    chances = log2(max(len(one), len(other)))
    for number in sorted(one.keys() & other.keys()):
        tie = ties[number]
        bits = tie.bits or min(
            tie.cap, _rarity(tie, one[number], other[number], host_days, settings) - chances
        )
        if bits > (best.bits if best else 0):
            best = Link(tie.family, tie.words, bits)
    return best


def total_bits(
    links: Sequence[Link], one: Group, other: Group, settings: IntrusionSettings
) -> float:
    """The weight of the links less the prior; above 0 the two groups are one story.

    Two things make the prior low: few detections come from an intrusion at all, and few intrusions
    are the same one. The first is paid off by what the weaker group's own rules say.
    """
    joins = _joins_story(one, other, settings)
    credit = min(one.plain, other.plain) if joins else min(one.credit, other.credit)
    return sum(link.bits for link in links) + credit - settings.prior_bits


def _joins_story(one: Group, other: Group, settings: IntrusionSettings) -> bool:
    """Whether one of the two is a story and the other is not."""
    return (one.credit >= settings.report_bits) != (other.credit >= settings.report_bits)


def _rarity(
    tie: Tie,
    one: set[tuple[str, int]],
    other: set[tuple[str, int]],
    host_days: int,
    settings: IntrusionSettings,
) -> float:
    outside = max(0, len(tie.days) - len(one | other))
    # No world-wide prior for accounts: a name that is rare in a small estate is not rare as such.
    world = 0.0 if tie.family == "account" else settings.world_host_days
    return log2((host_days + world + 1) / (outside + 1))


def _place(one: Group, other: Group, host_days: int, settings: IntrusionSettings) -> list[Link]:
    """The link by machine and time; none if they share no machine or are far apart.

    It weighs no more than it is rare to meet the larger group's host-days by chance.
    """
    shared = one.times.keys() & other.times.keys()
    gaps = [(_gap(one.times[machine], other.times[machine]), machine) for machine in shared]
    if not gaps:
        return []
    gap, machine = min(gaps)
    far = settings.place_bits * 2 ** (-gap / _HOUR_US / settings.place_half_life_h)
    near = settings.moment_bits * 2 ** (-gap / _MINUTE_US / settings.moment_half_life_min)
    held = _held(one, other, machine, gap, settings)
    if held > far + near:
        return [Link("place", f"{_duration(gap)} apart on {machine}, held by a story", held, True)]
    everywhere = host_days + settings.world_host_days
    chance = log2(everywhere / max(len(one.days), len(other.days)))
    bits = min(far + near, chance)
    return [Link("place", f"{_duration(gap)} apart on {machine}", bits)] if bits >= 0.05 else []


def _held(one: Group, other: Group, machine: str, gap: int, settings: IntrusionSettings) -> float:
    """The link by a machine that a story holds: it lasts longer for a weak sign."""
    if _joins_story(one, other, settings):
        gap = 0 if _within(one, other, machine) or _within(other, one, machine) else gap
        return settings.foothold_bits * 2 ** (-gap / _DAY_US / settings.foothold_half_life_d)
    if one.credit >= settings.report_bits and not _strangers(one, other):
        return settings.return_bits * 2 ** (-gap / _DAY_US / settings.return_half_life_d)
    return 0.0


def _within(one: Group, other: Group, machine: str) -> bool:
    """Whether one was on the machine between the first and the last sign of the other there."""
    times, span = one.times[machine], other.times[machine]
    place = bisect_left(times, span[0])
    return place < len(times) and times[place] <= span[-1]


def _strangers(one: Group, other: Group) -> bool:
    """Whether both reach for addresses or names outside, and share none."""
    mine, others = one.holds.get("network", {}), other.holds.get("network", {})
    return bool(mine and others) and not mine.keys() & others.keys()


def _gap(one: Sequence[int], other: Sequence[int]) -> int:
    """Smallest distance between two sorted lists of times."""
    few, many = sorted((one, other), key=len)
    best = abs(few[0] - many[0])
    for time in few:
        place = bisect_left(many, time)
        best = min([best, *(abs(time - near) for near in many[max(0, place - 1) : place + 1])])
    return best


def _duration(gap: int) -> str:
    minutes = gap // _MINUTE_US
    if minutes < 1:
        return "less than a minute"
    if minutes < 120:
        return f"{minutes} min"
    if minutes < 2880:
        return f"{minutes // 60} h"
    return f"{minutes // 1440} days"
