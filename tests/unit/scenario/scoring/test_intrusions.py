"""Stories: which intrusion each tells, how wholly, and what it says of the way in."""

import pytest
from tests.unit.scenario.scoring.conftest import Lay, stories, story, truth_intrusions

from crossline.scenario.scoring.intrusions import scores


def test_stories_that_tell_two_of_three_intrusions(lay: Lay) -> None:
    entries = [
        {"intrusion_id": "in_1", "vector": "exploit", "probability": 0.7},
        {"intrusion_id": "in_1", "vector": "phishing", "probability": 0.3},
        {"intrusion_id": "in_2", "vector": "supplier", "probability": 0.9},
    ]
    found = scores(lay(entries=entries, **stories()))
    assert found["found"] == pytest.approx(2 / 3)
    assert found["b_cubed_precision"] == 1.0
    assert found["b_cubed_recall"] == pytest.approx(5 / 6)
    assert found["membership_recall"] == pytest.approx(2 / 3)
    assert found["first_seen_within_a_day"] == pytest.approx(1 / 3)
    assert found["last_seen_within_a_day"] == pytest.approx(2 / 3)
    assert found["vector"] == pytest.approx(1 / 3)
    assert found["parent"] == pytest.approx(2 / 3)


def test_a_parent_is_read_through_the_stories(lay: Lay) -> None:
    one, two, three = truth_intrusions()
    truth = {"intrusions": [one, {**two, "parent_intrusion": "I1"}, three]}
    entries = [
        {"intrusion_id": "in_2", "vector": "other_intrusion", "probability": 0.9,
         "parent_intrusion_id": "in_1"},
    ]  # fmt: skip
    assert scores(lay(truth, entries=entries, **stories()))["parent"] == pytest.approx(1 / 3)


def test_merges_and_stories_of_nobody_are_counted(lay: Lay) -> None:
    rows = [*story("in_1", 5, 7), *story("in_2", 4), *story("in_3", 8), *story("in_4", 1, 5)]
    found = scores(lay(intrusion_events=rows))
    assert found["false_merges"] == 1
    assert found["stories_of_lookalikes"] == 1
    assert found["stories_of_noise"] == 1


def test_one_intrusion_has_one_story(lay: Lay) -> None:
    rows = [*story("in_1", 1), *story("in_2", 2, 3)]
    exam = lay(intrusion_events=rows)
    assert exam.story_of == {"I1": "in_2"}
    assert scores(exam)["membership_recall"] == pytest.approx(2 / 9)
