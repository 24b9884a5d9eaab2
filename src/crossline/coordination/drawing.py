"""The null model of what two clusters share by chance: draws that hold the margins fixed.

One side keeps what it has; the other draws as many values as it had, without replacement, inside
each stratum, in proportion to how popular each value is with all other clusters. Both sides take
the part of the drawer. A null without strata and popularity calls most independent actors with a
common interest coordinated (docs/decisions/0005 has the figures).
"""

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crossline.kernel.ids import digest

__all__ = ["Chance", "as_extreme", "by_chance", "popularity", "seeded"]

ROUNDS = 400
"""Draws a side. The smallest p-value that can be told is 1 / (ROUNDS + 1)."""

_PRIOR_CLUSTERS = 4.0
"""Strength of a stratum's mean in a value's popularity, in clusters (reasoned, not validated)."""


@dataclass(frozen=True, slots=True)
class Chance:
    """How many shared values are expected by chance, and how often more or fewer were drawn.

    `expected` is the mean of the draws; `p_more` and `p_fewer` are the shares of draws with at
    least, and at most, the observed number (the observed one counted as a draw, after Besag and
    Clifford 1989).
    """

    observed: int
    expected: float
    p_more: float
    p_fewer: float


def seeded(*parts: Iterable[str]) -> np.random.Generator:
    """A random generator whose seed is the content given, in any order within a part."""
    texts = [digest(*sorted(part)) for part in parts]
    return np.random.default_rng(int(digest(*texts), 16))


def as_extreme(observed: float, drawn: NDArray[Any]) -> float:
    """The share of draws at least as great as the observed value, which counts as a draw."""
    return float((1 + np.count_nonzero(drawn >= observed - 1e-12)) / (1 + len(drawn)))


def popularity(
    strata: Mapping[str, Hashable],
    used: Iterable[Collection[str]],
    could: Mapping[str, int] | None = None,
) -> dict[str, float]:
    """How often each value is used by other clusters, shrunk to the mean of its stratum.

    Args:
        strata: The stratum of every value that could have been used.
        used: What each other cluster used.
        could: How many other clusters could have used a value; all of them where not given.

    Returns:
        Each value's expected share of clusters that use it, above 0.
    """
    used = list(used)
    counts = Counter(value for each in used for value in each if value in strata)
    chances = {value: len(used) if could is None else could.get(value, 0) for value in strata}
    users: Counter[Hashable] = Counter()
    room: Counter[Hashable] = Counter()
    for value, stratum in strata.items():
        users[stratum] += counts[value]
        room[stratum] += chances[value]
    means = {stratum: (users[stratum] + 0.1) / (room[stratum] + 1) for stratum in room}
    return {
        value: (counts[value] + _PRIOR_CLUSTERS * means[stratum])
        / (chances[value] + _PRIOR_CLUSTERS)
        for value, stratum in strata.items()
    }


def _draw(
    fixed: Collection[str],
    drawer: Collection[str],
    weights: Mapping[str, float],
    blocks: Mapping[str, list[str]],
    random: np.random.Generator,
) -> NDArray[np.float64]:
    """Numbers shared with `fixed`, one a round, when `drawer` draws anew inside each block."""
    shared = np.zeros(ROUNDS)
    for pool in blocks.values():
        held = np.array([value in fixed for value in pool])
        size = sum(value in drawer for value in pool)
        if not size or not held.any():
            continue
        # The `size` smallest of exponential variates with rate w are a weighted draw without
        # replacement (Efraimidis and Spirakis 2006).
        rates = np.array([weights[value] for value in pool])
        arrival = random.standard_exponential((ROUNDS, len(pool)), dtype=np.float32) / rates
        last = min(size, len(pool)) - 1
        chosen = np.argpartition(arrival, last, axis=1)[:, : last + 1]
        shared += held[chosen].sum(axis=1)
    return shared


def by_chance(
    x: Collection[str],
    y: Collection[str],
    weights: Mapping[str, float],
    block: Mapping[str, Hashable],
) -> Chance:
    """Compare what `x` and `y` share with what draws inside each block would share.

    Args:
        x: Values of one side.
        y: Values of the other side.
        weights: Popularity of each value of the pool, above 0.
        block: The block of each value of the pool; numbers per block are held fixed.

    Returns:
        Counts and p-values; the larger p-value of the two sides.
    """
    blocks: dict[str, list[str]] = {}
    for value in sorted(weights):
        blocks.setdefault(repr(block[value]), []).append(value)
    x, y = ({value for value in side if value in weights} for side in (x, y))
    observed = len(x & y)
    first, second = sorted((x, y), key=sorted)
    random = seeded(first, second)
    draws = [
        _draw(fixed, drawer, weights, blocks, random)
        for fixed, drawer in ((first, second), (second, first))
    ]
    return Chance(
        observed=observed,
        expected=float(np.mean(draws)),
        p_more=max(as_extreme(observed, drawn) for drawn in draws),
        p_fewer=max(as_extreme(-observed, -drawn) for drawn in draws),
    )
