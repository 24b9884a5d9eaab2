from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
from tests.unit.sigma.made import rule

from crossline.sigma import SIGNALS, correlate, load_rules, plan

START = datetime(2024, 1, 1, tzinfo=UTC)


@pytest.fixture
def planned(tmp_path):
    correlation = (
        "title: c\nid: c\ncorrelation: {type: event_count, rules: [one], group-by: [G], "
        "timespan: 1m, condition: {gte: 2}}\n"
    )
    (tmp_path / "r.yml").write_text(rule() + "---\n" + correlation, "utf-8")
    return plan(load_rules([tmp_path / "r.yml"]))


def signals(*rows):
    whole = [
        {"row": 0, "rule": 1, "time": START + timedelta(seconds=s), "event_id": e, "values": v}
        for s, e, v in rows
    ]
    return pa.Table.from_pylist(whole, schema=SIGNALS)


ROWS = [(0, "a", {"G": "x"}), (5, "b", {"G": "X"}), (7, "c", {"G": "y"}), (9, "d", {"G": "Y"})]


def test_a_finding_names_its_time_its_group_and_its_events(planned):
    assert correlate(planned, signals(*ROWS)).to_pylist() == [
        {
            "rule": 0,
            "time": START + timedelta(seconds=5),
            "group": [("G", "x")],
            "event_ids": ["a", "b"],
        },
        {
            "rule": 0,
            "time": START + timedelta(seconds=9),
            "group": [("G", "y")],
            "event_ids": ["c", "d"],
        },
    ]


def test_the_order_of_signals_does_not_matter(planned):
    assert correlate(planned, signals(*ROWS[::-1])).equals(correlate(planned, signals(*ROWS)))


def test_no_signals_give_no_findings(planned):
    assert correlate(planned, SIGNALS.empty_table()).num_rows == 0
