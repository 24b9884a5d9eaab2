"""A tiny truth and a tiny case laid beside each other, with every score known by hand.

Two operators: X, where actor A works in intrusion I1 (three events in two steps) and a look-alike
fires; Y, where A works in I2 (two events) and the criminal D in I3 (one event).
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from crossline.scenario.scoring.exam import Exam
from crossline.scenario.truth.columns import COLUMNS, schema_of
from crossline.tables import TABLES

Row = Mapping[str, Any]
Lay = Callable[..., Exam]

START = datetime(2019, 1, 1, tzinfo=UTC)
EVENTS = (
    ("u1", "X", "web1", "malicious", "A", "I1", "s1"),
    ("u2", "X", "web1", "malicious", "A", "I1", "s1"),
    ("u3", "X", "dc1", "malicious", "A", "I1", "s2"),
    ("u4", "X", "dc1", "lookalike", None, None, None),
    ("u5", "Y", "web9", "malicious", "A", "I2", "s3"),
    ("u6", "Y", "web9", "malicious", "A", "I2", "s4"),
    ("u7", "Y", "bill9", "malicious", "D", "I3", "s5"),
)


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def truth_events() -> list[Row]:
    return [
        {
            "event_uid": uid,
            "org": org,
            "host_uid": host,
            "format": "iis",
            "file": f"evidence/{org}/{host}/iis/u.log",
            "line_or_record": number,
            "position": number,
            "label": label,
            "actor": actor,
            "intrusion": intrusion,
            "step": step,
            "lookalike": "L11" if label == "lookalike" else None,
            "visible": True,
        }
        for number, (uid, org, host, label, actor, intrusion, step) in enumerate(EVENTS, 1)
    ]


def case_events() -> list[Row]:
    """The case's events: ev_1 to ev_7 as in the truth, and ev_8, which is noise."""
    rows = [
        {
            "event_id": f"ev_{number}",
            "organisation": org,
            "evidence_path": f"evidence/{org}/{host}/iis/u.log",
            "locator": number,
            "position": number,
            "format": "iis",
        }
        for number, (_, org, host, *_) in enumerate(EVENTS, 1)
    ]
    return [*rows, {**rows[0], "event_id": "ev_8", "locator": 99, "position": 99}]


def truth_intrusions() -> list[Row]:
    stated = [("I1", "A", "X", 3, "I2"), ("I2", "A", "Y", 2, "I1"), ("I3", "D", "Y", 1, "I3")]
    return [
        {
            "intrusion": one,
            "actor": actor,
            "org": org,
            "vector": "exploit",
            "n_visible": count,
            "first_visible_utc": day(0),
            "last_visible_utc": day(9),
            "grade_possible": grade,
            "grade_used": "I1",
        }
        for one, actor, org, count, grade in stated
    ]


def truth_clusters() -> list[Row]:
    spies = {"A": "G0093"}
    return [
        {"intrusion": one, "cluster": actor, "like_group": spies.get(actor),
         "like_is_known": actor in spies}
        for one, actor in (("I1", "A"), ("I2", "A"), ("I3", "D"))
    ]  # fmt: skip


@pytest.fixture
def lay(tmp_path: Path) -> Lay:
    """Writes truth and tables; the rows given stand beside or instead of the usual ones."""

    def write(truth: Mapping[str, list[Row]] | None = None, **found: list[Row]) -> Exam:
        stated = {
            "events": truth_events(),
            "intrusions": truth_intrusions(),
            "clusters": truth_clusters(),
            **(truth or {}),
        }
        (tmp_path / "truth").mkdir()
        (tmp_path / "case" / "report" / "tables").mkdir(parents=True)
        for name in COLUMNS:
            rows = stated.get(name.removeprefix("truth_"), [])
            table = pa.Table.from_pylist(rows, schema=schema_of(name))
            pq.write_table(table, tmp_path / "truth" / f"{name}.parquet")
        for name, rows in {"events": case_events(), **found}.items():
            table = pa.Table.from_pylist(rows, schema=TABLES[name].schema)
            pq.write_table(table, tmp_path / "case" / "report" / "tables" / f"{name}.parquet")
        return Exam(tmp_path / "truth", tmp_path / "case")

    return write


def detection(number: int, *events: int, rule: str = "r", **more: Any) -> Row:
    return {
        "detection_id": f"de_{number}",
        "rule_id": rule,
        "rule_title": rule,
        "rests_on": [f"ev_{each}" for each in events],
        **more,
    }


def story(name: str, *events: int) -> list[Row]:
    return [{"intrusion_id": name, "event_id": f"ev_{each}"} for each in events]


def stories() -> Mapping[str, list[Row]]:
    """Stories in_1 and in_2 that tell I1 and I2 whole; nothing tells I3."""
    return {
        "intrusions": [
            {"intrusion_id": "in_1", "organisation": "X", "first_seen": day(0.5),
             "last_seen": day(9), "rests_on": ["ev_1"]},
            {"intrusion_id": "in_2", "organisation": "Y", "first_seen": day(3),
             "last_seen": day(9.9), "rests_on": ["ev_5"]},
        ],
        "intrusion_events": [*story("in_1", 1, 2, 3), *story("in_2", 5, 6)],
    }  # fmt: skip
