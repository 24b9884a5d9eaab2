"""The stage: how each pair of clusters is related, and what speaks for and against it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import combinations
from typing import Any

import pyarrow as pa

from crossline.case import Case
from crossline.coordination.activity import Item, Pair, Surroundings
from crossline.coordination.asking import asking_items
from crossline.coordination.evidence import evidence
from crossline.coordination.gathering import Gathered, gather
from crossline.coordination.reasoned import (
    direction,
    families,
    proven_items,
    renamed,
    weigh_reasoned,
)
from crossline.coordination.verdict import Verdict, verdict, without
from crossline.kernel.progress import Progress
from crossline.store import Tables
from crossline.tables import TABLES

__all__ = ["run"]

_IN_STEP_DAYS = 21
_IN_STEP = 2
"""Shared builds that appear with both within three weeks before versions are said to go in step
(reasoned, not validated)."""

_TOLD_DIRECTION = 0.9
"""Of the piggyback's probability, for the direction that the evidence tells."""


def run(case: Case, tables: Tables, progress: Progress) -> None:
    """Write how each pair of clusters is related.

    Reads `clusters`, `cluster_members`, `traits`, `exposure`, `reach`, `entries`, `intrusions`,
    `intrusion_events`, `events` and `coverage`; writes `coordination` and
    `coordination_evidence`.
    """
    progress.start("Comparing clusters", None, "pairs")
    clusters, around = gather(tables, case.side_table("mitigations"))
    found = {(x, y): _items(clusters, x, y, around) for x, y in combinations(sorted(clusters), 2)}
    proven = proven_items(found)
    rows, items = [], []
    for (x, y), each in found.items():
        judged = _judged(each, proven[x, y])
        rows += list(_relation_rows(x, y, each, judged))
        items += list(_item_rows(clusters, x, y, each))
    tables.replace("coordination", pa.Table.from_pylist(rows, TABLES["coordination"].schema))
    tables.replace(
        "coordination_evidence",
        pa.Table.from_pylist(items, TABLES["coordination_evidence"].schema),
    )
    tests = sum(item.p_value is not None for each in found.values() for item in each)
    progress.say(f"{len(found)} pairs of clusters compared by {tests} tests against chance")


def _items(clusters: Mapping[str, Gathered], x: str, y: str, around: Surroundings) -> list[Item]:
    one, other = clusters[x], clusters[y]
    # Other clusters' watch lists do not show who is prominent: one order may stand behind all.
    others = tuple(
        replace(clusters[name].activity, watched={})
        for name in sorted(clusters)
        if name not in (x, y)
    )
    pair = Pair(one.activity, other.activity, replace(around, others=others))
    items = [each for item in evidence(pair) for each in renamed(item)]
    items += asking_items(one.asked, other.asked, one.stays, other.stays)
    return [*items, *_entered(one, other), *_in_step(one, other)]


def _entered(x: Gathered, y: Gathered) -> Iterator[Item]:
    """One came in by what the other had placed."""
    through = [
        (entry, sign)
        for guest, host, sign in ((y, x, 1.0), (x, y, -1.0))
        for entry in guest.entries
        if entry.parent in host.intrusions
    ]
    if through:
        entry, sign = max(through, key=lambda each: (each[0].probability, each[0].intrusion))
        yield Item(
            "entered_through",
            {},
            None,
            "none: counted as found",
            f"an intrusion of the one came in by one of the other ({entry.probability:.2f})",
            (entry.event,) if entry.event else (),
            direction=sign,
        )


def _in_step(x: Gathered, y: Gathered) -> Iterator[Item]:
    """New versions appear with both within weeks; marks of one kind are compared."""
    close: dict[str, list[str]] = defaultdict(list)
    for kind, value in sorted(x.appeared.keys() & y.appeared.keys()):
        if abs(x.appeared[kind, value] - y.appeared[kind, value]) <= _IN_STEP_DAYS:
            close[kind].append(value)
    most = max(close.values(), key=len, default=[])
    if len(most) >= _IN_STEP:
        says = f"{len(most)} versions appear with both within {_IN_STEP_DAYS} days"
        shared = tuple(sorted(x.activity.builds & y.activity.builds))
        yield Item("builds_in_step", {}, None, "none: counted as found", says, shared)


def _judged(items: list[Item], proven: frozenset[str]) -> Verdict:
    weighed = weigh_reasoned(items)
    return verdict(weighed.probabilities, weighed.bits, families(items), proven)


def _range(items: list[Item], relation: str, probability: float) -> tuple[float, float]:
    """Lowest and highest probability when any one item is left out."""
    bits = weigh_reasoned(items).bits
    whole = weigh_reasoned(items).probabilities
    left = [without(whole, bits[name])[relation] for name in sorted(bits)]
    return min([probability, *left]), max([probability, *left])


def _relation_rows(x: str, y: str, items: list[Item], judged: Verdict) -> Iterator[dict[str, Any]]:
    lean = direction(items)
    y_on_x = 0.5 if not lean else _TOLD_DIRECTION if lean > 0 else 1 - _TOLD_DIRECTION
    shares = {"piggyback_y_on_x": y_on_x, "piggyback_x_on_y": 1 - y_on_x}
    for relation in sorted((judged.probabilities.keys() - {"piggyback"}) | shares.keys()):
        share = shares.get(relation, 1.0)
        name = "piggyback" if relation in shares else relation
        probability = judged.probabilities[name]
        low, high = _range(items, name, probability)
        yield {
            "cluster_x": x,
            "cluster_y": y,
            "relation": relation,
            "probability": probability * share,
            "low": low * share,
            "high": high * share,
            "calibrated": False,
            "cannot_tell": judged.cannot_tell,
            "rests_on": [x, y],
        }


def _item_rows(
    clusters: Mapping[str, Gathered], x: str, y: str, items: list[Item]
) -> Iterator[dict[str, Any]]:
    bits = weigh_reasoned(items).bits
    for item in items:
        events = {
            event
            for name in (x, y)
            for value in item.values
            for event in clusters[name].shown_by.get(value, [value] if value[:3] == "ev_" else [])
        }
        for relation, weight in bits[item.name].items():
            for name in (
                ("piggyback_x_on_y", "piggyback_y_on_x") if relation == "piggyback" else (relation,)
            ):
                yield {
                    "cluster_x": x,
                    "cluster_y": y,
                    "item": item.name,
                    "relation": name,
                    "bits": weight,
                    "p_value": item.p_value,
                    "null_model": f"{item.null_model}; {item.says}",
                    "rests_on": [x, y, *sorted(events)],
                }
