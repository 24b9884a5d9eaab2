"""Groups to attack stories: which reach the bar, and how each event came to be in one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log2

from crossline.intrusions.grouping import Grouping
from crossline.intrusions.nodes import Node
from crossline.intrusions.scoring import (
    RuleDays,
    Score,
    chances,
    is_seed,
    rule_days,
    says_anything,
    score_nodes,
)
from crossline.intrusions.weights import Group, Link
from crossline.kernel.ids import row_id
from crossline.settings import IntrusionSettings

__all__ = ["Joined", "Story", "Verdict", "credits_of", "judge_groups"]


@dataclass(frozen=True, slots=True)
class Joined:
    """Why a detected event belongs to its story; no bits for the one that it starts with."""

    reason: str
    bits: float | None


@dataclass(frozen=True, slots=True)
class Story:
    """A group that reached the bar: its events in order of time, each with its reason."""

    intrusion_id: str
    organisation: str
    nodes: tuple[Node, ...]
    joined: tuple[Joined, ...]
    score: Score


@dataclass(frozen=True, slots=True)
class Verdict:
    """The stories of an organisation, and for every other detection what it lacked, with bits."""

    stories: tuple[Story, ...]
    unlinked: Mapping[str, tuple[str, float]]


def judge_groups(
    nodes: Sequence[Node],
    grouping: Grouping,
    host_days: Mapping[str, int],
    settings: IntrusionSettings,
    gathered: frozenset[str] = frozenset(),
) -> Verdict:
    """Score every group of one organisation and split them at the bar.

    Groups named in `gathered` hold together by time and place alone and need twice the bits.
    """
    reasons = _reasons(grouping)
    stories: list[Story] = []
    unlinked: dict[str, tuple[str, float]] = {}
    for group, members, score, told in _judged(nodes, grouping, host_days, settings, gathered):
        if told:
            joined = [reasons.get(index, _START) for index in sorted(group.members)]
            stories.append(_story(members, tuple(joined), score))
        else:
            lack = _lack(members, score, settings)
            unlinked |= {fired.detection_id: lack for node in members for fired in node.fired}
    for story in stories:
        for fired in (fired for node in story.nodes for fired in node.fired):
            unlinked.pop(fired.detection_id, None)
    return Verdict(tuple(sorted(stories, key=lambda story: story.intrusion_id)), unlinked)


def credits_of(
    grouping: Grouping,
    nodes: Sequence[Node],
    host_days: Mapping[str, int],
    settings: IntrusionSettings,
) -> dict[str, tuple[float, float]]:
    """By name how far its own rules carry each group to the bar of a story, `report_bits`.

    The first of two figures counts against chance in the whole estate; the second does not.
    """
    full = settings.report_bits
    return {
        group.name: (
            full if told else min(max(score.bits, 0.0), full - 0.01),
            min(score.priced(0.0).bits, full),
        )
        for group, _, score, told in _judged(nodes, grouping, host_days, settings)
    }


def _judged(
    nodes: Sequence[Node],
    grouping: Grouping,
    host_days: Mapping[str, int],
    settings: IntrusionSettings,
    gathered: frozenset[str] = frozenset(),
) -> Iterator[tuple[Group, tuple[Node, ...], Score, bool]]:
    """The groups, strongest first, each with its nodes, its score, and whether it is a story.

    Rules are rated by host-day, so the score is lowered by log2 of the host-days on which any group
    could have started a story: among many, one scores high by chance. The strongest group is judged
    first, and the host-days of a story no longer count as chances for the next (Holm's step-down
    procedure, 1979).
    """
    fired_on = rule_days(nodes)
    left = {
        seeds: chances(nodes, fired_on, host_days, settings, seeds_only=seeds)
        for seeds in (True, False)
    }
    price = log2(max(1, len(left[True])))
    for group, members, dearest in _scored(nodes, grouping, fired_on, host_days, settings, price):
        score = dearest.priced(log2(max(1, len(left[is_seed(members)]))))
        bar = max(_bar(members, settings), 2 * settings.report_bits * (group.name in gathered))
        told = score.bits >= bar and says_anything(members)
        if told:
            days = {(node.machine, node.day) for node in members}
            left = {seeds: chance - days for seeds, chance in left.items()}
        yield group, members, score, told


def _bar(nodes: Sequence[Node], settings: IntrusionSettings) -> float:
    """The bits that a story needs: twice as many where no rule of a high level fired."""
    return settings.report_bits * (1 if is_seed(nodes) else 2)


def _scored(
    nodes: Sequence[Node],
    grouping: Grouping,
    fired_on: Mapping[str, RuleDays],
    host_days: Mapping[str, int],
    settings: IntrusionSettings,
    price: float,
) -> list[tuple[Group, tuple[Node, ...], Score]]:
    """The groups with their nodes and scores, strongest first."""
    movement = _movement_bits(grouping)
    scored = []
    for group in grouping.groups:
        members = tuple(nodes[index] for index in sorted(group.members))
        moves = movement.get(group.name, ())
        score = score_nodes(members, moves, fired_on, host_days, settings)
        scored.append((group, members, score.priced(price)))
    return sorted(scored, key=lambda one: (-one[2].bits, one[0].name))


_START = Joined("the first event of the story", None)


def _story(nodes: tuple[Node, ...], joined: tuple[Joined, ...], score: Score) -> Story:
    identity = row_id("in", sorted(node.event_id for node in nodes))
    return Story(identity, nodes[0].organisation, nodes, joined, score)


def _lack(nodes: Sequence[Node], score: Score, settings: IntrusionSettings) -> tuple[str, float]:
    if not says_anything(nodes):
        return "no rule of a level above low fired in its group", score.bits
    events = f"{len(nodes)} events" if len(nodes) > 1 else "this event alone"
    needed = f"{_bar(nodes, settings):g} bits needed"
    why = "" if is_seed(nodes) else ", as no rule of level high or critical fired in it"
    return f"its group ({events}) scores {score.bits:.1f} of the {needed}{why}", score.bits


def _movement_bits(grouping: Grouping) -> dict[str, list[float]]:
    """Under each group's name the bits of the logons that joined parts of it."""
    group_of = {index: group.name for group in grouping.groups for index in group.members}
    bits: dict[str, list[float]] = {}
    for merge in grouping.merges:
        for link in merge.links:
            if link.family == "movement":
                bits.setdefault(group_of[merge.later], []).append(link.bits)
    return bits


def _reasons(grouping: Grouping) -> dict[int, Joined]:
    """Why each node is in its group: the merge that it led, else its process."""
    core = {index: _joined((link,)) for index, link in grouping.core.items()}
    merged: dict[int, Joined] = {}
    for merge in grouping.merges:
        merged.setdefault(merge.later, _joined(merge.links))
    return core | merged


def _joined(links: Sequence[Link]) -> Joined:
    told = [f"{link.words} ({link.bits:.1f} bits)" for link in links]
    return Joined("; ".join(told), sum(link.bits for link in links))
