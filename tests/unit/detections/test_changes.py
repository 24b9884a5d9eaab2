"""Findings of two runs compared: by rule and events, whatever the rule's version."""

import pyarrow as pa

from crossline.detections import changed_findings, changed_rules
from crossline.tables import TABLES


def findings(*rows):
    whole = [
        {"detection_id": f"de_{rule}{version}{events}", "rule_id": rule, "rests_on": [events]}
        for rule, version, events in rows
    ]
    return pa.Table.from_pylist(whole, TABLES["detections"].schema)


def kinds(before, after):
    found = changed_findings(findings(*before), findings(*after))
    return [(change.kind, change.row["rule_id"]) for change in found]


def test_the_same_findings_are_no_change():
    assert kinds([("a", 1, "e1")], [("a", 1, "e1")]) == []


def test_new_changed_and_withdrawn_are_told_apart_in_that_order():
    before = [("gone", 1, "e1"), ("moved", 1, "e1"), ("same", 1, "e1")]
    after = [("moved", 2, "e1"), ("same", 1, "e1"), ("fresh", 1, "e1")]
    assert kinds(before, after) == [("new", "fresh"), ("changed", "moved"), ("withdrawn", "gone")]


def test_a_rule_that_now_rests_on_other_events_has_one_new_and_one_withdrawn():
    assert kinds([("a", 1, "e1")], [("a", 1, "e2")]) == [("new", "a"), ("withdrawn", "a")]


def test_rules_are_new_changed_or_removed():
    moved = changed_rules(
        [("a", "1"), ("b", "1"), ("c", "1")], [("b", "1"), ("c", "2"), ("d", "1")]
    )
    assert moved == {"new": ["d"], "changed": ["c"], "removed": ["a"]}
