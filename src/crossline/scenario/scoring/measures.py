"""Figures that several scores share: shares, B-cubed, adjusted Rand, log loss, calibration."""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

__all__ = [
    "BCubed",
    "adjusted_rand",
    "b_cubed",
    "calibration_error",
    "f1",
    "log_loss",
    "mean",
    "precision",
    "share",
]

_FLOOR = 1e-6
"""The least probability that a log loss knows, so that one miss costs no more than 13.8."""
_BINS = 10


class BCubed(NamedTuple):
    """B-cubed precision, recall and their harmonic mean (Bagga and Baldwin 1998)."""

    precision: float
    recall: float
    f1: float


def share(hits: float, total: int) -> float | None:
    """Hits by what was asked; None where nothing was asked."""
    return hits / total if total else None


def precision(right: int, claimed: int, asked: int) -> float | None:
    """Right claims by claims; 0 where something was asked and nothing claimed."""
    if claimed:
        return right / claimed
    return 0.0 if asked else None


def mean(values: Collection[float]) -> float | None:
    """The mean; None of nothing."""
    return math.fsum(values) / len(values) if values else None


def f1(precision_: float | None, recall: float | None) -> float | None:
    """The harmonic mean; 0 where both are 0, None where one is."""
    if precision_ is None or recall is None:
        return None
    total = precision_ + recall
    return 2 * precision_ * recall / total if total else 0.0


def b_cubed(truth: Mapping[str, str], found: Mapping[str, str]) -> BCubed:
    """B-cubed of a clustering against the truth.

    Args:
        truth: the class of each item that was to be found.
        found: the cluster of each item that was put in one, also of items that are in no class:
            each of these is a class of its own, so that it costs precision.

    Returns:
        Precision over the items found, recall over the items of the truth; an item that was not
        found has recall 0.
    """
    members: dict[str, set[str]] = defaultdict(set)
    classes: dict[str, set[str]] = defaultdict(set)
    for item, cluster in found.items():
        members[cluster].add(item)
    for item, label in truth.items():
        classes[label].add(item)
    counts = {
        cluster: Counter(truth[item] for item in items if item in truth)
        for cluster, items in members.items()
    }
    precise = [
        (counts[cluster][truth[item]] if item in truth else 1) / len(members[cluster])
        for item, cluster in found.items()
    ]
    recalled = [
        counts[found[item]][label] / len(classes[label]) if item in found else 0.0
        for item, label in truth.items()
    ]
    both = mean(precise) or 0.0, mean(recalled) or 0.0
    return BCubed(*both, f1(*both) or 0.0)


def adjusted_rand(truth: Mapping[str, str], found: Mapping[str, str]) -> float:
    """The adjusted Rand index over the items of the truth; one not found stands alone.

    1 for equal partitions, about 0 for chance (Hubert and Arabie 1985).
    """
    items = sorted(truth)
    label = {item: ("in", found[item]) if item in found else ("alone", item) for item in items}
    together = sum(math.comb(n, 2) for n in Counter((truth[i], label[i]) for i in items).values())
    of_truth = sum(math.comb(n, 2) for n in Counter(truth.values()).values())
    of_found = sum(math.comb(n, 2) for n in Counter(label.values()).values())
    pairs = math.comb(len(items), 2)
    expected = of_truth * of_found / pairs if pairs else 0.0
    most = (of_truth + of_found) / 2
    return 1.0 if most == expected else (together - expected) / (most - expected)


def log_loss(probabilities: Iterable[float]) -> float | None:
    """Mean of -ln p of what was true, p floored at 1e-6."""
    return mean([-math.log(max(each, _FLOOR)) for each in probabilities])


def calibration_error(answers: Collection[tuple[float, bool]]) -> float | None:
    """Expected calibration error of (probability of the answer, whether it was right).

    Ten bins of equal width; the sum of each bin's share by |mean probability - share right|.
    """
    if not answers:
        return None
    bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for probability, right in answers:
        bins[min(int(probability * _BINS), _BINS - 1)].append((probability, right))
    return math.fsum(
        abs(sum(p for p, _ in each) - sum(right for _, right in each)) / len(answers)
        for each in bins.values()
    )
