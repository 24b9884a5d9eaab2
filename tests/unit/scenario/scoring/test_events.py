"""Detections: what was hit, in events and steps, and what fired on nothing."""

import pytest
from tests.unit.scenario.scoring.conftest import Lay, detection, stories, truth_events

from crossline.scenario.scoring.events import false_alarms, scores


def test_events_and_steps_that_detections_hit(lay: Lay) -> None:
    fired = [detection(1, 1), detection(2, 4, rule="crawl"), detection(3, 8, rule="noise")]
    exam = lay(detections=fired, **stories())
    found = scores(exam)
    assert found["precision"] == pytest.approx(1 / 3)
    assert found["recall"] == pytest.approx(1 / 6)
    assert found["steps_detected"] == pytest.approx(1 / 5)
    assert found["steps_in_story"] == pytest.approx(4 / 5)
    assert false_alarms(exam) == {"crawl": 1, "noise": 1}


def test_a_cleared_or_suppressed_detection_does_not_count(lay: Lay) -> None:
    fired = [detection(1, 4), detection(2, 8, suppressed_by="d1"), detection(3, 1)]
    exam = lay(detections=fired, cleared=[{"detection_id": "de_1"}])
    assert not false_alarms(exam)
    assert scores(exam)["precision"] == 1.0


def test_false_alarms_are_counted_by_the_days_of_hosts_with_logs(lay: Lay) -> None:
    seen = {"organisation": "X", "month": "2019-02", "format": "iis", "events": 5}
    coverage = [
        {**seen, "host": "web1"},
        {**seen, "host": "dc1"},
        {**seen, "host": "a", "events": 0},
    ]
    exam = lay(detections=[detection(1, 4), detection(2, 8)], coverage=coverage)
    found = scores(exam)
    assert found["false_alarms_per_1000_host_days"] == pytest.approx(2 * 1000 / 56)
    assert found["lookalike_alarms_per_1000_host_days"] == pytest.approx(1000 / 56)


def test_a_case_without_tables_scores_zero(lay: Lay) -> None:
    found = scores(lay())
    assert (found["precision"], found["recall"], found["steps_detected"]) == (0, 0, 0)


def test_a_second_copy_of_a_record_is_the_record(lay: Lay) -> None:
    rows = truth_events()
    copy = {**rows[0], "event_uid": "u1d", "duplicate_of": "u1", "line_or_record": 99}
    exam = lay(truth={"events": [*rows, copy]}, detections=[detection(1, 8)])
    assert exam.uid_of["ev_8"] == "u1"
    assert scores(exam)["recall"] == pytest.approx(1 / 6)
