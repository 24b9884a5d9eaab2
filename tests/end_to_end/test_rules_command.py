"""`crossline rules`: packs for people, one object a rule for machines."""

import json
from collections import Counter
from pathlib import Path

from tests.end_to_end.conftest import Run

from crossline.store import Store


def test_the_packs_of_a_case_are_told_with_the_states_of_their_rules(
    crossline: Run, demo: Path
) -> None:
    done = crossline("rules", demo)
    assert done.returncode == 0, done.stderr
    rows = Store(demo / "store").read("rule_status").to_pylist()
    states = Counter(row["status"] for row in rows if row["pack"] == "rules")
    for state, count in states.items():
        assert f"{count:,} {state.replace('_', ' ')}" in done.stdout


def test_every_rule_is_an_object_with_its_state(crossline: Run, demo: Path) -> None:
    done = crossline("rules", demo, "--json")
    found = {row["rule_id"]: row for row in map(json.loads, done.stdout.splitlines())}
    for row in Store(demo / "store").read("rule_status").to_pylist():
        stated = found[row["rule_id"]]
        assert (stated["status"], stated["reason"]) == (row["status"], row["reason"])
        assert stated["hits"] == row["hits"]


def test_a_change_of_packs_is_told(crossline: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = crossline("rules", "--compare", tmp_path / "empty", "--json")
    assert {json.loads(line)["change"] for line in done.stdout.splitlines()} == {"removed"}
    assert "0 new, 0 changed" in done.stderr
