"""The shared figures against values worked out by hand."""

import math

import pytest

from crossline.scenario.scoring.measures import (
    adjusted_rand,
    b_cubed,
    calibration_error,
    f1,
    log_loss,
    precision,
    share,
)

TRUTH = {"a": "1", "b": "1", "c": "2"}


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ({"a": "x", "b": "x", "c": "y"}, (1, 1, 1)),
        ({"a": "x", "b": "x", "c": "x"}, (5 / 9, 1, 5 / 7)),
        ({"a": "x", "b": "y", "c": "z"}, (1, 2 / 3, 4 / 5)),
        ({"a": "x"}, (1, 1 / 6, 2 / 7)),
        ({"a": "x", "b": "x", "noise": "x"}, (5 / 9, 2 / 3, 20 / 33)),
        ({}, (0, 0, 0)),
    ],
)
def test_b_cubed(found: dict[str, str], expected: tuple[float, float, float]) -> None:
    assert b_cubed(TRUTH, found) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ({"a": "x", "b": "x", "c": "y"}, 1.0),
        ({"a": "x", "b": "x", "c": "x"}, 0.0),
        ({}, 0.0),
    ],
)
def test_adjusted_rand(found: dict[str, str], expected: float) -> None:
    assert adjusted_rand(TRUTH, found) == pytest.approx(expected)


def test_a_log_loss_is_bounded() -> None:
    assert log_loss([1.0, 0.0]) == pytest.approx(-math.log(1e-6) / 2)


@pytest.mark.parametrize(
    ("answers", "expected"),
    [([(1.0, True), (1.0, True)], 0.0), ([(0.95, False)], 0.95), ([(0.5, True), (0.5, False)], 0)],
)
def test_calibration_error(answers: list[tuple[float, bool]], expected: float) -> None:
    assert calibration_error(answers) == pytest.approx(expected)


def test_what_was_not_asked_is_none_and_what_was_not_claimed_is_zero() -> None:
    assert share(0, 0) is None
    assert precision(0, 0, 0) is None
    assert precision(0, 0, 3) == 0.0
    assert f1(None, 1.0) is None
    assert f1(0.0, 0.0) == 0.0
