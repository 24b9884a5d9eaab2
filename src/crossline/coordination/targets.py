"""Whom both watch: the same people, and the same kinds of people.

Kinds of people alike tell of a common interest; the same people beyond what kinds and prominence
explain tell of a list handed down. The second is tested against the first.
"""

from collections import Counter
from collections.abc import Sequence
from math import log, sqrt

from crossline.coordination.activity import Item, Pair
from crossline.coordination.drawing import by_chance, popularity

__all__ = ["alike_interest", "shared_targets"]

_PRIOR_PERSONS = 2.0
"""Persons of the common mix added to each list before lists are compared (as in the fit)."""


def shared_targets(pair: Pair) -> Item:
    """The same people watched, against draws of people of the same kind and prominence."""
    around = pair.around
    null = "people drawn within kind, weighted by how many other clusters watch them"
    if not (pair.x.watched and pair.y.watched and around.person_kind):
        return Item("shared_targets", {}, None, null, "no watch list on one side at least")
    weights = popularity(around.person_kind, [other.watched for other in around.others])
    chance = by_chance(pair.x.watched, pair.y.watched, weights, around.person_kind)
    shared = tuple(sorted(pair.x.watched.keys() & pair.y.watched.keys()))
    watchers = Counter(person for other in around.others for person in other.watched)
    return Item(
        "shared_targets",
        {
            "targets_excess": log((chance.observed + 0.5) / (chance.expected + 0.5)),
            "targets_obscure": log(1 + sum(1 / (1 + watchers[person]) for person in shared)),
        },
        chance.p_more,
        null,
        f"{chance.observed} people watched by both, {chance.expected:.1f} expected by chance",
        shared,
    )


def _mix(persons: Sequence[str], kinds: dict[str, str], common: Counter[str]) -> dict[str, float]:
    counts = Counter(kinds[person] for person in persons if person in kinds)
    total, size = sum(common.values()), sum(counts.values()) + _PRIOR_PERSONS
    return {kind: (counts[kind] + _PRIOR_PERSONS * common[kind] / total) / size for kind in common}


def _likeness(first: Sequence[str], second: Sequence[str], pair: Pair, part: int) -> float:
    """Minus the log of how far two lists' mixes of kinds lie apart (Hellinger, squared)."""
    kinds = {person: kind[part] for person, kind in pair.around.person_kind.items()}
    lists = [other.watched for other in pair.around.others]
    common = Counter(kinds[p] for each in lists for p in each if p in kinds)
    common.update(set(kinds.values()))
    one, two = _mix(first, kinds, common), _mix(second, kinds, common)
    return -log(1.01 - sum(sqrt(one[kind] * two[kind]) for kind in common))


def alike_interest(pair: Pair) -> Item:
    """Kinds of people watched alike, against how alike each is to other clusters."""
    null = "the other side replaced by each other cluster"
    around = pair.around
    if not (pair.x.watched and pair.y.watched and around.person_kind):
        return Item("alike_interest", {}, None, null, "no watch list on one side at least")
    x, y = sorted(pair.x.watched), sorted(pair.y.watched)
    parts = range(len(next(iter(around.person_kind.values()))))
    alike = [_likeness(x, y, pair, part) for part in parts]
    rivals = [
        sum(_likeness(side, sorted(other.watched), pair, part) for part in parts)
        for other in around.others
        for side in (x, y)
    ]
    p_value = (1 + sum(rival >= sum(alike) for rival in rivals)) / (1 + len(rivals))
    return Item(
        "alike_interest",
        {f"interest_{part}": value for part, value in enumerate(alike)},
        p_value,
        null,
        f"kinds of people watched are alike: {sum(alike):.2f} (other pairs: "
        f"{sum(rivals) / max(1, len(rivals)):.2f} on average)",
    )
