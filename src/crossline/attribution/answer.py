"""From signs to probabilities over the known groups and `none_of_these`."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from crossline.attribution.features import pair_features
from crossline.attribution.profiles import Floats, Observed, Profiles
from crossline.attribution.relative import relative_views
from crossline.attribution.unknown import case_facts, case_signs
from crossline.attribution.weights import Weights

__all__ = ["NONE_OF_THESE", "Answer", "answer", "with_unknown"]

NONE_OF_THESE = "none_of_these"
FLOOR = 0.001
"""No answer is certain: neither 0 nor 1 is ever given for `none_of_these`."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Probabilities of one case: `ranking` best first, with `unknown` it sums to 1.

    `asserted` tells whether the first group would be named: whether its probability reaches the
    threshold above which cross-fitted answers were right often enough.
    """

    ranking: tuple[tuple[str, float], ...]
    unknown: float
    asserted: bool


def answer(profiles: Profiles, observed: Observed, weights: Weights) -> Answer:
    """Score every group of the knowledge against one observation."""
    if not profiles.groups:
        return Answer((), 1.0, False)
    features = pair_features(profiles, observed)
    scores = relative_views(features) @ weights.rank / weights.temperature
    among = _shares(scores)
    signs = case_signs(case_facts(profiles, observed), features, scores)
    unknown = _unknown(signs, weights)
    return _answer(profiles.groups, among, unknown, weights.assert_from)


def with_unknown(given: Answer, prior: float, fitted: float) -> Answer:
    """The same evidence under another prior probability of `none_of_these`.

    Odds are multiplied by the ratio of the prior odds (Saerens et al. 2002); the groups keep
    their shares among themselves.
    """
    ratio = (prior / (1 - prior)) / (fitted / (1 - fitted))
    odds = given.unknown / max(1 - given.unknown, 1e-12) * ratio
    unknown = odds / (1 + odds)
    rest = (1 - unknown) / max(1 - given.unknown, 1e-12)
    ranking = tuple((group, share * rest) for group, share in given.ranking)
    return Answer(ranking, unknown, given.asserted)


def _shares(scores: Floats) -> Floats:
    powers = np.exp(scores - scores.max())
    return np.asarray(powers / powers.sum())


def _unknown(signs: Floats, weights: Weights) -> float:
    logit = float(signs @ weights.unknown + weights.unknown_constant)
    return float(np.clip(1 / (1 + np.exp(-logit)), FLOOR, 1 - FLOOR))


def _answer(groups: Sequence[str], among: Floats, unknown: float, threshold: float) -> Answer:
    order = np.lexsort((np.asarray(groups), -among))
    ranking = tuple((groups[at], float(among[at]) * (1 - unknown)) for at in order)
    return Answer(ranking, unknown, ranking[0][1] >= threshold)
