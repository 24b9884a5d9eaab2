"""Knowledge as arrays: what each report says of each group, and what each group is known for.

A bag is what one report says of one group. Everything that scoring looks at is counted here once
for a body of knowledge, and holds no name: groups, software and reports are only positions.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from crossline.knowledge import Knowledge

__all__ = ["Floats", "Observed", "Profiles", "build_profiles"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Observed:
    """What was seen of one actor: technique and software ids, and the year, where known."""

    techniques: tuple[str, ...] = ()
    software: tuple[str, ...] = ()
    year: int | None = None


@dataclass(frozen=True)
class Profiles:
    """Counts of one body of knowledge; `bags` rows, `groups` rows, items as columns.

    Attributes:
        groups: group ids, sorted.
        items: technique ids, then software ids, each to its column.
        parent: for each column the column of its parent technique, itself where it has none.
        techniques: how many of the columns are techniques; software follows.
        bag_group: group position of each bag, sorted.
        bag_year: year of the bag's report, NaN where not known.
        bags: 1 where the bag's report says that the group uses the item.
        software_techniques: 1 where the software (row, in column order) uses the technique.
        mentions: 1 where a report cited for the group also speaks of the software.
    """

    groups: tuple[str, ...]
    items: dict[str, int]
    parent: Ints
    techniques: int
    bag_group: Ints
    bag_year: Floats
    bags: Floats
    software_techniques: Floats
    mentions: Floats

    @cached_property
    def counts(self) -> Floats:
        """For each group and item, how many bags say so."""
        starts = np.searchsorted(self.bag_group, np.arange(len(self.groups)))
        return np.add.reduceat(self.bags, starts, axis=0)

    @cached_property
    def uses(self) -> Floats:
        """1 where the group is said to use the item."""
        return (self.counts > 0).astype(float)

    @cached_property
    def users(self) -> Floats:
        """How many groups use each item."""
        total: Floats = self.uses.sum(axis=0)
        return total

    @cached_property
    def rarity(self) -> Floats:
        """Nats of each item: how rare it is to be used at all, one group counted on top."""
        weights: Floats = np.log((len(self.groups) + 1) / (self.users + 1))
        return weights

    @cached_property
    def newest_year(self) -> float:
        """Year of the newest dated report; NaN where none is dated."""
        known = self.bag_year[~np.isnan(self.bag_year)]
        return float(known.max()) if len(known) else float("nan")


def build_profiles(knowledge: Knowledge) -> Profiles:
    """Count what a body of knowledge says; what a campaign did counts for the groups behind it."""
    techniques = sorted(knowledge.techniques)
    software = sorted(knowledge.software)
    items = {each: at for at, each in enumerate([*techniques, *software])}
    said = _said_of_groups(knowledge, items)
    groups = tuple(sorted({group for group, _ in said}))
    place = {group: at for at, group in enumerate(groups)}
    keys = sorted(said)
    years = {each: report.year for each, report in knowledge.reports.items()}
    bags = np.zeros((len(keys), len(items)))
    for at, key in enumerate(keys):
        bags[at, sorted(said[key])] = 1
    return Profiles(
        groups=groups,
        items=items,
        parent=_parents(knowledge, items),
        techniques=len(techniques),
        bag_group=np.array([place[group] for group, _ in keys], dtype=np.int64),
        bag_year=np.array([years.get(report) or np.nan for _, report in keys], dtype=float),
        bags=bags,
        software_techniques=_software_techniques(knowledge, items, len(techniques)),
        mentions=_mentions(knowledge, items, len(techniques), keys, place),
    )


def _said_of_groups(knowledge: Knowledge, items: dict[str, int]) -> dict[tuple[str, str], set[int]]:
    """For each group and report, the items; what rests on no report stands under ''."""
    said: dict[tuple[str, str], set[int]] = {}
    for relation in knowledge.relations:
        item = items.get(relation.target)
        if item is None:
            continue
        for group in _groups_of(knowledge, relation.source):
            for report in relation.reports or ("",):
                said.setdefault((group, report), set()).add(item)
    return said


def _groups_of(knowledge: Knowledge, source: str) -> Iterable[str]:
    if source in knowledge.groups:
        return (source,)
    campaign = knowledge.campaigns.get(source)
    return [g for g in campaign.attributed_to if g in knowledge.groups] if campaign else ()


def _parents(knowledge: Knowledge, items: dict[str, int]) -> Ints:
    parent = np.arange(len(items))
    for technique, facts in knowledge.techniques.items():
        parent[items[technique]] = items.get(facts.parent or technique, items[technique])
    return parent


def _software_techniques(knowledge: Knowledge, items: dict[str, int], techniques: int) -> Floats:
    uses = np.zeros((len(items) - techniques, techniques))
    for relation in knowledge.relations:
        source, target = items.get(relation.source, -1), items.get(relation.target, len(items))
        if source >= techniques > target:
            uses[source - techniques, target] = 1
    return uses


def _mentions(
    knowledge: Knowledge,
    items: dict[str, int],
    techniques: int,
    keys: list[tuple[str, str]],
    place: dict[str, int],
) -> Floats:
    """Reports that describe a software and are cited for a group tie the two, used or not."""
    cited: dict[str, set[int]] = {}
    for group, report in keys:
        if report:
            cited.setdefault(report, set()).add(place[group])
    mentions = np.zeros((len(place), len(items) - techniques))
    for relation in knowledge.relations:
        source = items.get(relation.source, -1)
        if source >= techniques:
            for report in relation.reports:
                mentions[sorted(cited.get(report, ())), source - techniques] = 1
    return mentions
