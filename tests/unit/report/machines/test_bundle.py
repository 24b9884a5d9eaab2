"""What the bundle of a case holds, and that its bytes depend on the content alone."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pytest
import yaml
from tests.unit.report.machines.conftest import Bundle, facts_of
from tests.unit.report.made_case import START, Shape

from crossline.kernel.errors import UsageError
from crossline.report.facts import Facts
from crossline.report.machines import write_machines
from crossline.report.machines.frame import words
from crossline.report.machines.observed import Observed
from crossline.report.machines.sightings import MOST, sightings
from crossline.tables import TABLES

_EMPTY = Shape(organisations=(), detections=0, intrusions=0)


def _of(bundle: Bundle, kind: str) -> list[dict[str, Any]]:
    return [each for each in bundle["objects"] if each["type"] == kind]


def _refs(each: dict[str, Any]) -> Iterator[str]:
    for name, value in each.items():
        if name.endswith("_ref"):
            yield value
        elif name.endswith("_refs"):
            yield from value


def _numbers(each: dict[str, Any]) -> dict[str, Any]:
    found = [
        x
        for x in each.get("extensions", {}).values()
        if x.get("extension_type") == "property-extension"
    ]
    return {name: value for x in found for name, value in x.items() if name != "extension_type"}


def test_every_reference_is_in_the_bundle(bundle):
    ids = {each["id"] for each in bundle["objects"]}
    assert {ref for each in bundle["objects"] for ref in _refs(each)} <= ids
    assert len(ids) == len(bundle["objects"])


def test_every_object_but_the_published_carries_the_marking_of_the_case(bundle):
    (marking,) = _of(bundle, "marking-definition")
    assert marking["name"] == "TLP:AMBER+STRICT"
    unmarked = [x for x in bundle["objects"] if x.get("object_marking_refs") != [marking["id"]]]
    assert Counter(each["name"] for each in unmarked) == Counter(
        ["TLP:AMBER+STRICT", "Attack Flow", "MITRE Center for Threat-Informed Defense"]
    )


def test_all_detections_are_counted_in_sightings(bundle):
    assert sum(each["count"] for each in _of(bundle, "sighting")) == Shape().detections


def test_a_pattern_names_the_rule_and_its_author(bundle):
    for each in _of(bundle, "indicator"):
        told = yaml.safe_load(each["pattern"])
        assert told["title"] == each["name"]
        assert told["id"] == _numbers(each)["rule_id"]
        assert told["author"] in each["description"]
        assert "detection" not in told


def test_an_intrusion_is_a_grouping_with_its_records_and_flow(bundle):
    assert len(_of(bundle, "grouping")) == Shape().intrusions
    for each in _of(bundle, "grouping"):
        kinds = {ref.partition("--")[0] for ref in each["object_refs"]}
        assert kinds == {"identity", "observed-data", "sighting", "attack-flow"}


def test_a_score_is_told_as_no_probability(bundle):
    scores = [each for each in _of(bundle, "note") if "score_bits" in _numbers(each)]
    assert len(scores) == Shape().intrusions
    for each in scores:
        assert "not calibrated" in each["content"]
        assert "probability" not in _numbers(each)
    assert not any("confidence" in each for each in bundle["objects"])


def test_what_was_not_assessed_is_told(bundle):
    (limits,) = (each for each in _of(bundle, "note") if "not_assessed" in _numbers(each))
    assert "attributions" in _numbers(limits)["not_assessed"]
    assert "Not assessed: " in limits["content"]


def test_each_property_of_the_extension_is_defined_in_its_schema(bundle):
    used = {name for each in bundle["objects"] for name in _numbers(each) if name != "tlp_2_0"}
    defined = set(re.findall(r"`(\w+)`", words().extension))
    assert used <= defined


def test_actions_of_a_flow_follow_in_time_and_claim_no_cause(bundle):
    actions = {each["id"]: each for each in _of(bundle, "attack-action")}
    reached = []
    for flow in _of(bundle, "attack-flow"):
        (key,), times = flow["start_refs"], []
        while key:
            reached.append(key)
            times.append(actions[key]["execution_start"])
            key = next(iter(actions[key].get("effect_refs", [])), None)
        assert times == sorted(times)
        assert "not claimed" in flow["description"]
    assert sorted(reached) == sorted(actions)


def test_a_flow_alone_is_a_bundle_with_one_flow_and_the_same_objects(exported, bundle):
    whole = {each["id"]: each for each in bundle["objects"]}
    files = sorted((exported(Shape()) / "attack-flow").iterdir())
    assert len(files) == Shape().intrusions
    for path in files:
        alone = json.loads(path.read_text("utf-8"))
        assert len(_of(alone, "attack-flow")) == 1
        assert all(whole[each["id"]] == each for each in alone["objects"])
        ids = {each["id"] for each in alone["objects"]}
        assert {ref for each in alone["objects"] for ref in _refs(each)} <= ids


def test_the_same_case_gives_the_same_bytes(tmp_path, exported):
    facts = facts_of(tmp_path / "again", Shape())
    case = msgspec.structs.replace(facts.case.settings.case, name="case")
    settings = msgspec.structs.replace(facts.case.settings, case=case)
    object.__setattr__(facts.case, "settings", settings)
    (tmp_path / "out").mkdir()
    write_machines(facts, tmp_path / "out")
    assert _contents(tmp_path / "out") == _contents(exported(Shape()))


def _contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_keys_are_sorted_and_each_object_has_a_line(exported):
    text = (exported(Shape()) / "bundle.stix.json").read_text("utf-8")
    head, *lines, tail = text.splitlines()
    rows = [json.loads(line.removesuffix(",")) for line in lines]
    assert head.endswith('"objects":[')
    assert tail == '],"type":"bundle"}'
    assert [each["id"] for each in rows] == sorted(each["id"] for each in rows)
    assert all(list(each) == sorted(each) for each in rows)


def test_a_case_without_evidence_gives_a_bundle_that_says_so(exported):
    bundle = json.loads((exported(_EMPTY) / "bundle.stix.json").read_text("utf-8"))
    (report,) = _of(bundle, "report")
    assert report["published"] == "1970-01-01T00:00:00.000Z"
    assert not (exported(_EMPTY) / "attack-flow").exists()
    assert [path.name for path in (exported(_EMPTY) / "navigator").iterdir()] == ["coverage.json"]


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "\x1b[31m\u202e", "y" * 10_000])
def test_hostile_names_are_made_plain_and_short_where_people_read_them(exported, text):
    shape = Shape(detections=24, months=2, intrusions=1, text=text)
    bundle = json.loads((exported(shape) / "bundle.stix.json").read_text("utf-8"))
    for each in bundle["objects"]:
        if each["type"] not in ("file", "directory", "process", "user-account"):
            assert len(each.get("name", "")) <= 260
            assert not re.search("[\x00-\x09\x0b-\x1f\u202e]", each.get("name", ""))
            assert not re.search("[\x00-\x09\x0b-\x1f\u202e]", each.get("description", ""))


def test_a_date_that_is_none_is_refused_in_words(tmp_path):
    facts = facts_of(tmp_path / "case", _EMPTY)
    case = msgspec.structs.replace(facts.case.settings.case, as_of="soon")
    settings = msgspec.structs.replace(facts.case.settings, case=case)
    object.__setattr__(facts.case, "settings", settings)
    with pytest.raises(UsageError, match=r"case\.as_of is 'soon'.*YYYY-MM-DD"):
        write_machines(facts, tmp_path)


def _noisy(facts: Facts, hosts: int, days: int) -> Facts:
    """The facts with one rule that fired on each of so many days on each of so many hosts."""
    row = facts.detections.slice(0, 1).to_pylist()[0]
    rows = [
        row
        | {
            "detection_id": f"de_{host}_{day}",
            "host": f"WS{host}",
            "time": START + timedelta(days=day),
            "rests_on": [],
        }
        for host in range(hosts)
        for day in range(days)
    ]
    table = pa.Table.from_pylist(rows, TABLES["detections"].schema)
    object.__setattr__(facts, "detections", table)
    return facts


@pytest.mark.parametrize(
    ("hosts", "days", "expected", "grain"),
    [
        (10, 10, MOST, "host_day"),
        (10, 11, 10, "host"),
        (MOST, 2, MOST, "host"),
        (MOST + 1, 1, 1, "organisation"),
    ],
)
def test_a_noisy_rule_is_added_up_by_host_then_by_organisation(
    tmp_path, hosts, days, expected, grain
):
    facts = _noisy(facts_of(tmp_path, Shape(detections=12, intrusions=1, months=1)), hosts, days)
    found = sightings(facts, Observed()).all
    assert len(found) == expected
    assert sum(each.count for each in found) == hosts * days
    assert {x["grain"] for each in found for x in (each.extensions or {}).values()} == {grain}


def test_100_000_detections_are_less_than_a_megabyte(tmp_path):
    small = Shape(detections=12, intrusions=1, months=1)
    facts = _noisy(facts_of(tmp_path / "case", small), 1_000, 100)
    write_machines(facts, tmp_path)
    assert (tmp_path / "bundle.stix.json").stat().st_size < 1_000_000
