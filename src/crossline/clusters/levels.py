"""Weights in bits for levels of likeness: an additive model that can be read feature by feature.

A feature's weight is a line through the levels that training fixed, as in Fellegi-Sunter linkage;
the log-odds that two observations are one actor's are the sum of the weights and the prior.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

import msgspec
import numpy as np

from crossline.clusters.base import Matrix

__all__ = ["Curve", "Levels", "probability", "shipped_levels", "total_bits", "weigh"]


class Curve(msgspec.Struct, frozen=True):
    """The weight of one feature: `bits` at the levels `at`, straight between, flat beyond."""

    at: tuple[float, ...]
    bits: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Levels:
    """A fitted model: prior in bits, one curve for each feature, when groups are joined."""

    prior_bits: float
    join_probability: float
    features: Mapping[str, Curve]


def shipped_levels() -> Levels:
    """The model that `training/clusters.py` fitted and wrote."""
    path = resources.files("crossline.content") / "clusters" / "levels.json"
    return msgspec.json.decode(path.read_bytes(), type=Levels)


def weigh(levels: Levels, features: Mapping[str, Matrix]) -> dict[str, Matrix]:
    """The weight in bits of each feature, of the same shape as the feature.

    Raises:
        KeyError: a feature of the model is not among the features.
    """
    return {
        name: np.interp(features[name], curve.at, curve.bits)
        for name, curve in levels.features.items()
    }


def total_bits(levels: Levels, weights: Mapping[str, Matrix]) -> Matrix:
    """Log-odds in bits that two observations are one actor's: the prior and all weights."""
    return np.asarray(levels.prior_bits + sum(weights.values()))


def probability(bits: Matrix) -> Matrix:
    """The probability of log-odds in bits."""
    return np.asarray(1.0 / (1.0 + np.exp2(-np.clip(bits, -60.0, 60.0))))
