"""All detectors over the stored events: rows for `detections` and `rule_status`."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import duckdb
import msgspec

from crossline.case import Case
from crossline.detections.detectors.declared import DETECTORS, Detector
from crossline.detections.detectors.preparing import prepared
from crossline.kernel.ids import digest, row_id
from crossline.kernel.progress import Progress
from crossline.store import Tables

__all__ = ["PACK", "Detected", "detect"]

PACK = "detectors"
_AUTHOR = "crossline"
_PARAMETER = re.compile(r"\$(\w+)")
_Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Detected:
    """Rows for `detections` (with `format` for their rarity) and for `rule_status`."""

    detections: list[_Row]
    statuses: list[_Row]


def detect(case: Case, tables: Tables, progress: Progress) -> Detected:
    """Run every detector whose kinds of logs are in the evidence."""
    there = Counter[str]()
    for batch in tables.scan("events", ["format"]):
        for counted in batch["format"].value_counts().to_pylist():
            there[counted["values"]] += counted["counts"]
    wanted = [each for each in DETECTORS if not each.formats.isdisjoint(there)]
    if not wanted:
        return Detected([], [_status(each, there, 0) for each in DETECTORS])
    progress.start(f"Running {len(wanted)} detectors", len(wanted), "detector")
    settings = msgspec.structs.asdict(case.settings.detectors)
    connection = prepared(case, tables)
    rows: list[_Row] = []
    for each in wanted:
        rows += _found(connection, each, settings)
        progress.advance(1)
    hits = Counter(row["rule_id"] for row in rows)
    return Detected(rows, [_status(each, there, hits[each.rule_id]) for each in DETECTORS])


def _found(
    connection: duckdb.DuckDBPyConnection, detector: Detector, settings: dict[str, object]
) -> Iterator[_Row]:
    names = set(_PARAMETER.findall(detector.query))
    asked = {name: settings[name] for name in names}
    rule_hash = digest(detector.query, *(f"{name}={asked[name]}" for name in sorted(asked)))
    query = f"{detector.query} ORDER BY ALL"
    for row in connection.sql(query, params=asked).to_arrow_table().to_pylist():
        yield {
            "detection_id": row_id("de", (detector.rule_id, rule_hash, *row["events"])),
            "rule_id": detector.rule_id,
            "rule_title": detector.title,
            "rule_author": _AUTHOR,
            "level": detector.level,
            "techniques": list(detector.techniques),
            "organisation": row["organisation"],
            "host": row["host"],
            "time": row["time"],
            "matched": row["matched"],
            "suppressed_by": None,
            "rule_hash": rule_hash,
            "kind": "detector",
            "rests_on": row["events"],
            "format": row["format"],
        }


def _status(detector: Detector, there: Counter[str], hits: int) -> _Row:
    checked = sum(there[each] for each in detector.formats)
    lacking = ", ".join(sorted(detector.formats))
    return {
        "rule_id": detector.rule_id,
        "rule_title": detector.title,
        "pack": PACK,
        "status": "ran" if checked else "not_applicable",
        "reason": None if checked else f"none of its kinds of logs is in the evidence: {lacking}",
        "events_checked": checked,
        "hits": hits,
        "level": detector.level,
        "techniques": list(detector.techniques),
        "rule_hash": digest(detector.query),
        "kind": "detector",
        "rests_on": [],
    }
