"""Judges a replication case: who each cluster is, how each pair and the whole relate, and why."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import combinations
from math import log
from typing import Any

from crossline.coordination.told import (
    Fact,
    ToldItem,
    follower,
    item_bits,
    missing_items,
    told_items,
    weigh_told,
)
from crossline.coordination.verdict import Verdict, verdict
from crossline.replication.case import Case, Cluster
from crossline.replication.facts import case_facts, pair_facts

__all__ = ["Attribute", "replicate"]

Attribute = Callable[[Cluster], Mapping[str, float]]
"""Gives a cluster's candidates with their probabilities; they sum to 1 with `none_of_these`."""

_CANNOT_TELL = 0.5
"""What `cannot_tell` holds of the answer where the evidence does not separate the leaders."""

_RECORDS = 4
"""Records named that would settle the question, one for each line of evidence."""

_FOLLOWER_SHARE = 0.9
"""Of the piggyback's probability, for the direction that a fact tells."""


@dataclass(frozen=True, slots=True)
class _Judged:
    items: tuple[ToldItem, ...]
    verdict: Verdict


def _judged(facts: list[Fact]) -> _Judged:
    items = told_items(facts)
    weighed = weigh_told(items)
    families = {item.name: item.family for item in items}
    return _Judged(items, verdict(weighed.probabilities, weighed.bits, families))


def replicate(case: Case, attribute: Attribute) -> dict[str, Any]:
    """The answer to a case: clusters, pairs, the whole, and the fact that decides.

    Args:
        case: What the run may see.
        attribute: Gives the candidates of one cluster.

    Returns:
        `clusters`, `pairs`, `coordination`, `cannot_tell` and `deciding_fact`, as RESULTS has it.
        Neither the order nor the ids of clusters matter.
    """
    clusters = sorted(case.clusters, key=lambda cluster: cluster.id)
    facts = case_facts(case)
    whole = _judged(facts)
    return {
        "clusters": {cluster.id: dict(attribute(cluster)) for cluster in clusters},
        "pairs": [_pair(case, x, y) for x, y in combinations(clusters, 2)],
        "coordination": _whole(whole.verdict),
        "cannot_tell": whole.verdict.cannot_tell,
        "deciding_fact": _deciding(facts, whole),
    }


def _pair(case: Case, x: Cluster, y: Cluster) -> dict[str, Any]:
    judged = _judged(pair_facts(case, x, y))
    relation = dict(judged.verdict.probabilities)
    guest = follower(judged.items, x.id, y.id)
    share = {x.id: _FOLLOWER_SHARE, y.id: 1 - _FOLLOWER_SHARE}.get(guest or "", 0.5)
    piggyback = relation.pop("piggyback")
    relation["piggyback_x_on_y"] = piggyback * share
    relation["piggyback_y_on_x"] = piggyback * (1 - share)
    return {
        "x": x.id,
        "y": y.id,
        "relation": relation,
        "cannot_tell": judged.verdict.cannot_tell,
        "evidence": [_shown(item) for item in judged.items],
    }


def _shown(item: ToldItem) -> dict[str, Any]:
    fact = item.fact
    return {"item": item.name, "fact": fact.text, "where": fact.where, "bits": item.bits}


def _whole(found: Verdict) -> dict[str, float]:
    """The relations, and `cannot_tell` with half of the whole where the question is open."""
    if not found.cannot_tell:
        return dict(found.probabilities)
    spread = {name: p * (1 - _CANNOT_TELL) for name, p in found.probabilities.items()}
    return spread | {"cannot_tell": _CANNOT_TELL}


def _deciding(facts: list[Fact], judged: _Judged) -> dict[str, Any]:
    """The told fact that moves the answer most, and the records that would settle it."""
    found = judged.verdict
    whole = weigh_told(judged.items).probabilities[found.leader]
    rest = {
        fact: weigh_told(told_items(f for f in facts if f != fact)).probabilities[found.leader]
        for fact in {item.fact for item in judged.items}
    }
    fact = max(rest, key=lambda f: (_moved(whole, rest[f]), f.kind, f.text), default=Fact("", ""))
    missing = missing_items(judged.items)
    settling = sorted(missing, key=lambda name: (-_separates(name, found), name))
    records: dict[str, str] = {}
    for name in settling:
        records.setdefault(missing[name].family, missing[name].asks)
    return {
        "fact": fact.text,
        "kind": fact.kind,
        "where": fact.where,
        "with_it": {found.leader: whole},
        "without_it": {found.leader: rest.get(fact, whole)},
        "records": list(records.values())[:_RECORDS],
    }


def _moved(before: float, after: float) -> float:
    """How far the log-odds moved: near 0 and 1 probabilities hide it."""
    return abs(log(before / (1 - before)) - log(after / (1 - after)))


def _separates(name: str, found: Verdict) -> float:
    """How far an item would part the leader from its rivals, in bits, likely rivals first."""
    bits = item_bits(name)
    lead = bits.get(found.leader, 0.0)
    return sum(p * abs(lead - bits.get(rival, 0.0)) for rival, p in found.probabilities.items())
