"""Who each cluster of a replication case may be, by what was public before its cut-off."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from crossline.attribution.answer import NONE_OF_THESE, answer
from crossline.attribution.profiles import Observed, build_profiles
from crossline.attribution.weights import shipped_weights
from crossline.knowledge import Knowledge, Report
from crossline.replication.case import Cluster, Told

__all__ = ["attributor", "known_before"]

_LIKENESS = 0.4
"""What a told likeness to named groups is believed (reasoned, not validated): code passes on."""

_SHORTEST_NAME = 4
"""Shorter names are words as well."""

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def _wholly_before(report: Report | None, before: str) -> bool:
    """Whether every day that the report may be of lies before the cut-off."""
    if report is None:
        return False
    if report.date:
        # A date told to the month or year is taken at its end.
        return report.date + "-12-31"[len(report.date) - 4 :] < before
    return report.year is not None and f"{report.year:04}-12-31" < before


def known_before(knowledge: Knowledge, before: str | None) -> Knowledge:
    """What was known before a day (YYYY-MM-DD): relations with a report dated wholly earlier.

    Groups of which nothing is left are not known. Without a day, all is kept.
    """
    if before is None:
        return knowledge
    relations = []
    for relation in knowledge.relations:
        reports = tuple(
            name for name in relation.reports if _wholly_before(knowledge.reports.get(name), before)
        )
        if reports:
            relations.append(replace(relation, reports=reports))
    sources = {relation.source for relation in relations}
    owners = {
        group
        for name, campaign in knowledge.campaigns.items()
        if name in sources
        for group in campaign.attributed_to
    }
    groups = {k: v for k, v in knowledge.groups.items() if k in sources or k in owners}
    return replace(knowledge, groups=groups, relations=tuple(relations))


def attributor(
    knowledge: Knowledge, before: str | None
) -> Callable[[Cluster], Mapping[str, float]]:
    """A function that gives a cluster's candidates; with `none_of_these` they sum to 1."""
    known = known_before(knowledge, before)
    profiles, weights = build_profiles(known), shipped_weights()
    named = _software_names(known)

    def candidates(cluster: Cluster) -> dict[str, float]:
        seen = cluster.observed
        observed = Observed(
            techniques=tuple(dict.fromkeys(t.technique for t in seen.techniques if t.technique)),
            software=tuple(
                dict.fromkeys(name for tool in seen.software if (name := _software(tool, named)))
            ),
            year=_year(cluster, before),
        )
        given = answer(profiles, observed, weights)
        shares = {**dict(given.ranking), NONE_OF_THESE: given.unknown}
        return _with_claims(shares, _claimed(seen.similarities, known))

    return candidates


def _claimed(similarities: Iterable[Told], knowledge: Knowledge) -> list[str]:
    """Groups that are named, by any of their names, where likenesses are told."""
    text = " ".join(told.text.lower() for told in similarities)
    return [
        each
        for each, group in sorted(knowledge.groups.items())
        if any(
            re.search(rf"\b{re.escape(name.lower())}\b", text)
            for name in (group.name, *(claim.name for claim in group.names))
            if len(name) >= _SHORTEST_NAME
        )
    ]


def _with_claims(shares: Mapping[str, float], claimed: Sequence[str]) -> dict[str, float]:
    """Candidates where the analysts saw a likeness to named groups: a part of p goes to those."""
    claimed = [group for group in claimed if group in shares]
    part = _LIKENESS if claimed else 0.0
    mixed = {name: p * (1 - part) for name, p in shares.items()}
    for group in claimed:
        mixed[group] += part / len(claimed)
    return mixed


def _software_names(knowledge: Knowledge) -> dict[str, str]:
    """Ids by name in lower case, where only one piece of software has the name."""
    ids: dict[str, set[str]] = {}
    for each, software in knowledge.software.items():
        for name in (software.name, *(claim.name for claim in software.names)):
            ids.setdefault(name.lower(), set()).add(each)
    return {name: next(iter(each)) for name, each in ids.items() if len(each) == 1}


def _software(tool: Told, named: Mapping[str, str]) -> str | None:
    return tool.attack_id or named.get((tool.name or "").lower())


def _year(cluster: Cluster, before: str | None) -> int | None:
    """The last year the cluster was seen, not after the cut-off."""
    years = [int(year) for year in _YEAR.findall(f"{cluster.first_seen} {cluster.last_seen}")]
    limit = int(before[:4]) if before and before[:4].isdigit() else 9999
    return min(max(years), limit) if years else None
