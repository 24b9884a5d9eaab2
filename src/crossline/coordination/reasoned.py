"""Weighs a case's own evidence by reasoned bits (`content/coordination/case.toml`).

The fitted weights speak of the benchmark's worlds; a case has fewer clusters and other things to
see. An item's bits grow with how rare it is under its null model; only items that survive the
control of the false discovery rate over all pairs and tests can make a relation likely.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib import resources
from math import log, log10

import msgspec

from crossline import content
from crossline.coordination.activity import Item
from crossline.coordination.weighing import Weighed, softmax

__all__ = ["direction", "families", "proven_items", "relations", "renamed", "weigh_reasoned"]

_DISCOVERY_RATE = 0.1
"""Share of false items among those kept (Benjamini and Hochberg 1995)."""

_FULL_STRENGTH = 2.0
"""Minus log10 of twice the p-value at which an item counts in full."""


class _Entry(msgspec.Struct, frozen=True):
    family: str
    bits: dict[str, float]
    directed: bool = False


class _Table(msgspec.Struct, frozen=True):
    prior: dict[str, float]
    items: dict[str, _Entry]


@cache
def _table() -> _Table:
    path = resources.files(content).joinpath("coordination/case.toml")
    return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _Table)


def relations() -> tuple[str, ...]:
    """The relations weighed, piggyback without its direction."""
    return tuple(_table().prior)


def families(items: Iterable[Item]) -> dict[str, str]:
    """The line of evidence of each item."""
    return {item.name: _table().items[item.name].family for item in items}


def renamed(item: Item) -> Iterable[Item]:
    """The items of this table that an item of evidence stands for; none where it says nothing."""
    if item.p_value is None and item.measures:
        return
    if item.name == "shared_hosts" and item.measures.get("hosts_excess", 0.0) < 0:
        yield replace(item, name="hosts_avoided")
    elif item.name == "shared_targets":
        more = item.measures.get("targets_excess", 0.0) > 0
        if more:
            yield item
        elif item.measures:
            yield replace(item, name="targets_apart", p_value=None)
    elif item.name == "shared_builds":
        for name, measure in (
            ("shared_builds", "builds_exclusive"),
            ("builds_with_third", "builds_with_third"),
        ):
            if item.measures.get(measure, 0.0) > 0:
                yield replace(item, name=name)
    elif item.name in _table().items and item.measures:
        yield item


def proven_items(
    pairs: Mapping[tuple[str, str], Sequence[Item]],
) -> dict[tuple[str, str], frozenset[str]]:
    """Names of those items that survive the control of false discoveries over all pairs and tests.

    Items without a p-value are counted as found and are always among them.
    """
    tested = sorted(
        item.p_value for items in pairs.values() for item in items if item.p_value is not None
    )
    limit = 0.0
    for rank, p_value in enumerate(tested, start=1):
        if p_value <= _DISCOVERY_RATE * rank / len(tested):
            limit = p_value
    return {
        pair: frozenset(i.name for i in items if i.p_value is None or i.p_value <= limit)
        for pair, items in pairs.items()
    }


def _strength(item: Item) -> float:
    """From 0 at even odds under the null model to 1 where chance is one in two hundred.

    An item that weighs its own likelihoods gives its strength itself, from -1 to 1.
    """
    if "strength" in item.measures:
        return item.measures["strength"]
    if item.p_value is None:
        return 1.0
    return min(1.0, max(0.0, -log10(max(2 * item.p_value, 1e-9)) / _FULL_STRENGTH))


def _bits(item: Item) -> dict[str, float]:
    entry = _table().items[item.name]
    mean = sum(entry.bits.values()) / len(_table().prior)
    strength = _strength(item)
    return {name: (entry.bits.get(name, 0.0) - mean) * strength for name in _table().prior}


def weigh_reasoned(items: Iterable[Item]) -> Weighed:
    """Probabilities and bits of one pair; not calibrated."""
    parts = {item.name: _bits(item) for item in items}
    scores = {
        relation: log(prior) + log(2) * sum(parts[name][relation] for name in sorted(parts))
        for relation, prior in _table().prior.items()
    }
    return Weighed(softmax(scores), parts)


def direction(items: Iterable[Item]) -> float:
    """Above 0: `y` follows or lives off `x`; below 0 the other way; the sum over what tells it."""
    return sum(item.direction for item in items if _table().items[item.name].directed)
