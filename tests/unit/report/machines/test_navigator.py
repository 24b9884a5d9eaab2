"""What the Navigator layers say of techniques."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from tests.unit.report.machines.conftest import facts_of
from tests.unit.report.made_case import Shape

from crossline.report.machines.navigator import coverage_layer, intrusion_layers
from crossline.report.machines.sight import sight_of
from crossline.store import Store
from crossline.tables import TABLES

_SMALL = Shape(detections=60, months=2, hosts=2)


def _layer(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text("utf-8"))


def _by_id(layer: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["techniqueID"]: each for each in layer["techniques"]}


@pytest.fixture
def coverage(exported) -> dict[str, dict[str, Any]]:
    return _by_id(_layer(exported(Shape()) / "navigator" / "coverage.json"))


def test_a_technique_that_no_rule_could_look_for_is_not_enabled(coverage):
    for technique in ("T1071.001", "T1190"):
        assert coverage[technique]["enabled"] is False
        assert "score" not in coverage[technique]
        assert "not observable" in coverage[technique]["comment"]


def test_a_technique_looked_for_and_not_seen_is_enabled_and_says_so(coverage):
    assert coverage["T1003.003"]["enabled"] is True
    assert "looked for, not seen" in coverage["T1003.003"]["comment"]


def test_a_technique_that_was_seen_has_counts_of_detections_and_organisations(coverage):
    pairs = {each["name"]: each["value"] for each in coverage["T1059.001"]["metadata"]}
    assert pairs == {"detections": "36", "organisations": "asterkom, bellune"}


def test_each_intrusion_has_a_layer_of_its_own_name(exported):
    names = {path.stem for path in (exported(Shape()) / "navigator").glob("in_*.json")}
    bundle = json.loads((exported(Shape()) / "bundle.stix.json").read_text("utf-8"))
    text = json.dumps(bundle)
    assert len(names) == Shape().intrusions
    assert all(f'"row_id": "{name}"' in text for name in names)


def test_shown_techniques_score_above_those_not_seen(exported):
    for path in (exported(Shape()) / "navigator").glob("in_*.json"):
        for each in _layer(path)["techniques"]:
            shown = "shown by" in each["comment"]
            assert shown == (each.get("score", 0) >= 40)


def _covered(root: Path, blind: dict[str, list[str]]):
    """Facts of a case with one host and month an organisation, blind to these techniques."""
    facts = facts_of(root, _SMALL)
    source = facts.sources["source_id"].to_pylist()[0]
    rows = [
        {
            "organisation": organisation, "host": "WS00", "month": "2020-03", "format": log,
            "state": "never", "events": 0, "techniques_blind": techniques, "rests_on": [source],
        }
        for organisation, every in blind.items()
        for log, techniques in (("iis", every[:1]), ("sysmon", every[:1]), ("web", every[1:]))
    ]  # fmt: skip
    table = pa.Table.from_pylist(rows, TABLES["coverage"].schema)
    Store(facts.case.store).replace("coverage", table)
    return facts


def test_a_host_month_without_two_logs_is_blind_once(tmp_path):
    facts = _covered(tmp_path, {"asterkom": ["T1059.001", "T1003.001"], "bellune": []})
    sight = sight_of(facts)
    assert dict(sight.host_months) == {"asterkom": 1, "bellune": 1}
    assert dict(sight.blind["asterkom"]) == {"T1059.001": 1, "T1003.001": 1}
    scores = {each.technique: each.score for each in coverage_layer(facts).techniques}
    assert (scores["T1059.001"], scores["T1078"]) == (50, 100)


def test_an_organisation_blind_in_every_month_could_not_have_shown_it(tmp_path):
    facts = _covered(tmp_path, {"asterkom": ["T1003.003"], "bellune": []})
    where = dict(
        zip(
            *(facts.intrusions[x].to_pylist() for x in ("intrusion_id", "organisation")),
            strict=True,
        )
    )
    for intrusion, layer in intrusion_layers(facts):
        (found,) = (each for each in layer.techniques if each.technique == "T1003.003")
        assert found.enabled == (where[intrusion] == "bellune")


def test_every_technique_of_an_intrusion_is_shown_and_none_is_called_not_seen(tmp_path):
    facts = facts_of(tmp_path, _SMALL)
    two = [["T1059.001", "T1105"]] * len(facts.detections)
    at = facts.detections.schema.get_field_index("techniques")
    kind = facts.detections.schema.field(at)
    tagged = facts.detections.set_column(at, kind, pa.array(two, kind.type))
    object.__setattr__(facts, "detections", tagged)
    for _, layer in intrusion_layers(facts):
        shown = {each.technique for each in layer.techniques if "shown by" in each.comment}
        assert {"T1059.001", "T1105"} <= shown
