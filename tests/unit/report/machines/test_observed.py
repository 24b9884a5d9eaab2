"""Which records are given as observed data, and what is said of the rest."""

from pathlib import Path

import pyarrow as pa
import pytest
from tests.unit.report.machines.conftest import facts_of
from tests.unit.report.made_case import Shape

from crossline.report.facts import Facts
from crossline.report.machines import observed
from crossline.report.machines.observed import observe
from crossline.report.machines.rows import StepRow, typed
from crossline.tables import TABLES

_PROCESS_START = [
    ("Image", "C:\\child.exe"),
    ("ParentImage", "C:\\parent.exe"),
    ("CommandLine", "child /x"),
]


@pytest.fixture
def facts(tmp_path: Path) -> Facts:
    return facts_of(tmp_path, Shape(detections=24, intrusions=2, months=1))


def _with_events(facts: Facts, monkeypatch: pytest.MonkeyPatch, **columns: object) -> None:
    """Let each event have these values instead of its own."""
    read = type(facts).events

    def changed(self: Facts, ids: pa.Array, names: list[str] | None = None) -> pa.Table:
        rows = [row | columns for row in read(self, ids).to_pylist()]
        return pa.Table.from_pylist(rows, TABLES["events"].schema).select(names)

    monkeypatch.setattr(type(facts), "events", changed)


def test_every_record_of_an_intrusion_is_given_with_its_log_file(facts):
    seen = observe(facts, typed(facts.steps, StepRow))
    assert seen.data.keys() == set(facts.steps["event_id"].to_pylist())
    for each in seen.data.values():
        names = {getattr(seen.observables[ref], "name", "") for ref in each.object_refs}
        assert "Security.evtx" in names
    assert (seen.left_out, seen.untimed) == (0, 0)


def test_the_process_of_an_event_is_the_one_started_and_not_its_parent(facts, monkeypatch):
    _with_events(facts, monkeypatch, fields=_PROCESS_START)
    seen = observe(facts, typed(facts.steps, StepRow))
    for process in seen.processes.values():
        assert seen.observables[process].command_line == "child /x"


def test_a_record_without_a_time_is_counted_and_not_given(facts, monkeypatch):
    _with_events(facts, monkeypatch, time=None)
    seen = observe(facts, typed(facts.steps, StepRow))
    assert seen.data == {}
    assert seen.untimed == len(set(facts.steps["event_id"].to_pylist()))


@pytest.mark.parametrize(("name", "most"), [("_MOST_EVENTS", 4), ("_MOST_BYTES", 200)])
def test_beyond_the_bound_records_are_counted_and_each_intrusion_keeps_some(
    facts, monkeypatch, name, most
):
    monkeypatch.setattr(observed, name, most)
    seen = observe(facts, typed(facts.steps, StepRow))
    steps = facts.steps.to_pylist()
    assert seen.left_out == len({row["event_id"] for row in steps}) - len(seen.data) > 0
    kept = {row["intrusion_id"] for row in steps if row["event_id"] in seen.data}
    assert kept == set(facts.intrusions["intrusion_id"].to_pylist())
