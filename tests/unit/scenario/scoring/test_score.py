"""The score as a whole: every section, and a clear word where there is nothing to score."""

from pathlib import Path

import pytest
from tests.unit.scenario.scoring.conftest import Lay

from crossline.kernel.errors import UsageError
from crossline.scenario.scoring import score


def test_every_section_is_scored_on_an_empty_case(lay: Lay, tmp_path: Path) -> None:
    lay()
    found = score(tmp_path / "truth", tmp_path / "case")
    assert found["events"]["recall"] == 0.0
    assert found["intrusions"]["b_cubed_f1"] == 0.0
    assert found["targets"]["recall"] is None
    assert found["false_alarms"] == {}


def test_a_folder_without_truth_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no truth"):
        score(tmp_path, tmp_path)


def test_a_case_without_report_is_refused(lay: Lay, tmp_path: Path) -> None:
    lay()
    with pytest.raises(UsageError, match="crossline run"):
        score(tmp_path / "truth", tmp_path)
