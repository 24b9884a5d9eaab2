"""What is found does not hang on the order or number of rules, files, workers or runs."""

import json
import random
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crossline.case import Case, init_case, open_case
from crossline.kernel.progress import Silent
from crossline.pipeline import STAGES, run_stage
from crossline.store import Store, table_digest

INGEST, DETECT = (next(s for s in STAGES if s.name == name) for name in ("ingest", "detect"))
WORDS = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta")
RULE = """\
title: Rule {word}
id: {word}
author: tests
level: low
logsource: {{product: windows, service: {service}}}
detection: {{found: {{Text|contains: {word}}}, condition: found}}
"""
BURST = """\
title: Burst
id: burst
author: tests
level: high
correlation: {type: event_count, rules: [alpha], group-by: [User], timespan: 15m, condition: {gte: 3}}
"""
RULES = {
    word: RULE.format(word=word, service=("security", "system")[place % 2])
    for place, word in enumerate(WORDS)
} | {"burst": BURST}


def record(number: int) -> str:
    """A record whose text, channel and minute follow from its number."""
    event = {
        "Channel": ("Security", "System")[number % 2],
        "EventID": 4600 + number % 5,
        "EventRecordID": number,
        "Computer": f"host{number % 3}",
        "TimeCreated": f"2026-{1 + number // 120:02}-{1 + number // 60 % 2:02}T10:{number % 60:02}:00Z",
        "User": f"user{number % 2}",
        "Text": f"{WORDS[number * 7 % 6]} and {WORDS[number * 5 % 6]}",
    }
    return json.dumps(event)


def made(root: Path, numbers: Sequence[int], files: int) -> Path:
    """A case whose records are dealt out to some files."""
    init_case(root)
    folder = root / "evidence" / "org"
    folder.mkdir(parents=True)
    for place in range(files):
        lines = [record(number) for number in numbers[place::files]]
        (folder / f"{place}.jsonl").write_text("\n".join(lines) + "\n")
    return root


def detected(root: Path, rules: Sequence[str], workers: int = 1) -> dict[str, str]:
    """The detections of a run with these rules, and the statuses of the rules."""
    pack = root.parent / f"{root.name}-rules"
    shutil.rmtree(pack, ignore_errors=True)
    pack.mkdir()
    for place, name in enumerate(rules):
        (pack / f"{place:02}.yml").write_text(RULES[name])
    opened = with_settings(open_case(root), pack, workers)
    run_stage(INGEST, opened, Silent())
    run_stage(DETECT, opened, Silent())
    store = Store(root / "store")
    columns = ["detection_id", "rule_id", "rule_hash", "host", "time", "rarity_bits", "rests_on"]
    status = ["rule_id", "status", "reason", "events_checked", "hits"]
    return {
        "detections": table_digest(store.read("detections", columns).combine_chunks()),
        "rule_status": table_digest(store.read("rule_status", status).combine_chunks()),
        "rows": str(store.read("detections").num_rows),
    }


def with_settings(case: Case, rules: Path, workers: int) -> Case:
    detect = msgspec.structs.replace(case.settings.detect, rules=(str(rules),))
    run = msgspec.structs.replace(case.settings.run, workers=workers)
    return replace(case, settings=msgspec.structs.replace(case.settings, detect=detect, run=run))


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CROSSLINE_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def expected(tmp_path: Path) -> dict[str, str]:
    found = detected(made(tmp_path / "plain", range(240), 3), list(RULES))
    assert int(found["rows"]) > 50
    return found


def test_the_order_of_rules_changes_nothing(tmp_path: Path, expected: dict[str, str]) -> None:
    shuffled = random.Random(3).sample(list(RULES), len(RULES))
    assert detected(made(tmp_path / "other", range(240), 3), shuffled) == expected


def test_the_order_in_which_files_come_changes_nothing(
    tmp_path: Path, expected: dict[str, str]
) -> None:
    root = made(tmp_path / "late", range(240), 3)
    (root / "evidence" / "org" / "0.jsonl").rename(tmp_path / "kept")
    detected(root, list(RULES))
    (tmp_path / "kept").rename(root / "evidence" / "org" / "0.jsonl")
    assert detected(root, list(RULES)) == expected


def test_two_workers_find_what_one_finds(tmp_path: Path, expected: dict[str, str]) -> None:
    assert detected(made(tmp_path / "two", range(240), 3), list(RULES), workers=2) == expected


def test_a_run_that_was_ended_goes_on_to_the_same(
    tmp_path: Path, expected: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = made(tmp_path / "ended", range(240), 3)
    from crossline.detections import hunting

    looked, calls = hunting.remember, []

    def killed_at_the_second(*arguments: object) -> None:
        calls.append(arguments)
        if len(calls) == 2:
            raise KeyboardInterrupt
        looked(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(hunting, "remember", killed_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        detected(root, list(RULES))
    monkeypatch.undo()
    assert detected(root, list(RULES)) == expected


def test_a_correlation_counts_events_of_several_files_that_come_late(tmp_path: Path) -> None:
    """Three events within a quarter of an hour, each in a file of its own, the middle one last."""
    numbers = [number for number in range(240) if "alpha" in record(number)]
    together = detected(made(tmp_path / "one", numbers, 1), ["alpha", "burst"])
    spread = made(tmp_path / "many", numbers, 5)
    last = spread / "evidence" / "org" / "2.jsonl"
    last.rename(tmp_path / "held")
    detected(spread, ["alpha", "burst"])
    (tmp_path / "held").rename(last)
    found = detected(spread, ["alpha", "burst"])
    rows = Store(spread / "store").read("detections", ["rule_id"])["rule_id"].to_pylist()
    assert "burst" in rows
    assert (found["rows"], found["detections"]) == (together["rows"], together["detections"])


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(st.sets(st.sampled_from(list(RULES)), min_size=1), min_size=2, max_size=3),
    st.randoms(use_true_random=False),
)
def test_any_way_through_rule_sets_ends_where_a_first_run_does(
    tmp_path_factory: pytest.TempPathFactory, ways: list[set[str]], chance: random.Random
) -> None:
    ways = [way | {"alpha"} if "burst" in way else way for way in ways]
    folder = tmp_path_factory.mktemp("ways")
    walked = made(folder / "walked", range(120), 2)
    for way in ways:
        found = detected(walked, chance.sample(sorted(way), len(way)))
    fresh = made(folder / "fresh", range(120), 2)
    assert found == detected(fresh, sorted(ways[-1]))
