"""How much an answer hangs on: one item, the prior of `none_of_these`, what was not seen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from crossline.attribution.answer import NONE_OF_THESE, Answer
from crossline.attribution.profiles import Floats, Observed, Profiles
from crossline.attribution.waterfall import odds_bits, probability_of

__all__ = ["Dropped", "Sought", "drop_one", "expected_but_not_seen", "leader", "range_of", "sought"]

MOST_DROPPED = 24
"""Items left out in turn: the rarest. Reason: a common one moves nothing, and each costs a run."""
ABSENCE = 0.1
"""Weight of an item's absence. Gaps in what is written of a group are the writers', not the
group's; reasoned, not validated."""
USUAL = 0.5
"""Share of a group's reports from which an item is expected of it."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """One item left out: the leader's log odds fall by `bits`; `answer` is what is left."""

    item: str
    bits: float
    answer: Answer


@dataclass(frozen=True, slots=True)
class Sought:
    """An item that speaks for one rival and against the other, in bits; not seen so far."""

    item: str
    candidate: str
    bits: float


def leader(given: Answer) -> str:
    """The most probable group, or `none_of_these`."""
    if not given.ranking or given.unknown >= given.ranking[0][1]:
        return NONE_OF_THESE
    return given.ranking[0][0]


def drop_one(
    score: Callable[[Observed], Answer], profiles: Profiles, observed: Observed, given: Answer
) -> list[Dropped]:
    """The answers with one item left out in turn, the strongest item first."""
    first = leader(given)
    items = [i for i in (*observed.techniques, *observed.software) if i in profiles.items]
    items.sort(key=lambda item: (-profiles.rarity[profiles.items[item]], item))
    dropped = []
    for item in items[:MOST_DROPPED]:
        left = score(_without(observed, item))
        change = odds_bits(probability_of(given, first)) - odds_bits(probability_of(left, first))
        dropped.append(Dropped(item, change, left))
    return sorted(dropped, key=lambda each: (-each.bits, each.item))


def range_of(candidate: str, given: Answer, others: Sequence[Answer]) -> tuple[float, float]:
    """The lowest and highest probability of a candidate over an answer and its variations."""
    every = [probability_of(each, candidate) for each in (given, *others)]
    return min(every), max(every)


def expected_but_not_seen(
    profiles: Profiles, observed: Observed, candidate: str
) -> list[tuple[str, float]]:
    """Items that most reports of the group name and that were not seen: bits against it."""
    if candidate not in profiles.groups:
        return []
    share = _shares(profiles)[profiles.groups.index(candidate)]
    seen = {*observed.techniques, *observed.software}
    found = [
        (item, ABSENCE * float(np.log2(1 - min(share[at], 0.99))))
        for item, at in profiles.items.items()
        if share[at] >= USUAL and item not in seen
    ]
    return sorted(found, key=lambda each: (each[1], each[0]))


def sought(profiles: Profiles, observed: Observed, one: str, other: str) -> list[Sought]:
    """Items not seen that would tell two groups apart, best first."""
    if one not in profiles.groups or other not in profiles.groups:
        return []
    share = _shares(profiles)
    a, b = share[profiles.groups.index(one)], share[profiles.groups.index(other)]
    ratio = np.log2((a + 0.02) / (b + 0.02)) * np.maximum(a, b)
    seen = {*observed.techniques, *observed.software}
    found = [
        Sought(item, one if ratio[at] > 0 else other, abs(float(ratio[at])))
        for item, at in profiles.items.items()
        if item not in seen and abs(ratio[at]) > 0
    ]
    return sorted(found, key=lambda each: (-each.bits, each.item))


def _without(observed: Observed, item: str) -> Observed:
    return replace(
        observed,
        techniques=tuple(each for each in observed.techniques if each != item),
        software=tuple(each for each in observed.software if each != item),
    )


def _shares(profiles: Profiles) -> Floats:
    """For each group and item, the share of the group's reports that name it, two added."""
    reports = np.bincount(profiles.bag_group, minlength=len(profiles.groups))
    shares: Floats = profiles.counts / (reports[:, None] + 2)
    return shares
