"""Rules over the stored events: what fired, what became of each rule, what could be seen."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from crossline.case import Case, Decision, day_of, in_force, read_decisions
from crossline.detections.coverage import coverage
from crossline.detections.indicators import Swept, sweep
from crossline.detections.matching import MATCH_COLUMNS, Found, correlated, found_in, together
from crossline.detections.rarity import rarity
from crossline.detections.rules import load, plan_of, rule_paths
from crossline.detections.suppression import suppress
from crossline.kernel.ids import row_id
from crossline.kernel.progress import Progress
from crossline.kernel.workers import in_order, worker_pool
from crossline.sigma import Plan, Refused, Rule, formats
from crossline.store import Part, Store, Tables
from crossline.tables import TABLES

__all__ = ["run"]

_FIRED = pa.schema(
    [TABLES["events"].schema.field(name) for name in ("organisation", "format", "host", "time")]
).append(pa.field("rule_id", pa.string()))


@dataclass(frozen=True, slots=True)
class _Task:
    store: Path
    part: Part
    rules: tuple[Path, ...]


def run(case: Case, tables: Tables, progress: Progress) -> None:
    """Write `detections`, `rule_status` and `coverage`, and unparsable rule files to `problems`."""
    paths = rule_paths(case.settings.detect.rules, case.root)
    ruleset = load(paths)
    plan = plan_of(paths)
    swept = sweep(case, tables, progress)
    found = _match(case, tables, plan, paths, progress)
    rows = [*_plain(plan, found), *_correlations(plan, found), *swept.detections]
    rows = list({row["detection_id"]: row for row in rows}.values())
    _weigh(tables, rows)
    suppress(_decisions(case, tables), rows)
    tables.replace("detections", pa.Table.from_pylist(rows, TABLES["detections"].schema))
    _state_rules(tables, plan, ruleset.refused, found.checked, rows, swept)
    tables.replace("coverage", coverage(tables.dataset("events"), _techniques(plan)))


def _match(
    case: Case, tables: Tables, plan: Plan, rules: tuple[Path, ...], progress: Progress
) -> Found:
    parts = tables.parts("events")
    progress.start(f"Running {len(plan.rules):,} rules", len(parts), "part")
    found = []
    with worker_pool(case.settings.run.workers, len(parts)) as pool:
        tasks = (_Task(case.store, part, rules) for part in parts)
        for each in in_order(pool, _match_part, tasks):
            found.append(each)
            progress.advance(1)
    return together(plan, found)


def _match_part(task: _Task) -> Found:
    """Match one of the files of `events`; runs in a worker."""
    batches = Store(task.store).scan_part("events", task.part, MATCH_COLUMNS)
    return found_in(plan_of(task.rules), batches)


def _detection(plan: Plan, row: dict[str, Any], kind: str, events: list[str]) -> dict[str, object]:
    rule = plan.rules[row["rule"]]
    return {
        "detection_id": row_id("de", (rule.rule_id, rule.rule_hash, *events)),
        "rule_id": rule.rule_id,
        "rule_title": rule.title,
        "rule_author": rule.author,
        "level": rule.level,
        "techniques": list(rule.techniques),
        "organisation": row["organisation"],
        "host": row["host"],
        "time": row["time"],
        "matched": row["matched"],
        "rule_hash": rule.rule_hash,
        "kind": kind,
        "rests_on": events,
        "format": row["format"],
    }


def _plain(plan: Plan, found: Found) -> Iterator[dict[str, object]]:
    for row in found.hits.to_pylist():
        yield _detection(plan, row, "rule", [row["event_id"]])


def _correlations(plan: Plan, found: Found) -> Iterator[dict[str, object]]:
    for row in correlated(plan, found.signals):
        yield _detection(plan, row, "correlation", row["event_ids"])  # type: ignore[arg-type]


def _weigh(tables: Tables, rows: list[dict[str, object]]) -> None:
    """Add `rarity_bits` to each detection."""
    bits = rarity(tables.dataset("events"), pa.Table.from_pylist(rows, _FIRED))
    for row in rows:
        row["rarity_bits"] = bits.get((row["organisation"], row["rule_id"]))  # type: ignore[arg-type]


def _decisions(case: Case, tables: Tables) -> list[Decision]:
    """The decisions that hold on the day of the last event."""
    last = pc.max(tables.read("sources", ["last_time"])["last_time"]).as_py()
    return in_force(read_decisions(case), day_of(case, last))


def _techniques(plan: Plan) -> dict[str, frozenset[str]]:
    """For each kind of log, the techniques that the rules look for in it."""
    found: dict[str, set[str]] = defaultdict(set)
    for rule in plan.rules:
        if isinstance(rule, Rule):
            for kind in formats(rule.logsource):
                found[kind].update(rule.techniques)
    return {kind: frozenset(techniques) for kind, techniques in found.items()}


def _state_rules(
    tables: Tables,
    plan: Plan,
    refused: tuple[Refused, ...],
    checked: NDArray[np.int64],
    rows: list[dict[str, object]],
    swept: Swept,
) -> None:
    hits: dict[object, int] = defaultdict(int)
    for row in rows:
        hits[row["rule_id"]] += 1
    stated = [*_status_of_rules(plan, checked, hits), *map(_status_of_refused, refused)]
    stated += swept.feeds
    stated = list({(row["rule_id"], row["pack"]): row for row in stated}.values())
    tables.replace("rule_status", pa.Table.from_pylist(stated, TABLES["rule_status"].schema))
    problems = [
        {
            "problem_id": row_id("pr", ("rule", each.pack, each.path, each.reason)),
            "kind": "rule",
            "evidence_path": each.pack,
            "member": each.path or None,
            "reason": each.reason,
            "count": 1,
            "found_by": "rules",
        }
        for each in refused
        if each.unparsable
    ] + swept.problems
    schema = TABLES["problems"].schema
    tables.replace("problems", pa.Table.from_pylist(problems, schema), ("found_by", "rules"))


def _status_of_rules(
    plan: Plan, checked: NDArray[np.int64], hits: dict[object, int]
) -> Iterator[dict[str, object]]:
    for number, rule in enumerate(plan.rules):
        seen = int(checked[number])
        reason = None
        if isinstance(rule, Rule) and number in plan.unmapped:
            reason = f"no log is mapped to its log source ({rule.logsource})"
        elif isinstance(rule, Rule) and not seen:
            reason = f"its log source ({rule.logsource}) is not in the evidence"
        yield {
            "rule_id": rule.rule_id,
            "rule_title": rule.title,
            "pack": rule.pack,
            "status": "not_applicable" if reason else "ran",
            "reason": reason,
            "events_checked": seen,
            "hits": hits[rule.rule_id],
            "level": rule.level,
            "techniques": list(rule.techniques),
            "rests_on": [],
        }


def _status_of_refused(refused: Refused) -> dict[str, object]:
    return {
        "rule_id": refused.rule_id,
        "rule_title": refused.title,
        "pack": refused.pack,
        "status": "refused",
        "reason": refused.reason,
        "events_checked": 0,
        "hits": 0,
        "rests_on": [],
    }
