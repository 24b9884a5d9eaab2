"""The stage: signs of each intrusion, weights of each pair, clusters with their life."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import combinations

import numpy as np
import pyarrow as pa

from crossline.case import Case, day_of, in_force, read_decisions
from crossline.clusters.base import Matrix
from crossline.clusters.grouping import mean_link
from crossline.clusters.levels import probability
from crossline.clusters.lifecycle import Lived, live_on
from crossline.clusters.ordinary import count_ordinary
from crossline.clusters.pairs import Shared, richness, weigh_pair
from crossline.clusters.traits import Trait, find_traits, trait_rows
from crossline.kernel.progress import Progress
from crossline.store import Tables
from crossline.tables import TABLES

__all__ = ["run"]

_PRIOR = ("prior", "two intrusions by one hand, before any sign")
_Pairs = dict[tuple[str, str], list[Shared]]
_SUREST = 0.97
"""No reasoned weight makes a member surer than this."""


def run(case: Case, tables: Tables, progress: Progress) -> None:
    """Write which intrusions are one hand's, and why.

    Reads `intrusions`, `intrusion_events`, `events`, `exposure`, `decisions.csv` and what the last
    run wrote; writes `traits`, `pair_weights`, `clusters` and `cluster_members`.
    """
    settings = case.settings.cluster
    progress.start("Reading signs of intruders", None, "intrusions")
    intrusions = tables.read("intrusions", ["intrusion_id", "last_seen"]).to_pylist()
    names = sorted(row["intrusion_id"] for row in intrusions)
    before = _before(tables)
    traits = find_traits(tables)
    progress.start("Looking for them in ordinary life", None, "events")
    ordinary = count_ordinary(tables, traits)
    of: dict[str, list[Trait]] = defaultdict(list)
    for each in traits:
        of[each.intrusion_id].append(each)
    shared = {
        (x, y): found
        for x, y in combinations(names, 2)
        if (found := weigh_pair(of[x], of[y], ordinary.days, settings))
    }
    rich = {name: richness(of[name]) for name in names}
    scores = _scores(names, shared, rich, settings.prior_bits)
    day = day_of(case, max((row["last_seen"] for row in intrusions), default=None))
    together, apart = _decided(case, day, names, before)
    groups = mean_link(scores, settings.join_bits, together, apart)
    traces = {name: frozenset[str]().union(*(each.events for each in of[name])) for name in names}
    lived = live_on([[names[row] for row in group] for group in groups], before, traces)
    tables.replace("traits", trait_rows(traits, ordinary.estate_bits()))
    tables.replace("pair_weights", _pair_rows(shared, settings.prior_bits))
    tables.replace("clusters", _cluster_rows(lived))
    tables.replace("cluster_members", _member_rows(lived, names, scores))
    progress.say(f"{len(names)} intrusions in {len(lived)} clusters")


def _before(tables: Tables) -> dict[str, frozenset[str]]:
    """By cluster of the last run, the ids of its intrusions and of their events."""
    events: dict[str, set[str]] = defaultdict(set)
    for row in tables.read("traits", ["intrusion_id", "rests_on"]).to_pylist():
        events[row["intrusion_id"]] |= set(row["rests_on"] or ())
    clusters: dict[str, set[str]] = defaultdict(set)
    for row in tables.read("cluster_members", ["cluster_id", "intrusion_id"]).to_pylist():
        clusters[row["cluster_id"]] |= {row["intrusion_id"]} | events[row["intrusion_id"]]
    return {name: frozenset(known) for name, known in sorted(clusters.items())}


def _scores(
    names: Sequence[str], shared: _Pairs, rich: Mapping[str, int], prior_bits: float
) -> Matrix:
    """How far each pair speaks for a common hand, in bits.

    What a pair shares against the prior; but too few signs to compare speak against it by no more
    than the poorer side shows.
    """
    least = np.minimum.outer(*[np.array([float(rich[name]) for name in names])] * 2)
    scores = np.full((len(names), len(names)), -prior_bits)
    place = {name: row for row, name in enumerate(names)}
    for (x, y), found in shared.items():
        total = sum(each.bits for each in found)
        scores[place[x], place[y]] += total
        scores[place[y], place[x]] += total
    return np.asarray(np.maximum(scores, -least))


def _decided(
    case: Case, day: date | None, names: Sequence[str], before: dict[str, frozenset[str]]
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """The pairs of rows that analysts hold together and apart; a cluster stands for its members."""
    pairs: dict[str, list[tuple[int, int]]] = {"same_cluster": [], "different_cluster": []}
    for decision in in_force(read_decisions(case), day):
        if decision.kind in pairs:
            sides = [
                [
                    row
                    for row, name in enumerate(names)
                    if name == each or name in before.get(each, ())
                ]
                for each in (decision.subject, decision.object)
            ]
            pairs[decision.kind] += [(x, y) for x in sides[0] for y in sides[1] if x != y]
    return pairs["same_cluster"], pairs["different_cluster"]


def _pair_rows(shared: _Pairs, prior_bits: float) -> pa.Table:
    rows = []
    for (x, y), found in shared.items():
        told = [(*_PRIOR, -prior_bits, ())] + [
            (each.kind, each.value, each.bits, each.events) for each in found
        ]
        rows += [
            {
                "intrusion_x": x,
                "intrusion_y": y,
                "feature": kind,
                "value": value,
                "bits": bits,
                "rests_on": [x, y, *events],
            }
            for kind, value, bits, events in told
        ]
    return pa.Table.from_pylist(rows, TABLES["pair_weights"].schema)


def _cluster_rows(lived: Sequence[Lived]) -> pa.Table:
    rows = [
        {
            "cluster_id": each.cluster_id,
            "state": each.state,
            "derived_from": list(each.derived_from),
            "rests_on": list(each.members),
        }
        for each in lived
    ]
    return pa.Table.from_pylist(rows, TABLES["clusters"].schema)


def _member_rows(lived: Sequence[Lived], names: Sequence[str], scores: Matrix) -> pa.Table:
    place = {name: row for row, name in enumerate(names)}
    rows = []
    for each in lived:
        for member in each.members:
            others = [place[name] for name in each.members if name != member]
            mean = scores[place[member], others].sum(keepdims=True) / max(1, len(others))
            chance = float(probability(mean)[0]) if others else _SUREST
            rows.append(
                {
                    "cluster_id": each.cluster_id,
                    "intrusion_id": member,
                    "probability": min(_SUREST, chance),
                    "rests_on": [member],
                }
            )
    return pa.Table.from_pylist(rows, TABLES["cluster_members"].schema)
