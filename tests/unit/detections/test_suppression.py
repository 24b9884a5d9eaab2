from typing import Any

import pytest

from crossline.case import Decision, new_decision
from crossline.detections.suppression import suppress


def row(**changes: object) -> dict[str, Any]:
    base = {
        "detection_id": "de_1", "rule_id": "rule-1", "organisation": "org-1", "host": "WS01",
        "rests_on": ["ev_1"],
    }  # fmt: skip
    return {**base, **changes}


def decision(kind: str, subject: str, about: str = "") -> Decision:
    return new_decision(kind, subject, about, "kim", "why", "", "")


def suppressed(made: list[Decision], detection: dict[str, Any]) -> object:
    suppress(made, [detection])
    return detection["suppressed_by"]


@pytest.mark.parametrize(
    ("kind", "subject", "about", "speaks"),
    [
        ("false_positive", "de_1", "", True),
        ("false_positive", "de_2", "", False),
        ("false_positive", "rule-1", "", True),
        ("false_positive", "rule-1", "ws01", True),
        ("false_positive", "rule-1", "WS02", False),
        ("false_positive", "rule-1", "org-1", True),
        ("false_positive", "rule-1", "org-2", False),
        ("exclude", "ev_1", "", True),
        ("exclude", "ev_2", "", False),
        ("exclude", "ws01", "", True),
        ("exclude", "WS01", "org-2", False),
        ("exclude", "rule-1", "", True),
        ("confirmed", "de_1", "", False),
        ("same_cluster", "de_1", "", False),
    ],
)
def test_a_decision_suppresses_what_it_speaks_of_and_no_more(
    kind: str, subject: str, about: str, speaks: bool
) -> None:
    made = decision(kind, subject, about)
    assert suppressed([made], row()) == (made.decision_id if speaks else None)


def test_the_first_decision_of_the_file_is_named() -> None:
    made = [decision("exclude", "WS01"), decision("false_positive", "de_1")]
    assert suppressed(made, row()) == made[0].decision_id
    assert suppressed(made[::-1], row()) == made[1].decision_id


def test_a_correlation_stands_while_one_of_its_events_is_not_excluded() -> None:
    one, two = decision("exclude", "ev_1"), decision("exclude", "ev_2")
    assert suppressed([one], row(rests_on=["ev_1", "ev_2"])) is None
    assert suppressed([one, two], row(rests_on=["ev_1", "ev_2"])) == one.decision_id


def test_a_detection_without_host_is_not_taken_for_one() -> None:
    assert suppressed([decision("exclude", "WS01")], row(host=None)) is None
