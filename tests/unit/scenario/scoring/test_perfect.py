"""A case that says exactly what is true has every score full, on a whole built world."""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from crossline.scenario.build import build
from crossline.scenario.scoring import score
from crossline.scenario.scoring.exam import Exam
from crossline.tables import TABLES

Row = Mapping[str, Any]
ZERO = (
    "false", "stories_of", "too_sure", "named_wrongly", "grade_error", "log_loss",
    "calibration_error", "lookalike_alarms", "in_intrusion", "false_per_10000",
)  # fmt: skip
NOT_FULL = {"recall_of_all", "with_evidence"}
"""Nobody can see what left no log; a case without false alarms has nothing to clear."""


def events(truth: Exam) -> Iterable[Row]:
    for uid, row in truth.events.items():
        if row["visible"]:
            yield {"event_id": f"ev_{uid}", "organisation": row["org"], "locator": row["line_or_record"],
                   "evidence_path": row["file"], "position": row["position"]}  # fmt: skip


def story(intrusion: str) -> str:
    return f"in_{intrusion}"


def tables(truth: Exam) -> Mapping[str, Iterable[Row]]:
    """What a tool would write that knows the truth."""
    seen = [row for row in truth.truth("intrusions") if row["n_visible"]]
    names = {row["cluster"]: row["like_group"] for row in truth.truth("clusters")}
    return {
        "events": events(truth),
        "detections": [
            {"detection_id": f"de_{uid}", "rule_title": "r", "rests_on": [f"ev_{uid}"]}
            for uid in truth.malicious
        ],
        "intrusions": [
            {"intrusion_id": story(row["intrusion"]), "first_seen": row["first_visible_utc"],
             "last_seen": row["last_visible_utc"], "rests_on": []}
            for row in seen
        ],
        "intrusion_events": [
            {"intrusion_id": story(row["intrusion"]), "event_id": f"ev_{uid}"}
            for uid, row in truth.malicious.items()
        ],
        "entries": [
            {"intrusion_id": story(row["intrusion"]), "vector": row["vector"],
             "probability": 1.0, "supplier": row["supplier"],
             "parent_intrusion_id": row["parent_intrusion"] and story(row["parent_intrusion"])}
            for row in seen
        ],
        "cluster_members": [
            {"cluster_id": f"cl_{row['actor']}", "intrusion_id": story(row["intrusion"])}
            for row in seen
        ],
        "attributions": [
            {"cluster_id": f"cl_{actor}", "candidate": group or "none_of_these",
             "probability": 1.0}
            for actor, group in names.items()
        ],
        "exposure": [
            {"subscriber": row["subscriber_pseudonym"], "watched_probability": 1.0}
            for row in truth.truth("targets") if row["watched"]
        ],
        "exposed_sets": [
            {"intrusion_id": "in_x", "organisation": row["org"], "determinable": False}
            for row in truth.truth("gaps") if row["loss_kind"] == "statement_missing"
        ],
        "adaptation": [
            {"mitigation_id": row["mitigation"], "intrusion_id": story(row["intrusion"] or ""),
             "response_kind": row["response_kind"], "lag_days": row["lag_days"]}
            for row in truth.truth("mitigations")
        ],
        "reach": [
            {"intrusion_id": story(row["intrusion"]), "host": row["host_uid"],
             "asset_class": row["asset_class"], "status": "reached"}
            for row in truth.truth("access")
            if row["privilege"] != "none" and row["intrusion"] in truth.intrusions
        ],
        "interference": [
            {"intrusion_id": story(row["intrusion"]), "grade_possible": row["grade_possible"],
             "grade_used": row["grade_used"]}
            for row in seen
        ],
        "gaps": [
            {"gap_id": f"ga_{number}", "organisation": row["org"], "host": row["host_uid"],
             "format": row["format"], "from_time": row["from_utc"], "to_time": row["to_utc"],
             "kind": row["kind"], "caused_by_intruder": row["caused_by_actor"],
             "offset_seconds": (row["drift_ppm"] or 0) * 0.0864 or row["seconds_offset"]}
            for number, row in enumerate(truth.truth("gaps")) if row["kind"]
        ],
        "coordination": [
            {"cluster_x": f"cl_{row['actor_x']}", "cluster_y": f"cl_{row['actor_y']}",
             "relation": row["relation"].replace("none", "coincidence"), "probability": 1.0}
            for row in truth.truth("coordination")
        ],
        "coordination_evidence": [
            {"cluster_x": f"cl_{row['actor_x']}", "cluster_y": f"cl_{row['actor_y']}",
             "rests_on": [f"ev_{uid}" for uid in row["tell_event_uids"]]}
            for row in truth.truth("coordination")
        ],
        "supplier_paths": supplier_paths(truth),
    }  # fmt: skip


def supplier_paths(truth: Exam) -> Iterable[Row]:
    rows = [row for row in truth.truth("supplier") if row["intrusion"] in truth.intrusions]
    accounts = {(row["supplier"], row["account"]) for row in rows}
    for row in rows:
        yield {"supplier": row["supplier"], "organisation": row["org_reached"],
               "intrusion_id": story(row["intrusion"]), "tier": "observed",
               "supplier_compromised_from_earliest": row["compromised_from"],
               "supplier_compromised_from_latest": row["compromised_from"]}  # fmt: skip
    with (truth.case / "supplier_access.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            known = {"supplier": row["supplier"], "organisation": row["organisation"]}
            if any(supplier == row["supplier"] for supplier, _ in accounts):
                yield {**known, "tier": "contractual"}
            if (row["supplier"], row["account"]) in accounts:
                yield {**known, "tier": "usable"}


@pytest.mark.slow
@pytest.mark.parametrize("world", ["H1", "H3"])
def test_the_truth_itself_has_full_marks(world: str, tmp_path: Path) -> None:
    built = build(tmp_path / "world", world, "test", 0)
    folder = built.case / "report" / "tables"
    folder.mkdir(parents=True)
    for name, rows in tables(Exam(built.truth, built.case)).items():
        table = pa.Table.from_pylist(list(rows), schema=TABLES[name].schema)
        pq.write_table(table, folder / f"{name}.parquet")
    for section, figures in score(built.truth, built.case).items():
        for name, value in figures.items():
            if value is not None and name not in NOT_FULL:
                expected = 0.0 if name.startswith(ZERO) else 1.0
                assert value == pytest.approx(expected, abs=1e-6), f"{section}.{name}"
