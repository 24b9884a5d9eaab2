"""Detections that no story holds, but that were acted from or on what a story held at the time.

A group of detections may be too weak to be a story: one look-up in a database says little. Acted
from a machine that an intruder holds, or under an account that he uses there, it is his. What
joins is told with its reason; nothing here makes a new story.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from crossline.intrusions.grouping import Grouping
from crossline.intrusions.nodes import DAY_US, Node
from crossline.intrusions.scoring import says_anything
from crossline.intrusions.stories import Joined, Story, Verdict
from crossline.intrusions.values import people
from crossline.intrusions.vocabulary import STOPS
from crossline.kernel.ids import row_id
from crossline.settings import IntrusionSettings

__all__ = ["with_adopted"]

_FROM, _TO, _THERE, _ACCOUNT, _ALONE = 3.0, 3.0, 1.0, 2.0, 2.0
_ENOUGH = 3.0
# Attempts from outside say nothing of who holds the machine that they come to.
_ATTEMPTS = ("T1110", "T1595")
# What clocks and the order of logs may be off by.
_EARLY = 3 * DAY_US


@dataclass
class _Holding:
    """What a story holds: days of its acts by machine, and from which machines; its accounts."""

    story: Story
    acts: dict[str, list[int]] = field(default_factory=dict)
    origins: dict[str, list[int]] = field(default_factory=dict)
    accounts: dict[tuple[str, str], list[int]] = field(default_factory=dict)

    def take(self, nodes: Iterable[Node], users: Mapping[str, str]) -> None:
        """Note what these events show to be held."""
        for node in nodes:
            for place in node.places:
                self.acts.setdefault(place, []).append(node.time)
            if node.source and node.source != node.machine:
                self.origins.setdefault(node.source, []).append(node.time)
            user = users.get(node.account, "")
            if user:
                for place in node.places:
                    self.accounts.setdefault((place, user), []).append(node.time)


@dataclass(frozen=True, slots=True)
class _Claim:
    """Why a group may be a story's: bits, the gap in time, and words."""

    bits: float
    gap: int
    reason: str


def with_adopted(
    verdict: Verdict, nodes: Sequence[Node], grouping: Grouping, settings: IntrusionSettings
) -> Verdict:
    """The verdict with weak groups given to the stories that held where they acted.

    Rounds go on while a story grows: what it adopts tells of further machines. A group goes to the
    story with the strongest claim, among equals to the nearest in time.

    Args:
        verdict: stories and left-over detections of one organisation.
        nodes: its detected events, sorted by (time, event id).
        grouping: their groups.
        settings: how far a claim reaches in time.
    """
    users = people(node.account for node in nodes)
    holdings = [_Holding(story) for story in verdict.stories]
    for holding in holdings:
        holding.take(holding.story.nodes, users)
    told = {node.event_id for story in verdict.stories for node in story.nodes}
    free = [
        [nodes[index] for index in sorted(group.members)]
        for group in sorted(grouping.groups, key=lambda group: group.name)
    ]
    free = [part for part in free if part[0].event_id not in told and _is_an_act(part)]
    grown = True
    while grown and holdings:
        claims = [(part, _best(part, holdings, users, settings)) for part in free]
        free = [part for part, best in claims if best is None]
        grown = len(free) < len(claims)
        for part, best in claims:
            if best is not None:
                owner, claim = best
                owner.story = _joined(owner.story, part, claim)
                owner.take(part, users)
    return _told(holdings, verdict)


def _is_an_act(part: Sequence[Node]) -> bool:
    """Whether a group says something, and more than that somebody outside tried to come in."""
    tags = {tag for node in part for fired in node.fired for tag in fired.techniques}
    return says_anything(part) and not (tags and all(tag.startswith(_ATTEMPTS) for tag in tags))


def _best(
    part: Sequence[Node],
    holdings: Sequence[_Holding],
    users: Mapping[str, str],
    settings: IntrusionSettings,
) -> tuple[_Holding, _Claim] | None:
    found = [
        (holding, claim)
        for holding in holdings
        for claim in _claims(part, holding, holdings, users, settings)
        if claim.bits >= _ENOUGH
    ]
    if not found:
        return None
    return min(found, key=lambda pair: (-pair[1].bits, pair[1].gap, pair[0].story.intrusion_id))


def _claims(
    part: Sequence[Node],
    holding: _Holding,
    holdings: Sequence[_Holding],
    users: Mapping[str, str],
    settings: IntrusionSettings,
) -> Iterator[_Claim]:
    reach = int(settings.adopted_within_d * DAY_US)
    before = int(settings.gathered_account_d * DAY_US)
    for node in part:
        user = users.get(node.account, "")
        served = node.format in STOPS.services
        for place, gap, bits, words in _holds(node, holding, (reach, before)):
            known = _gap(holding.accounts.get((place, user), ()), node.time) if user else None
            same = known is not None and known <= reach
            alone = not served and sum(place in other.acts for other in holdings) == 1
            reason = words.format(place) + (f"; same account {user}" if same else "")
            reason += "; no other story was there" if alone else ""
            yield _Claim(bits + _ACCOUNT * same + _ALONE * alone, gap, reason)


def _holds(
    node: Node, holding: _Holding, within: tuple[int, int]
) -> Iterator[tuple[str, int, float, str]]:
    """(machine, gap, bits, words): where the story was by then, or went on from soon after."""
    reach, before = within
    held = [(node.machine, _THERE, before, "on {0}, which the story held")]
    if node.source and node.source != node.machine:
        held.append((node.source, _FROM, _EARLY, "acted from {0}, which the story held"))
    for place, bits, early, words in held:
        times = holding.acts.get(place, ())
        gap = _gap(times, node.time)
        if gap is not None and gap <= reach and node.time >= min(times) - early:
            yield place, gap, bits, words
    later = [time - node.time for time in holding.origins.get(node.machine, ())]
    soon = min((gap for gap in later if 0 <= gap <= before), default=None)
    if soon is not None:
        yield node.machine, soon, _TO, "on {0}, from which the story went on"


def _gap(times: Sequence[int], time: int) -> int | None:
    return min((abs(time - each) for each in times), default=None)


def _joined(story: Story, part: Sequence[Node], claim: _Claim) -> Story:
    """The story with a group; its score stays that of the group which made it one."""
    reason = Joined(claim.reason, claim.bits)
    both = dict(zip((node.event_id for node in story.nodes), story.joined, strict=True))
    both |= {node.event_id: reason for node in part}
    nodes = sorted((*story.nodes, *part), key=lambda node: (node.time, node.event_id))
    return replace(story, nodes=tuple(nodes), joined=tuple(both[node.event_id] for node in nodes))


def _told(holdings: Sequence[_Holding], verdict: Verdict) -> Verdict:
    """The stories under the ids of all their events; what they took is no longer left over."""
    stories = [
        replace(
            holding.story,
            intrusion_id=row_id("in", sorted(node.event_id for node in holding.story.nodes)),
        )
        for holding in holdings
    ]
    held = {fired.detection_id for story in stories for node in story.nodes for fired in node.fired}
    unlinked = {name: why for name, why in verdict.unlinked.items() if name not in held}
    return Verdict(tuple(sorted(stories, key=lambda story: story.intrusion_id)), unlinked)
