"""How an answer came about: bits for each family of evidence, which add up to the answer.

The odds of a candidate are looked at with every subset of the families of evidence; a family's
bits are its mean contribution over all orders (Shapley 1953). So whatever the model does, start
plus families is exactly the answer.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from math import factorial, log2

from crossline.attribution.answer import NONE_OF_THESE, Answer
from crossline.attribution.profiles import Observed

__all__ = ["FAMILIES", "Waterfall", "odds_bits", "probability_of", "waterfalls"]

FAMILIES = ("technique", "software", "time")
_LEAST = 1e-9

Score = Callable[[Observed], Answer]


@dataclass(frozen=True, slots=True)
class Waterfall:
    """Log odds of one candidate in bits: `start` without evidence, then each family's share."""

    start: float
    families: Mapping[str, float]

    @property
    def total(self) -> float:
        """The log odds that the answer gives."""
        return self.start + sum(self.families.values())


def probability_of(given: Answer, candidate: str) -> float:
    """The probability of a group or of `none_of_these`; 0 for one that is not ranked."""
    if candidate == NONE_OF_THESE:
        return given.unknown
    return dict(given.ranking).get(candidate, 0.0)


def odds_bits(probability: float) -> float:
    """Log odds in bits; the ends are held at one in a thousand million."""
    held = min(max(probability, _LEAST), 1 - _LEAST)
    return log2(held / (1 - held))


def waterfalls(
    score: Score, observed: Observed, candidates: tuple[str, ...]
) -> dict[str, Waterfall]:
    """The waterfall of each candidate.

    Args:
        score: gives the answer for an observation.
        observed: all that was seen.
        candidates: groups or `none_of_these`.
    """
    answers = {
        chosen: score(_only(observed, chosen))
        for size in range(len(FAMILIES) + 1)
        for chosen in combinations(FAMILIES, size)
    }
    return {
        each: _waterfall({c: odds_bits(probability_of(a, each)) for c, a in answers.items()})
        for each in candidates
    }


def _only(observed: Observed, families: tuple[str, ...]) -> Observed:
    return Observed(
        observed.techniques if "technique" in families else (),
        observed.software if "software" in families else (),
        observed.year if "time" in families else None,
    )


def _waterfall(bits: Mapping[tuple[str, ...], float]) -> Waterfall:
    shares = {family: sum(_steps(bits, family)) for family in FAMILIES}
    return Waterfall(bits[()], shares)


def _steps(bits: Mapping[tuple[str, ...], float], family: str) -> Iterator[float]:
    """The weighted steps that the family makes on top of each subset of the others."""
    number = len(FAMILIES)
    for before, value in bits.items():
        if family in before:
            continue
        after = tuple(each for each in FAMILIES if each in before or each == family)
        weight = factorial(len(before)) * factorial(number - len(before) - 1) / factorial(number)
        yield weight * (bits[after] - value)
