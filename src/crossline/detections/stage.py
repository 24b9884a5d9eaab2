"""Rules over the stored events: what fired, what became of each rule, what could be seen."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from crossline.case import Case, day_of, in_force, read_decisions
from crossline.detections.coverage import coverage
from crossline.detections.detectors import DETECTORS, detect
from crossline.detections.hunting import hunt
from crossline.detections.indicators import sweep
from crossline.detections.matching import Found, correlated
from crossline.detections.rarity import rarity
from crossline.detections.rules import plan_of, rules_of
from crossline.detections.statuses import Ran, state_rules
from crossline.detections.suppression import suppress
from crossline.kernel.ids import row_id
from crossline.kernel.progress import Progress
from crossline.sigma import Plan, Rule, formats
from crossline.store import Tables
from crossline.tables import TABLES

__all__ = ["run"]

_FIRED = pa.schema(
    [TABLES["events"].schema.field(name) for name in ("organisation", "format", "host", "time")]
).append(pa.field("rule_id", pa.string()))


def run(case: Case, tables: Tables, progress: Progress) -> None:
    """Write `detections`, `rule_status` and `coverage`, and unparsable rule files to `problems`."""
    day = _day(case, tables)
    rules = rules_of(case, day)
    plan = plan_of(rules)
    swept = sweep(case, tables, progress)
    detected = detect(case, tables, progress)
    hunted = hunt(case, tables, rules, progress)
    found = hunted.found
    rows = [
        *_plain(plan, found),
        *_correlations(plan, found),
        *swept.detections,
        *detected.detections,
    ]
    rows = list({row["detection_id"]: row for row in rows}.values())
    _weigh(tables, rows)
    suppress(in_force(read_decisions(case), day), rows)
    tables.replace("detections", pa.Table.from_pylist(rows, TABLES["detections"].schema))
    state_rules(tables, Ran(rules, hunted, rows, swept, detected.statuses))
    tables.replace("coverage", coverage(tables.dataset("events"), _techniques(plan)))


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
        detection = _detection(plan, row, "rule", [row["event_id"]])
        yield {**detection, "suppressed_by": row["suppressed_by"]}


def _correlations(plan: Plan, found: Found) -> Iterator[dict[str, object]]:
    for row in correlated(plan, found.signals):
        yield _detection(plan, row, "correlation", row["event_ids"])  # type: ignore[arg-type]


def _weigh(tables: Tables, rows: list[dict[str, object]]) -> None:
    """Add `rarity_bits` to each detection."""
    bits = rarity(tables.dataset("events"), pa.Table.from_pylist(rows, _FIRED))
    for row in rows:
        row["rarity_bits"] = bits.get((row["organisation"], row["rule_id"]))  # type: ignore[arg-type]


def _day(case: Case, tables: Tables) -> date | None:
    """The day on which decisions and filters are looked at: that of the last event."""
    return day_of(case, pc.max(tables.read("sources", ["last_time"])["last_time"]).as_py())


def _techniques(plan: Plan) -> dict[str, frozenset[str]]:
    """For each kind of log, the techniques that rules and detectors look for in it."""
    found: dict[str, set[str]] = defaultdict(set)
    for rule in plan.rules:
        if isinstance(rule, Rule):
            for kind in formats(rule.logsource):
                found[kind].update(rule.techniques)
    for detector in DETECTORS:
        for kind in detector.formats:
            found[kind].update(detector.techniques)
    return {kind: frozenset(techniques) for kind, techniques in found.items()}
