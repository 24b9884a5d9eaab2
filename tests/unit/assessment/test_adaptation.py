"""Answers to mitigations."""

import pytest
from tests.unit.assessment.stories import ASSETS, at, event, story

from crossline.assessment.adaptation import adaptation_rows, read_mitigations
from crossline.settings import AssessmentSettings


def _answers(stories, kind="web shell removed", day=10, log_end=400, changes=()):
    given = [
        {
            "mitigation_id": "M1",
            "organisation": "op",
            "time": at(day).isoformat(),
            "kind": kind,
        }
    ]
    return adaptation_rows(
        read_mitigations(given),
        stories,
        {"op": at(log_end)},
        {"op": [at(each) for each in changes]},
        ASSETS,
        AssessmentSettings(),
    ).to_pylist()


BEFORE = event(5, host="web1", account="eva", IpAddress="9.9.9.9", technique="T1505.003")


@pytest.mark.parametrize(
    ("after", "kind", "answer"),
    [
        (event(30, host="web2", technique="T1505.003"), "web shell removed", "new_place"),
        (event(12, host="web1", IpAddress="9.9.9.1"), "address block", "new_infrastructure"),
        (event(20, host="web1", account="bo"), "all passwords reset", "new_account"),
        (event(13, host="web1", technique="T1505.003"), "patch applied", "survivor"),
        (event(300, host="web1", technique="T1190"), "supplier access closed", "wait_and_return"),
        (event(16, host="web1", technique="T1562.002"), "event forwarding", "new_technique"),
    ],
)
def test_the_answer_is_what_is_new_in_what_the_mitigation_blocked(after, kind, answer):
    row = _answers([story(BEFORE, after)], kind)[0]
    assert row["response_kind"] == answer
    assert row["lag_days"] == pytest.approx((after.time - at(10)).days)


@pytest.mark.parametrize(("log_end", "answer"), [(150, "none"), (60, "unknown")])
def test_no_answer_is_said_only_after_enough_quiet_days_of_logs(log_end, answer):
    row = _answers([story(BEFORE)], log_end=log_end)[0]
    assert (row["response_kind"], row["censored"]) == (answer, answer == "unknown")


def test_an_act_that_shows_because_a_log_began_is_no_return():
    row = _answers([story(BEFORE, event(30, host="web2"))], changes=(29.8,))[0]
    assert (row["response_kind"], row["censored"]) == ("unknown", True)


def test_a_later_story_with_the_same_account_and_address_is_the_return():
    later = story(event(200, account="eva", IpAddress="9.9.9.9", host="mail1"), name="in_2")
    row = _answers([story(BEFORE), later])[0]
    assert (row["response_kind"], row["intrusion_id"]) == ("wait_and_return", "in_1")


def test_the_end_of_an_exercise_is_answered_by_nobody():
    row = _answers([story(BEFORE, event(30))], kind="red team artefacts removed")[0]
    assert (row["response_kind"], row["intrusion_id"]) == ("none", "")
