"""What a case tells of one pair of clusters, as sentences that coordination weighs.

Relations are told outright; others follow from what both clusters list: the same victim, the same
address, the same tool that is not public. What is told for the whole report is shared by all its
clusters and tells nothing of a pair.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from crossline.coordination.told import Fact
from crossline.replication.case import Case, Cluster, Told

__all__ = ["case_facts", "pair_facts"]

_OF_ANY_PAIR = 0.6
"""Share of a fact told of all clusters, or of some without saying which, that counts for one pair
(reasoned, not validated)."""

_ADDRESS = re.compile(
    r"\b(?:\d{1,3}\.){3}\d{1,3}\b|\b[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*\.[a-z]{2,}\b"
)

_OTHER_ACTOR = re.compile(
    r"\b(another|other) (actor|group|cluster)|\b(access|credential|account)", re.IGNORECASE
)

_SHARED_HOSTING = ("microsoft.com", "google.com", "github.com", "dropbox.com", "amazonaws.com")
"""Services that anybody uses."""


def pair_facts(case: Case, x: Cluster, y: Cluster) -> list[Fact]:
    """All that is told of one pair."""
    return [*_told(case, {x.id, y.id}), *_derived(x, y), *_of_one(x, y)]


def case_facts(case: Case) -> list[Fact]:
    """All that is told of any pair: for the question how the clusters as a whole relate."""
    facts = _told(case, None)
    part = _of_whole(len(case.clusters))
    for x, y in combinations(sorted(case.clusters, key=lambda each: each.id), 2):
        facts += [
            replace(fact, share=fact.share * part) for fact in (*_derived(x, y), *_of_one(x, y))
        ]
    return facts


def _told(case: Case, pair: set[str] | None) -> list[Fact]:
    facts = []
    for number, relation in enumerate(case.between):
        ends = {relation.a, relation.b}
        if relation.a == relation.b != "*" or (pair and not ends - {"*"} <= pair):
            continue
        facts.append(
            Fact(
                relation.kind or "",
                relation.fact or "",
                _share(ends, pair is None, len(case.clusters)),
                relation.inferred,
                f"between[{number}]",
            )
        )
    return facts


def _share(ends: set[str], whole: bool, clusters: int) -> float:
    """How much of a relation counts.

    For the whole, what is told of one pair or sets one cluster apart says the less, the more
    clusters there are; for one pair, what is told of any pair counts in part.
    """
    if not whole:
        return _OF_ANY_PAIR if "*" in ends else 1.0
    if ends == {"*"}:
        return 1.0
    return min(1.0, 2 / max(clusters, 1)) if "*" in ends else _of_whole(clusters)


def _of_whole(clusters: int) -> float:
    """One pair tells all of three clusters, and of more the less, by the root (reasoned)."""
    return float(min(1.0, (3 / max(clusters, 1)) ** 0.5))


def _own(told: tuple[Told, ...]) -> Iterator[Told]:
    return (each for each in told if each.scope != "report")


def _derived(x: Cluster, y: Cluster) -> Iterator[Fact]:
    """What both list."""
    victims = {v.id: v for v in x.victims if v.id}
    for victim in y.victims:
        if victim.id in victims:
            inferred = victim.inferred or victims[victim.id].inferred
            yield Fact("same victim", f"{victim.id} is a victim of both", 1.0, inferred)
    tools = {(tool.attack_id or tool.name): tool for tool in _own(x.observed.software)}
    for tool in _own(y.observed.software):
        other = tools.get(tool.attack_id or tool.name)
        if other is None or "public" in (tool.availability, other.availability):
            continue
        private = tool.availability == other.availability == "private"
        kind = "rare tool" if private else "same tool family"
        yield Fact(kind, f"both use {tool.name}", 1.0, tool.inferred or other.inferred)
    for address in sorted(_addresses(x) & _addresses(y)):
        yield Fact("shared infrastructure", f"both use {address}")


def _addresses(cluster: Cluster) -> set[str]:
    text = " ".join(told.text.lower() for told in _own(cluster.observed.infrastructure))
    found = set(_ADDRESS.findall(text))
    return {each for each in found if not each.endswith(_SHARED_HOSTING)}


def _of_one(x: Cluster, y: Cluster) -> Iterator[Fact]:
    """Sentences on one cluster that speak of the other one, or of an actor that is not named."""
    for cluster, other in ((x, y), (y, x)):
        named = re.compile(
            rf"\b{re.escape(other.id)}'s\b|\b(of|cluster|actor) {re.escape(other.id)}\b"
        )
        for part in ("credentials_and_handoffs", "procedures", "techniques", "infrastructure"):
            for told in _own(getattr(cluster.observed, part)):
                if named.search(told.text) or _OTHER_ACTOR.search(told.text):
                    where = f"cluster {cluster.id}"
                    yield Fact("", told.text, _OF_ANY_PAIR, told.inferred, where)
