"""What a body of knowledge says about reports: how common each item is, and how well it lasts.

An item is a technique or a software id. Two reports are alike only as far as they share what few
reports name, and as far as reports of one actor repeat it at all: both are counted here, from the
knowledge itself, so that new knowledge needs no new training.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from crossline.knowledge import Knowledge

__all__ = ["Base", "Matrix", "Vector", "incidence", "read_base"]

Matrix = NDArray[np.float64]
Vector = NDArray[np.float64]

_LEAST_TECHNIQUES = 3
_UNSEEN, _SPREAD = 0.5, 20.0
"""Added to the count of an item and of all reports: one never named is rare, not impossible."""
_TRUST = 8.0
"""Mentions after which an item's own repetition rate counts as much as that of its kind."""


@dataclass(frozen=True, slots=True)
class Base:
    """The reports and actors of a body of knowledge.

    `items` orders the columns of `reports` (report x item) and `actors` (actor x item), both of 0
    and 1. `repeats` and `mentions` count, by item, how often further reports of one actor name it
    again, and how often they could.
    """

    items: tuple[str, ...]
    reports: Matrix
    actors: Matrix
    repeats: Mapping[str, float]
    mentions: Mapping[str, float]

    def rates(self, items: Sequence[str]) -> Vector:
        """Share of reports that name each item; smoothed, so never 0."""
        counts = dict(zip(self.items, self.reports.sum(axis=0), strict=True))
        named = np.array([counts.get(item, 0.0) for item in items])
        return np.asarray((named + _UNSEEN) / (len(self.reports) + _SPREAD))

    def repetition(self, items: Sequence[str]) -> Vector:
        """Probability that another report of the same actor names each item too."""
        kinds = {kind: self._of_kind(kind) for kind in {item[:1] for item in items}}
        raw = [
            (self.repeats.get(item, 0.0) + _TRUST * kinds[item[:1]])
            / (self.mentions.get(item, 0.0) + _TRUST)
            for item in items
        ]
        return np.asarray(np.maximum(np.array(raw), 1.05 * self.rates(items)))

    def _of_kind(self, kind: str) -> float:
        mentions = sum(count for item, count in self.mentions.items() if item[:1] == kind)
        repeats = sum(count for item, count in self.repeats.items() if item[:1] == kind)
        return repeats / mentions if mentions else 0.5


def read_base(knowledge: Knowledge) -> Base:
    """Count a body of knowledge. A campaign's relations are those of the groups it is given to."""
    by_report: dict[tuple[str, str], set[str]] = defaultdict(set)
    by_actor: dict[str, set[str]] = defaultdict(set)
    for relation in knowledge.relations:
        if relation.source in knowledge.software:
            continue
        campaign = knowledge.campaigns.get(relation.source)
        for actor in (campaign.attributed_to if campaign else ()) or (relation.source,):
            by_actor[actor].add(relation.target)
            for report in relation.reports:
                by_report[actor, report].add(relation.target)
    reports = {key: items for key, items in sorted(by_report.items()) if _is_usable(items)}
    items = tuple(sorted(set().union(*by_actor.values())))
    repeats, mentions = _repetition(reports)
    actors = [by_actor[actor] for actor in sorted(by_actor)]
    return Base(
        items,
        incidence(list(reports.values()), items),
        incidence(actors, items),
        repeats,
        mentions,
    )


def incidence(rows: Sequence[Iterable[str]], items: Sequence[str]) -> Matrix:
    """A matrix row x item of 0 and 1; what is not among the items is left out."""
    column = {item: number for number, item in enumerate(items)}
    found = np.zeros((len(rows), len(items)))
    for number, row in enumerate(rows):
        found[number, [column[item] for item in row if item in column]] = 1.0
    return found


def _is_usable(items: Set[str]) -> bool:
    return sum(item[:1] == "T" for item in items) >= _LEAST_TECHNIQUES


def _repetition(
    reports: Mapping[tuple[str, str], Set[str]],
) -> tuple[dict[str, float], dict[str, float]]:
    by_actor: dict[str, list[Set[str]]] = defaultdict(list)
    for (actor, _), items in reports.items():
        by_actor[actor].append(items)
    repeats: dict[str, float] = defaultdict(float)
    mentions: dict[str, float] = defaultdict(float)
    for rows in by_actor.values():
        if len(rows) > 1:
            counts = Counter(item for items in rows for item in sorted(items))
            for item, count in counts.items():
                repeats[item] += count * (count - 1) / (len(rows) - 1)
                mentions[item] += count
    return repeats, mentions
