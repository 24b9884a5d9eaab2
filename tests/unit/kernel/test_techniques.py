"""Tags of older and newer ATT&CK versions mean the techniques of the shipped one."""

import json
from importlib import resources

import pytest

from crossline.kernel.techniques import CROSSWALK, current, currents

ATTACK = resources.files("crossline") / "content" / "attack"
KNOWN = json.loads((ATTACK / "techniques.json").read_text("utf-8"))
TABLE = json.loads(CROSSWALK)


@pytest.mark.parametrize(
    ("tag", "technique"),
    [
        ("T1086", "T1059.001"),
        ("t1086", "T1059.001"),
        ("T1150", "T1647"),
        ("T1574.002", "T1574.001"),
        ("T1685.005", "T1070.001"),
        ("T1059.001", "T1059.001"),
        ("T9999", "T9999"),
    ],
)
def test_a_tag_leads_to_the_shipped_version(tag, technique):
    assert current(tag) == technique


def test_two_names_of_one_technique_count_once():
    assert currents(["T1086", "T1059.001", "T1003"]) == ("T1059.001", "T1003")


def test_the_crosswalk_leads_from_unknown_ids_to_known_ones():
    assert TABLE["version"] == KNOWN["version"]
    for names in (TABLE["older"], TABLE["newer"]):
        assert names.keys().isdisjoint(KNOWN["techniques"])
        assert set(names.values()) <= KNOWN["techniques"].keys()
