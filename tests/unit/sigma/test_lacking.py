"""A rule is degraded where no event could fulfil it for want of a field."""

import pytest
from tests.unit.sigma.made import events, rule

from crossline.sigma import EVERY_FIELD, fields_lacking, fields_seen, load_rules, plan

WINDOWS = {"format": "winsec", "channel": "Security"}


def lacking(tmp_path, lines, *rows, source="{product: windows, service: security}"):
    file = tmp_path / "rule.yml"
    file.write_text(rule(lines=lines, source=source))
    ready = plan(load_rules([file]))
    assert len(ready.rules) == 1
    return fields_lacking(ready, fields_seen(events(*({**WINDOWS, **row} for row in rows))))


@pytest.mark.parametrize(
    ("lines", "missing"),
    [
        ("Seen: x", None),
        ("Unseen: x", ("Unseen",)),
        ("EventID: 1", None),
        ("Unseen: null", None),
        ("Unseen|exists: false", None),
        ("Unseen|exists: true", ("Unseen",)),
        ("Unseen|neq: x", None),
        ("Seen|fieldref: Unseen", ("Unseen",)),
        ("Seen: x\n    Unseen: y\n    Other: z", ("Other", "Unseen")),
        ("Seen: [x, y]", None),
    ],
)
def test_what_a_condition_lacks_follows_from_the_fields_seen(tmp_path, lines, missing):
    assert lacking(tmp_path, lines, {"Seen": "x"}).get(0) == missing


def test_alternatives_lack_something_only_together(tmp_path):
    file = tmp_path / "rule.yml"
    source = "{product: windows, service: security}"
    file.write_text(rule(source=source).replace("F: x", "- Unseen: x\n    - Seen: y"))
    ready = plan(load_rules([file]))
    assert not fields_lacking(ready, fields_seen(events({**WINDOWS, "Seen": "x"})))
    lacks = fields_lacking(ready, fields_seen(events({**WINDOWS, "Third": "x"})))
    assert lacks == {0: ("Seen", "Unseen")}


def test_a_view_gives_fields_of_its_own(tmp_path):
    process = "{product: windows, category: process_creation}"
    created = {"event_code": "4688", "NewProcessName": "x", "CommandLine": "y"}
    assert not lacking(tmp_path, "Image: x", created, source=process)
    found = lacking(tmp_path, "OriginalFileName: x", created, source=process)
    assert found == {0: ("OriginalFileName",)}


def test_one_view_that_could_show_it_is_enough(tmp_path):
    process = "{product: windows, category: process_creation}"
    created = {"event_code": "4688", "NewProcessName": "x"}
    channel = "Microsoft-Windows-Sysmon/Operational"
    sysmon = {"channel": channel, "event_code": "1", "OriginalFileName": "x"}
    assert not lacking(tmp_path, "OriginalFileName: x", created, sysmon, source=process)


def test_a_rule_without_any_record_lacks_nothing(tmp_path):
    assert not lacking(tmp_path, "Unseen: x", {"channel": "System"})


def test_a_log_with_too_many_fields_is_not_judged(tmp_path):
    file = tmp_path / "rule.yml"
    file.write_text(rule(lines="Unseen: x", source="{product: windows, service: security}"))
    seen = {("winsec", "Security", None, "1"): frozenset({EVERY_FIELD})}
    assert not fields_lacking(plan(load_rules([file])), seen)


def test_further_values_of_a_field_are_that_field():
    (names,) = fields_seen(events({"F": "x", "F#2": "y"})).values()
    assert names == {"F"}
