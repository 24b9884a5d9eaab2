"""Engine and naive reading compared on every Windows record of the public evidence.

All rules of the public set, read by pySigma, are asked of each record one by one: nothing may be
missed and nothing found besides. Records reach both through crossline's readers, and through the
views' own conversions, which have tests of their own.
"""

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.oracle.naive_sigma import NaiveRule

from crossline.events import ReadSettings, batches
from crossline.evidence import Fault, inventory
from crossline.sigma import load_rules, match, plan
from crossline.sigma.folding import fold
from crossline.sigma.logsources import places
from crossline.sigma.views import view

SHARED = Path(__file__).parents[3] / "shared"
RULES = SHARED / "sigma" / "sigma-rules.zip"
SETS = (
    "sigma-regression", "windows-atomic", "benign-windows", "damaged", "log4shell",
    "jpcert-multi-host", "otrf-multi-host-B", "otrf-multi-host-A", "otrf-json",
)  # fmt: skip

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not RULES.exists(), reason="the public rules are not beside the repository"),
]
Event = dict[str, list[str | None]]


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    return plan(load_rules([RULES], tmp_path_factory.mktemp("cache")))


@pytest.fixture(scope="module")
def naive(running):
    with zipfile.ZipFile(RULES) as archive:
        return [NaiveRule(archive.read(rule.path).decode()) for rule in running.rules]


def event_of(row) -> Event:
    event: Event = {}
    for name, text in row["fields"]:
        event.setdefault(name.split("#")[0], []).append(text)
    system = {"EventID": "event_code", "Channel": "channel", "Provider_Name": "provider"}
    for name, column in {**system, "Computer": "host"}.items():
        if row[column] is not None:
            event.setdefault(name, []).append(row[column])
    return event


def shown(event: Event, name: str) -> Event | None:
    """The event as a view shows it, None if it does not choose it."""
    fields = dict(event)
    for field, how in view(name).given.items():
        recorded = (
            [text for text in event.get(each, []) if text is not None] for each in how.sources
        )
        text = how.value(["\n".join(texts) if texts else None for texts in recorded])
        if text is not None:
            fields[field] = [text]
    for field, wanted in view(name).only.items():
        if not any(text is not None and fold(text) in wanted for text in fields.get(field, [])):
            return None
    return fields


def expected(running, naive, row) -> set[int]:
    record = (row["format"], row["channel"], row["provider"], row["event_code"])
    event, seen, found = event_of(row), {}, set()
    for source, numbers in running.by_source.items():
        for name in {place.view for place in places(source) if place.admits(record)}:
            if name not in seen:
                seen[name] = shown(event, name)
            if seen[name] is not None:
                found |= {number for number in numbers if naive[number].matches(seen[name])}
    return found


def tables(name: str) -> Iterator:
    for item in inventory(SHARED / "evidence" / f"{name}.zip", Path(), ""):
        if not isinstance(item, Fault):
            for batch in batches(item, Path(), ReadSettings()):
                yield batch.events


@pytest.mark.parametrize("name", SETS)
def test_nothing_is_missed_and_nothing_found_besides(running, naive, name):
    if not (SHARED / "evidence" / f"{name}.zip").exists():
        pytest.skip("the public evidence is not beside the repository")
    compared = 0
    known: dict[tuple, set[int]] = {}
    for table in tables(name):
        found = match(running, table).hits
        hits: dict[int, set[int]] = {}
        for row, rule in zip(found["row"].to_pylist(), found["rule"].to_pylist(), strict=True):
            hits.setdefault(row, set()).add(rule)
        for place, row in enumerate(table.to_pylist()):
            key = tuple(
                row[each] for each in ("format", "channel", "provider", "event_code", "host")
            )
            key = (*key, tuple(row["fields"]))
            if key not in known:
                known[key] = expected(running, naive, row)
            assert hits.get(place, set()) == known[key], (row["evidence_path"], row["position"])
            compared += 1
    assert compared > 100
