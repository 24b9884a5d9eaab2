"""The exports against outside judges.

STIX: the OASIS validator, whose schemas are in its wheel, and the `stix2` library. Navigator: a
schema made from the published description of layer format 4.5. Attack Flow: the required
properties and types of reference of its schema 2.0.0.
"""

import json
import re
import socket
from pathlib import Path
from typing import Any

import pytest
from tests.unit.report.made_case import Shape, all_tables, made_case

from crossline import judgements
from crossline.kernel.progress import Silent
from crossline.report.facts import read_facts
from crossline.report.machines import write_machines

jsonschema = pytest.importorskip("jsonschema")
stix2 = pytest.importorskip("stix2")
stix2validator = pytest.importorskip("stix2validator")

# A check that all ids of domain objects are UUIDv4, which the specification wishes and does not
# demand: ours are UUIDv5, so that two runs agree.
_WISHED = ["uuid-check"]
_HOSTILE = "<script>alert(1)</script>\x1b[31m\u202e" + "z" * 10_000
_SHAPES = {
    "two organisations": Shape(),
    "no evidence": Shape(organisations=(), detections=0, intrusions=0),
    "no intrusion": Shape(detections=20, intrusions=0, months=2),
    "hostile names": Shape(detections=24, intrusions=2, months=2, text=_HOSTILE),
}
_FLOW_TYPES = {
    "attack-flow": {"name", "start_refs", "scope"},
    "attack-action": {"name"},
    "attack-asset": {"name"},
}
_FLOW_REFERENCES = {
    "start_refs": "attack-action|attack-condition",
    "effect_refs": "attack-action|attack-operator|attack-condition",
    "asset_refs": "attack-asset",
    "command_ref": "process",
    "object_ref": ".+",
}
_FLOW = "extension-definition--fb9c968a-745b-4ade-9b25-c324172197f4"
_LAYER = Path(__file__).with_name("navigator_layer_4_5.json")


@pytest.fixture(scope="module", params=_SHAPES.values(), ids=_SHAPES)
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("stix")
    case = made_case(root / "case", request.param)
    tables = all_tables(case)
    judgements.run(case, tables, Silent())
    write_machines(read_facts(case, tables), root)
    return root


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError("no network in this test")

    monkeypatch.setattr(socket.socket, "connect", refuse)


def _bundles(folder: Path) -> list[dict[str, Any]]:
    paths = [folder / "bundle.stix.json", *sorted(folder.glob("attack-flow/*.json"))]
    return [json.loads(path.read_text("utf-8")) for path in paths]


def test_the_oasis_validator_finds_neither_error_nor_warning(folder):
    options = stix2validator.ValidationOptions(
        version="2.1", disabled=_WISHED, enforce_refs=True, strict_properties=False
    )
    for bundle in _bundles(folder):
        found = stix2validator.validate_parsed_json(bundle, options)
        assert [str(each) for each in found.errors] == []
        assert [str(each) for each in found.warnings] == []


def test_the_validator_would_find_a_fault(folder):
    bundle = _bundles(folder)[0]
    identity = next(each for each in bundle["objects"] if each["type"] == "identity")
    del identity["name"]
    options = stix2validator.ValidationOptions(version="2.1", disabled=_WISHED)
    assert not stix2validator.validate_parsed_json(bundle, options).is_valid


def test_the_reference_library_reads_the_bundle_and_makes_the_same_observable_ids(folder):
    for bundle in _bundles(folder):
        parsed = stix2.parse(bundle, allow_custom=True, version="2.1")
        assert len(parsed.objects) == len(bundle["objects"])
        for each in parsed.objects:
            if getattr(each, "_id_contributing_properties", None):
                assert each._generate_id() == each.id


def test_attack_flow_objects_keep_the_schema(folder):
    for bundle in _bundles(folder):
        for each in bundle["objects"]:
            if each["type"] in _FLOW_TYPES:
                assert _FLOW_TYPES[each["type"]] <= each.keys()
                assert each["extensions"] == {_FLOW: {"extension_type": "new-sdo"}}
                for name, kinds in _FLOW_REFERENCES.items():
                    found = each.get(name, [])
                    for ref in [found] if isinstance(found, str) else found:
                        assert re.fullmatch(f"({kinds})--[0-9a-f-]{{36}}", ref)


def test_layers_keep_the_navigators_format(folder):
    schema = json.loads(_LAYER.read_text("utf-8"))
    paths = sorted((folder / "navigator").iterdir())
    assert (folder / "navigator" / "coverage.json") in paths
    for path in paths:
        jsonschema.validate(json.loads(path.read_text("utf-8")), schema)
