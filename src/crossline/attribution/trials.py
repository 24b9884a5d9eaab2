"""An answer put to the test: less evidence, another prior, each family of evidence alone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from crossline.attribution.answer import NONE_OF_THESE, Answer, answer, with_unknown
from crossline.attribution.profiles import Observed, Profiles
from crossline.attribution.sturdiness import Dropped, drop_one, leader
from crossline.attribution.waterfall import Waterfall, waterfalls
from crossline.attribution.weights import Weights

__all__ = ["Trial", "put_to_the_test"]

RIVALS = 4
"""Groups explained, beside `none_of_these`: the leader and three rivals."""
PRIORS = (0.3, 0.7)
"""Shares of groups that nobody knows at which the answer is shown as well."""
HIGH_BITS = 3.0
"""A family that speaks this strongly for the leader is a line of evidence. Reason: odds of eight
to one; reasoned, not validated."""


@dataclass(frozen=True)
class Trial:
    """One answer and what became of it.

    Attributes:
        observed: what was seen.
        given: the answer.
        explained: the candidates that are explained, best group first, `none_of_these` last.
        waterfalls: for each of them the bits of each family of evidence.
        dropped: the answers with one item left out, the strongest item first.
        at_priors: the answers at other priors of `none_of_these`.
    """

    observed: Observed
    given: Answer
    explained: tuple[str, ...]
    waterfalls: Mapping[str, Waterfall]
    dropped: tuple[Dropped, ...]
    at_priors: Mapping[float, Answer]

    @property
    def leader(self) -> str:
        """The most probable candidate."""
        return leader(self.given)

    def variations(self) -> Iterator[Answer]:
        """The answers under less evidence or another prior."""
        yield from (each.answer for each in self.dropped)
        yield from self.at_priors.values()

    @property
    def confidence(self) -> str:
        """Analytic confidence: two lines of evidence, and a leader that stands every trial."""
        bits = self.waterfalls[self.leader].families.values()
        lines = sum(each >= HIGH_BITS for each in bits)
        stands = all(leader(each) == self.leader for each in self.variations())
        if stands and lines >= 2:
            return "high"
        return "moderate" if stands and lines else "low"


def put_to_the_test(observed: Observed, profiles: Profiles, weights: Weights) -> Trial:
    """Answer an observation, and answer it again with the evidence and the prior varied."""

    @cache
    def score(seen: Observed) -> Answer:
        return answer(profiles, seen, weights)

    given = score(observed)
    explained = (*(group for group, _ in given.ranking[:RIVALS]), NONE_OF_THESE)
    return Trial(
        observed,
        given,
        explained,
        waterfalls(score, observed, explained),
        tuple(drop_one(score, profiles, observed, given)),
        {prior: with_unknown(given, prior, weights.unknown_share) for prior in PRIORS},
    )
