"""Clusters the observations of one case by catalogued techniques and software.

This is what `crossline cluster --knowledge … --case …` does: nothing but these two is looked at.
"""

import math
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import msgspec
import numpy as np

from crossline.clusters.base import Matrix, read_base
from crossline.clusters.grouping import mean_link
from crossline.clusters.levels import Levels, probability, shipped_levels, total_bits, weigh
from crossline.clusters.likeness import Observed, likeness
from crossline.kernel.errors import UsageError
from crossline.knowledge import Knowledge, read_compact

__all__ = ["Answer", "cluster_case", "cluster_observations", "read_case"]


class _Seen(msgspec.Struct):
    techniques: tuple[str, ...]
    software: tuple[str, ...] = ()
    year: int | None = None


class _Item(msgspec.Struct):
    item: str
    observed: _Seen


class _Case(msgspec.Struct):
    items: tuple[_Item, ...]
    case_id: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """Groups of one case's items, and what each pair weighs.

    `bits` holds the weights of each pair by feature, as matrices in the order of `items`;
    `probability` is that of one actor behind both.
    """

    items: tuple[str, ...]
    groups: tuple[tuple[str, ...], ...]
    probability: Matrix
    bits: dict[str, Matrix]


def cluster_observations(
    knowledge: Knowledge, seen: dict[str, Observed], levels: Levels | None = None
) -> Answer:
    """Cluster observations by name; the order in which they are given changes nothing."""
    levels = levels or shipped_levels()
    names = tuple(sorted(seen))
    if len(names) < 2:
        return Answer(
            names, tuple((name,) for name in names), np.zeros((len(names), len(names))), {}
        )
    weights = weigh(levels, likeness(read_base(knowledge), [seen[name] for name in names]))
    bits = total_bits(levels, weights)
    chance = probability(bits)
    least = math.log2(levels.join_probability / (1 - levels.join_probability))
    groups = mean_link(bits, least)
    return Answer(
        names, tuple(tuple(names[row] for row in group) for group in groups), chance, weights
    )


def cluster_case(knowledge: Path, case: Path, out: Path) -> int:
    """Cluster the items of a case file and write `{clusters, pairs}`; returns how many clusters.

    Raises:
        UsageError: a file is missing or not of its form.
    """
    answer = cluster_observations(read_compact(knowledge), read_case(case))
    out.write_bytes(msgspec.json.encode(_document(answer)))
    return len(answer.groups)


def read_case(path: Path) -> dict[str, Observed]:
    """The observations of a case file, `{items: [{item, observed: {techniques, …}}]}`.

    Raises:
        UsageError: the file is missing, not of this form, or names an item twice.
    """
    try:
        case = msgspec.json.decode(path.read_bytes(), type=_Case)
    except FileNotFoundError:
        raise UsageError(f"{path}: no such file") from None
    except msgspec.MsgspecError as error:
        raise UsageError(f"{path}: not a case of items: {error}") from None
    seen = {each.item: _observed(each.observed) for each in case.items}
    if len(seen) != len(case.items):
        raise UsageError(f"{path}: an item is named twice; give each its own name")
    return seen


def _observed(seen: _Seen) -> Observed:
    return Observed(frozenset(seen.techniques), frozenset(seen.software), seen.year)


def _document(answer: Answer) -> dict[str, object]:
    labels = {name: group[0] for group in answer.groups for name in group}
    pairs = [
        [answer.items[x], answer.items[y], round(float(answer.probability[x, y]), 6)]
        for x, y in combinations(range(len(answer.items)), 2)
    ]
    return {"clusters": labels, "pairs": pairs}
