"""What intrusions mean: targets, suppliers, mitigations, access, gaps, look-alikes, relations."""

import math
from typing import Any

import pytest
from tests.unit.scenario.scoring.conftest import Lay, day, detection, stories, story

from crossline.scenario.scoring import (
    access,
    citations,
    coordination,
    gaps,
    lookalikes,
    mitigations,
    suppliers,
    targets,
)


def test_watched_people_are_counted_once_and_false_ones_by_subscribers(lay: Lay) -> None:
    watched = [
        {"person": "W1", "subscriber_pseudonym": "m1", "watched": True, "n_determinable": 2},
        {"person": "W1", "subscriber_pseudonym": "i1", "watched": True, "n_determinable": 1},
        {"person": "W2", "subscriber_pseudonym": "m2", "watched": True, "n_determinable": 0,
         "why_not_determinable": "G15", "orgs": ["X", "Y"]},
        {"person": "P1", "subscriber_pseudonym": "p1", "watched": False, "decoy_kind": "prominent"},
    ]  # fmt: skip
    mute = [{"org": "X", "loss_kind": "statement_missing"}]
    said = [
        {"subscriber": name, "watched_probability": probability}
        for name, probability in (("m1", 0.9), ("i1", 0.8), ("p1", 0.7), ("p2", 0.4))
    ]
    sets = [{"intrusion_id": "in_1", "organisation": "X", "determinable": False}]
    exam = lay({"targets": watched, "gaps": mute}, exposure=said, exposed_sets=sets)
    (exam.case / "organisations.csv").write_text("organisation,subscribers\nX,4000\nY,1000\n")
    found = targets.scores(exam)
    assert found["precision"] == pytest.approx(2 / 3)
    assert found["recall"] == 0.5
    assert found["determinable_recall"] == 1.0
    assert found["false_per_10000"] == 2.0
    assert found["false_decoys"] == 1
    assert found["not_determinable_said"] == 1.0


def test_suppliers_are_named_dated_and_bounded(lay: Lay) -> None:
    truth = [
        {"supplier": "S1", "intrusion": "I1", "org_reached": "X", "account": "sup1",
         "compromised_from": day(-30)},
    ]  # fmt: skip
    entries = [{"intrusion_id": "in_1", "vector": "supplier", "supplier": "S1", "probability": 1.0}]
    span = {
        "supplier_compromised_from_earliest": day(-60),
        "supplier_compromised_from_latest": day(0),
    }
    path = {"supplier": "S1", "intrusion_id": "in_1", **span}
    paths = [
        {**path, "organisation": "X", "tier": "observed"},
        {**path, "organisation": "X", "tier": "usable"},
        {**path, "organisation": "X", "tier": "contractual"},
    ]
    exam = lay({"supplier": truth}, entries=entries, supplier_paths=paths, **stories())
    (exam.case / "supplier_access.csv").write_text(
        "supplier,organisation,account\nS1,X,sup1\nS1,Y,sup1\nS1,Z,other\n"
    )
    found = suppliers.scores(exam)
    assert (found["top_1"], found["start_covered"]) == (1, 1)
    assert found["blast_radius_observed"] == 1.0
    assert found["blast_radius_usable"] == 0.5
    assert found["blast_radius_contractual"] == pytest.approx(1 / 3)


def test_mitigations_are_answered_in_any_of_the_words_that_fit(lay: Lay) -> None:
    usual: dict[str, Any] = {"actor_affected": "A", "censored": False, "decoy": False}
    truth = [
        {**usual, "mitigation": "M1", "response_kind": "new_account", "lag_days": 23,
         "responses": ["new_account", "survivor"]},
        {**usual, "mitigation": "M2", "response_kind": "unknown", "responses": ["unknown"],
         "censored": True},
        {**usual, "mitigation": "M3", "response_kind": "none", "responses": ["none"],
         "decoy": True},
    ]  # fmt: skip
    said = [
        {"mitigation_id": "M1", "intrusion_id": "in_1", "response_kind": "survivor",
         "lag_days": 24.5},
        {"mitigation_id": "M1", "intrusion_id": "in_9", "response_kind": "new_tool"},
        {"mitigation_id": "M1", "intrusion_id": "in_2", "response_kind": "none"},
        {"mitigation_id": "M2", "intrusion_id": "in_1", "response_kind": "none"},
        {"mitigation_id": "M3", "intrusion_id": "in_1", "response_kind": "none"},
    ]  # fmt: skip
    found = mitigations.scores(lay({"mitigations": truth}, adaptation=said, **stories()))
    assert found["kind"] == pytest.approx(2 / 3)
    assert found["lag_within_2_days"] == 1.0
    assert found["censored_unknown"] == 0.0
    assert found["decoys_unanswered"] == 1.0
    assert found["macro_f1"] == pytest.approx((1 + 0 + 2 / 3) / 3)


def test_a_decoy_that_any_actor_seems_to_answer_is_wrong(lay: Lay) -> None:
    truth = [{"mitigation": "M3", "response_kind": "none", "responses": ["none"], "decoy": True,
              "actor_affected": "D", "censored": False}]  # fmt: skip
    said = [{"mitigation_id": "M3", "intrusion_id": "in_1", "response_kind": "wait_and_return"}]
    found = mitigations.scores(lay({"mitigations": truth}, adaptation=said, **stories()))
    assert found["decoys_unanswered"] == 0.0


def test_reach_and_grades(lay: Lay) -> None:
    usual = {"intrusion": "I1", "org": "X", "privilege": "admin"}
    truth = [
        {**usual, "host_uid": "DC1", "asset_class": "domain", "evidence_event_uids": ["u3"]},
        {**usual, "host_uid": "bill", "asset_class": "billing", "evidence_event_uids": ["gone"]},
        {**usual, "host_uid": "web1", "asset_class": "other", "evidence_event_uids": ["u1"]},
    ]
    reach = [
        {"intrusion_id": "in_1", "host": "dc1", "asset_class": "domain", "status": "reached"},
        {"intrusion_id": "in_1", "host": "hlr1", "asset_class": "register", "status": "reached"},
        {"intrusion_id": "in_1", "host": "crm1", "asset_class": "crm", "status": "reachable"},
    ]
    grades = [
        {"intrusion_id": "in_1", "grade_possible": "I3", "grade_used": "I1"},
        {"intrusion_id": "in_2", "grade_possible": "I1", "grade_used": "I0"},
    ]
    found = access.scores(lay({"access": truth}, reach=reach, interference=grades, **stories()))
    assert (found["precision"], found["recall"]) == (0.5, 1.0)
    assert found["grade_possible_exact"] == pytest.approx(1 / 3)
    assert found["grade_possible_within_one"] == pytest.approx(2 / 3)
    assert found["grade_error"] == pytest.approx((2 * 1 + 0 + 3) / 3)
    assert found["grade_used_exact"] == pytest.approx(1 / 3)


def test_gaps_are_matched_by_log_and_overlap(lay: Lay) -> None:
    usual = {"org": "X", "host_uid": "web1", "from_utc": day(0), "to_utc": day(10),
             "detectable": True, "caused_by_actor": False}  # fmt: skip
    truth = [
        {**usual, "gap": "G1", "format": "iis", "kind": "disabled", "caused_by_actor": True},
        {**usual, "gap": "G2", "format": "iis", "kind": "clock_offset", "seconds_offset": 312.0},
        {**usual, "gap": "G3", "format": "pgaudit", "kind": "clock_drift", "drift_ppm": 17.36},
        {**usual, "gap": "G4", "format": "iis", "kind": None},
        {**usual, "gap": "G5", "format": "winsec", "kind": "silent"},
    ]
    said = {"organisation": "X", "from_time": day(1), "to_time": day(9)}
    found_rows = [
        {**said, "gap_id": "ga_1", "host": "web1.x.example", "format": "iis", "kind": "disabled",
         "caused_by_intruder": True},
        {**said, "gap_id": "ga_2", "kind": "clock_offset", "offset_seconds": 309.0},
        {**said, "gap_id": "ga_3", "host": "web1", "format": "pgaudit", "kind": "clock_drift",
         "offset_seconds": 3.0},
        {**said, "gap_id": "ga_4", "host": "web1", "format": "winsec", "kind": "silent",
         "to_time": day(3)},
    ]  # fmt: skip
    found = gaps.scores(lay({"gaps": truth}, gaps=found_rows))
    assert found["recall"] == 1.0
    assert found["kind"] == 0.75
    assert found["clock"] == 0.5


def test_intervals_overlap_by_intersection_over_union() -> None:
    assert gaps.overlap((day(0), day(10)), (day(5), day(15))) == pytest.approx(1 / 3)
    assert gaps.overlap((day(0), day(1)), (day(2), day(3))) == 0.0


@pytest.mark.parametrize(
    ("cleared_by", "with_evidence"), [(["ev_4"], 1.0), (["CHG-1"], 1.0), (["ev_8"], 0.0)]
)
def test_lookalikes_are_cleared_with_their_evidence(
    lay: Lay, cleared_by: list[str], with_evidence: float
) -> None:
    truth = [{"lookalike": "L11", "org": "X", "legit_evidence_event_uids": ["u4"]}]
    cleared = [{"detection_id": "de_1", "cleared_by": cleared_by}]
    exam = lay({"lookalikes": truth}, detections=[detection(1, 4)], cleared=cleared)
    found = lookalikes.scores(exam)
    assert (found["cleared"], found["in_intrusion"]) == (1, 0)
    assert found["with_evidence"] == with_evidence


def test_a_lookalike_that_still_stands_is_not_cleared(lay: Lay) -> None:
    truth = [{"lookalike": "L11", "org": "X", "legit_evidence_event_uids": []}]
    rows = [detection(1, 4), detection(2, 4)]
    exam = lay(
        {"lookalikes": truth},
        detections=rows,
        cleared=[{"detection_id": "de_1", "cleared_by": []}],
        intrusion_events=story("in_1", 4),
    )
    found = lookalikes.scores(exam)
    assert (found["cleared"], found["in_intrusion"]) == (0, 1)


def related(**more: Any) -> dict[str, Any]:
    members = [("cl_2", "in_1"), ("cl_1", "in_3")]
    return {
        "cluster_members": [
            {"cluster_id": c, "intrusion_id": i, "probability": 1.0} for c, i in members
        ],
        "intrusion_events": [*story("in_1", 1, 2, 3), *story("in_3", 7)],
        **more,
    }


def said(relation: str, probability: float, *, cannot_tell: bool = False) -> dict[str, Any]:
    return {"cluster_x": "cl_1", "cluster_y": "cl_2", "relation": relation,
            "probability": probability, "cannot_tell": cannot_tell}  # fmt: skip


PAIR = [{"actor_x": "A", "actor_y": "D", "relation": "piggyback_x_on_y", "tell_event_uids": ["u1"]}]


def test_the_direction_of_a_relation_is_turned_with_the_pair(lay: Lay) -> None:
    rows = [said("piggyback_y_on_x", 0.95), said("coincidence", 0.05)]
    proof = [{"cluster_x": "cl_1", "cluster_y": "cl_2", "rests_on": ["ev_1"]}]
    found = coordination.scores(
        lay({"coordination": PAIR}, **related(coordination=rows, coordination_evidence=proof))
    )
    assert found["log_loss"] == pytest.approx(-math.log(0.95))
    assert (found["top_1"], found["too_sure"]) == (1, 0)


def test_sureness_without_a_tell_is_counted(lay: Lay) -> None:
    found = coordination.scores(
        lay({"coordination": PAIR}, **related(coordination=[said("common_tasking", 0.95)]))
    )
    assert (found["top_1"], found["too_sure"], found["false_tasking"]) == (0, 1, 1)


def test_cannot_tell_is_an_even_spread(lay: Lay) -> None:
    rows = [
        said("coincidence", 0.5, cannot_tell=True),
        said("common_tasking", 0.5, cannot_tell=True),
    ]
    found = coordination.scores(lay({"coordination": PAIR}, **related(coordination=rows)))
    assert found["log_loss"] == pytest.approx(math.log(6))
    assert found["too_sure"] == 0


def test_citations_must_exist_and_support(lay: Lay) -> None:
    reach = [
        {"intrusion_id": "in_1", "host": "dc1", "rests_on": ["ev_3", "ev_8", "ev_gone", "so_x"]},
    ]
    rows = stories()
    found = citations.scores(lay(reach=reach, **rows))
    assert found["existing"] == pytest.approx(4 / 5)
    assert found["supporting"] == pytest.approx(1 / 3)
