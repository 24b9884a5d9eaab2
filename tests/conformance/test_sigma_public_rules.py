"""The public rule set and public evidence, where they lie beside the repository."""

import json
import zipfile
from pathlib import Path

import pytest
from tests.oracle.naive_sigma import NaiveRule
from tests.unit.sigma.made import events

from crossline.sigma import load_rules, match, plan
from crossline.sigma.logsources import places

SHARED = Path(__file__).parents[3] / "shared"
RULES = SHARED / "sigma" / "sigma-rules.zip"
EVIDENCE = SHARED / "evidence" / "otrf-json.zip"

pytestmark = pytest.mark.skipif(
    not RULES.exists(), reason="the public rules are not beside the repository"
)


@pytest.fixture(scope="module")
def ruleset(tmp_path_factory):
    return load_rules([RULES], tmp_path_factory.mktemp("cache"))


def test_only_placeholders_without_values_are_refused(ruleset):
    assert len(ruleset.rules) > 3000
    assert [r.reason for r in ruleset.refused if "no value is known for the" not in r.reason] == []


def test_every_rule_keeps_its_author(ruleset):
    assert [rule.rule_id for rule in ruleset.rules if not rule.author] == []


def test_windows_rules_without_a_place_are_only_those_of_kernel_traces(ruleset):
    categories = {
        rule.logsource.category
        for rule in ruleset.rules
        if rule.logsource.product == "windows" and not places(rule.logsource)
    }
    assert categories == {"file_access", "file_rename"}


def evidence_rows(step, most):
    """Every `step`th event of the public recordings, under the columns of `events`."""
    columns = {"Channel": "channel", "EventID": "event_code", "SourceName": "provider"}
    with zipfile.ZipFile(EVIDENCE) as archive:
        names = sorted(n for n in archive.namelist() if n.endswith(".json"))
        lines = (line for name in names[::4] for line in archive.open(name))
        for number, line in enumerate(lines):
            if number % step or number >= step * most:
                continue
            event = json.loads(line)
            texts = {k: str(v) for k, v in event.items() if not isinstance(v, dict | list)}
            fields = {k: v for k, v in texts.items() if k not in {"format", "host", "time"}}
            yield {columns.get(name, name): text for name, text in fields.items()}


def naive_event(row):
    names = {"channel": "Channel", "event_code": "EventID", "provider": "Provider_Name"}
    return {names.get(name, name): [text] for name, text in row.items()}


@pytest.mark.skipif(not EVIDENCE.exists(), reason="the public evidence is not beside it either")
def test_the_engine_gives_the_hits_of_the_naive_reading_on_public_evidence(ruleset):
    rows = list(evidence_rows(step=11, most=6000))
    running = plan(ruleset)
    found = match(running, events(*rows)).hits
    hits = set(zip(found["row"].to_pylist(), found["rule"].to_pylist(), strict=True))
    with zipfile.ZipFile(RULES) as archive:
        naive = [NaiveRule(archive.read(rule.path).decode()) for rule in ruleset.rules]
    for row in sorted({row for row, _ in hits} | set(range(0, len(rows), 40))):
        values = rows[row]
        record = (None, values.get("channel"), values.get("provider"), values.get("event_code"))
        event = naive_event(values)
        for source, numbers in running.by_source.items():
            here = [place for place in places(source) if place.admits(record)]
            if here and all(place.view in {"", "sysmon"} for place in here):
                expected = {n for n in numbers if naive[n].matches(event)}
                assert {n for n in numbers if (row, n) in hits} == expected
    assert len(hits) > 20
