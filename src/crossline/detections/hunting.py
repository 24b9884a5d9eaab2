"""Rules over the parts of the store, each rule over each part once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pyarrow as pa

from crossline.case import Case
from crossline.detections.matching import MATCH_COLUMNS, Found, found_in, together
from crossline.detections.remembering import (
    Remembered,
    keep_only,
    recall,
    remember,
    rule_keys,
    with_fields,
)
from crossline.detections.rules import Chosen, plan_of
from crossline.kernel.ids import digest
from crossline.kernel.progress import Progress
from crossline.kernel.workers import in_order, worker_pool
from crossline.sigma import ROUTED_BY, Plan, Record, fields_seen, looked_at
from crossline.store import Part, Store, Tables

__all__ = ["Hunted", "hunt"]

_Seen = Mapping[Record, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Hunted:
    """What was found in all parts, and the fields met by kind of record."""

    found: Found
    seen: _Seen


@dataclass(frozen=True, slots=True)
class _Task:
    store: Path
    part: Part
    rules: Chosen


@dataclass(frozen=True, slots=True)
class _Result:
    part: str
    found: Found
    seen: _Seen


def hunt(case: Case, tables: Tables, rules: Chosen, progress: Progress) -> Hunted:
    """Run rules over the stored events; those run over a part before are remembered for it."""
    plan = plan_of(rules)
    parts = tables.parts("events")
    progress.start(f"Running {len(plan.rules):,} rules", len(parts), "part")
    found, names = [], []
    seen: dict[Record, frozenset[str]] = {}
    with worker_pool(case.settings.run.workers, len(parts)) as pool:
        tasks = (_Task(case.store, part, rules) for part in parts)
        for each in in_order(pool, _hunt_part, tasks):
            found.append(each.found)
            names.append(each.part)
            seen = with_fields(seen, each.seen)
            progress.advance(1)
    keep_only(case.store, names)
    return Hunted(together(plan, found), seen)


@lru_cache(maxsize=1)
def _keys(rules: Chosen) -> list[str]:
    return rule_keys(plan_of(rules))


@lru_cache(maxsize=4)
def _narrowed(rules: Chosen, numbers: tuple[int, ...]) -> Plan:
    """The plan that runs these rules only; parts mostly lack the same ones."""
    return plan_of(rules).narrowed(numbers)


def _hunt_part(task: _Task) -> _Result:
    """Run over one part what has not been run over it; works in a worker."""
    store = Store(task.store)
    part = digest(store.part_digest("events", task.part), *task.part.partition.values())
    keys = _keys(task.rules)
    known = recall(task.store, part)
    if missing := known.missing(keys):
        known = _hunted(store, task.part, known, _narrowed(task.rules, tuple(missing)), keys)
        remember(task.store, part, known, keys)
    return _Result(part, known.found(keys), known.seen or {})


def _hunted(store: Store, part: Part, known: Remembered, plan: Plan, keys: list[str]) -> Remembered:
    if known.seen is None:
        known, found = _first_read(store, part, plan)
        return known.with_found(plan, keys, found)
    batches: Iterator[pa.RecordBatch] = iter(())
    if any(plan.route(record) for record in known.seen):
        chosen = (ROUTED_BY, lambda rows: looked_at(plan, rows))
        batches = store.scan_part("events", part, MATCH_COLUMNS, chosen)
    return known.with_found(plan, keys, found_in(plan, batches))


def _first_read(store: Store, part: Part, plan: Plan) -> tuple[Remembered, Found]:
    """Run rules over all events of a part, and note the fields that they have."""
    seen: dict[Record, frozenset[str]] = {}

    def events() -> Iterator[pa.RecordBatch]:
        nonlocal seen
        for batch in store.scan_part("events", part, MATCH_COLUMNS):
            seen = with_fields(seen, fields_seen(pa.Table.from_batches([batch])))
            yield batch

    found = found_in(plan, events())
    return Remembered(seen=seen), found
