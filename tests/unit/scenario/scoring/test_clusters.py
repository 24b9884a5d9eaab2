"""Clusters and their names, read off the stories that stand for intrusions."""

import math

import pytest
from tests.unit.scenario.scoring.conftest import Lay, stories, story, truth_intrusions

from crossline.scenario.scoring.clusters import cluster_of, scores


def members(*pairs: tuple[str, str]) -> list[dict[str, object]]:
    return [{"cluster_id": c, "intrusion_id": i, "probability": 0.9} for c, i in pairs]


def told() -> dict[str, list[dict[str, object]]]:
    """Stories of all three intrusions."""
    rows = stories()
    return {"intrusion_events": [*rows["intrusion_events"], *story("in_3", 7)]}  # type: ignore[dict-item]


def test_a_right_clustering_with_right_names(lay: Lay) -> None:
    names = [
        {"cluster_id": "cl_a", "candidate": "G0093", "probability": 0.8},
        {"cluster_id": "cl_a", "candidate": "none_of_these", "probability": 0.2},
        {"cluster_id": "cl_d", "candidate": "none_of_these", "probability": 1.0},
    ]
    groups = members(("cl_a", "in_1"), ("cl_a", "in_2"), ("cl_d", "in_3"))
    found = scores(lay(cluster_members=groups, attributions=names, **told()))
    assert (found["b_cubed_f1"], found["adjusted_rand"], found["top_1"]) == (1, 1, 1)
    assert found["log_loss"] == pytest.approx(-math.log(0.8) / 2)
    assert found["calibration_error"] == pytest.approx(0.1)
    assert found["named_wrongly"] == 0


def test_a_criminal_named_a_group_and_merged_with_espionage(lay: Lay) -> None:
    names = [{"cluster_id": "cl_1", "candidate": "G0093", "probability": 0.9}]
    groups = members(("cl_1", "in_1"), ("cl_1", "in_3"), ("cl_2", "in_2"))
    exam = lay(cluster_members=groups, attributions=names, **told())
    found = scores(exam)
    assert cluster_of(exam, "A") == "cl_1"
    assert found["false_merges"] == 1
    assert found["named_wrongly"] == 1


def test_no_clusters_score_nothing(lay: Lay) -> None:
    found = scores(lay(**told()))
    assert (found["b_cubed_f1"], found["adjusted_rand"], found["top_1"]) == (0, 0, 0)
    assert found["calibration_error"] == 1.0
    assert found["log_loss"] == pytest.approx(-math.log(1e-6))


def test_crimes_of_one_criminal_may_stand_apart(lay: Lay) -> None:
    rows = [dict(row) for row in truth_intrusions()]
    rows[1]["actor"] = rows[2]["actor"] = "D"
    actors = [{"intrusion": "I1", "cluster": "A", "like_group": "G0093", "like_is_known": True},
              {"intrusion": "I2", "cluster": "D", "like_is_known": False}]  # fmt: skip
    apart = members(("cl_1", "in_1"), ("cl_2", "in_2"), ("cl_3", "in_3"))
    found = scores(lay({"intrusions": rows, "clusters": actors}, cluster_members=apart, **told()))
    assert found["b_cubed_f1"] == 1.0
