"""From items of evidence to a probability for each relation, with the bits of each item.

A multinomial logistic model whose fitted numbers lie in `content/coordination/weights.json`
(made by `training/coordination.py`): log-odds are the prior's plus, for each measure, weight times
the distance from its centre. Each item's share is thus known in bits, and an item that could not
be seen adds nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from math import exp, log

import msgspec

from crossline import content
from crossline.coordination.activity import Item

__all__ = ["Weighed", "Weights", "shipped_weights", "softmax", "weigh"]


class Measure(msgspec.Struct, frozen=True):
    """One measure's fitted numbers: `(clip(value, low, high) - centre) / scale` is weighed."""

    centre: float
    scale: float
    low: float
    high: float
    weights: dict[str, float]


class Weights(msgspec.Struct, frozen=True):
    """The fitted model: log prior by relation, and the measures."""

    prior: dict[str, float]
    measures: dict[str, Measure]


@dataclass(frozen=True, slots=True)
class Weighed:
    """The relations' probabilities (they sum to 1) and each item's bits for each relation.

    An item's bits are centred: over the relations they sum to 0, so that above 0 speaks for a
    relation and below 0 against it.
    """

    probabilities: Mapping[str, float]
    bits: Mapping[str, Mapping[str, float]]


@cache
def shipped_weights() -> Weights:
    """The fitted model that is shipped."""
    path = resources.files(content).joinpath("coordination/weights.json")
    return msgspec.json.decode(path.read_bytes(), type=Weights)


def softmax(scores: Mapping[str, float]) -> dict[str, float]:
    """Probabilities from natural log-odds scores."""
    top = max(scores.values())
    powers = {name: exp(score - top) for name, score in scores.items()}
    total = sum(powers.values())
    return {name: power / total for name, power in powers.items()}


def _scores(item: Item, weights: Weights) -> dict[str, float]:
    """The item's part of each relation's score, in natural logs, centred over the relations."""
    scores = dict.fromkeys(weights.prior, 0.0)
    for name, value in item.measures.items():
        measure = weights.measures.get(name)
        if measure is None:
            continue
        distance = (min(max(value, measure.low), measure.high) - measure.centre) / measure.scale
        for relation, weight in measure.weights.items():
            scores[relation] += weight * distance
    mean = sum(scores.values()) / len(scores)
    return {relation: score - mean for relation, score in scores.items()}


def weigh(items: Iterable[Item], weights: Weights | None = None) -> Weighed:
    """Weigh items of evidence against each other.

    Args:
        items: The items; their order does not matter.
        weights: The model; the shipped one where not given.

    Returns:
        Probabilities and the bits they are made of: log2 of the prior plus the bits of all items
        gives each relation's score, which is the log2 of its probability but for one constant.
    """
    weights = weights or shipped_weights()
    parts = {item.name: _scores(item, weights) for item in items}
    total = {
        relation: prior + sum(parts[name][relation] for name in sorted(parts))
        for relation, prior in weights.prior.items()
    }
    bits = {
        name: {relation: score / log(2) for relation, score in part.items()}
        for name, part in parts.items()
    }
    return Weighed(softmax(total), bits)
