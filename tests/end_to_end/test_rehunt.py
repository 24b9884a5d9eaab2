"""Rehunting: the tables of a full run, made by running only what is new."""

import json
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from tests.end_to_end.conftest import Run
from tests.end_to_end.test_runs import contents

from crossline.case import Case, open_case
from crossline.detections import hunting
from crossline.kernel.progress import Silent
from crossline.pipeline import STAGES, run_stage
from crossline.sigma import Plan
from crossline.store import Store

PACK = Path(__file__).parents[2] / "src/crossline/content/rules"
DETECT = next(stage for stage in STAGES if stage.name == "detect")


@pytest.fixture
def case(demo: Path, tmp_path: Path) -> Path:
    """A copy of the demo case, as it was run."""
    return Path(shutil.copytree(demo, tmp_path / "case"))


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """The pack with a third of its rules gone, another third changed."""
    folder = tmp_path / "changed"
    for place, file in enumerate(sorted(PACK.rglob("*.yml"))):
        target = folder / file.relative_to(PACK)
        target.parent.mkdir(parents=True, exist_ok=True)
        if place % 3 != 0:
            text = file.read_text()
            target.write_text(text + "# changed\n" if place % 3 == 1 else text)
    return folder


def with_rules(root: Path, rules: Path | str) -> Case:
    case = open_case(root)
    detect = msgspec.structs.replace(case.settings.detect, rules=(str(rules),))
    run = msgspec.structs.replace(case.settings.run, workers=1)
    return replace(case, settings=msgspec.structs.replace(case.settings, detect=detect, run=run))


def detected(root: Path) -> dict[str, str]:
    every = contents(root)
    return {name: every[name] for name in sorted(DETECT.writes)}


def test_a_rehunt_gives_the_tables_of_a_full_run(case: Path, changed: Path) -> None:
    run_stage(DETECT, with_rules(case, changed), Silent())
    rehunted = detected(case)
    shutil.rmtree(case / "store" / "remembered")
    (case / "store" / "stages.json").unlink()
    run_stage(DETECT, with_rules(case, changed), Silent())
    assert rehunted == detected(case)


def test_only_rules_that_are_new_or_changed_run(
    case: Path, changed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: Counter[str] = Counter()
    looked_for = hunting.found_in

    def found_in(plan: Plan, events):  # type: ignore[no-untyped-def]
        ran.update(plan.rules[number].rule_id for number in plan.only or ())
        return looked_for(plan, events)

    monkeypatch.setattr(hunting, "found_in", found_in)
    before = {row["rule_id"]: row["rule_hash"] for row in rules_of(case)}
    run_stage(DETECT, with_rules(case, changed), Silent())
    after = {row["rule_id"]: row["rule_hash"] for row in rules_of(case)}
    assert ran.keys() == {each for each in after if after[each] != before.get(each)}
    ran.clear()
    run_stage(DETECT, with_rules(case, "builtin"), Silent())
    assert not ran, "the way back is remembered"


def rules_of(case: Path) -> list[dict[str, str]]:
    return Store(case / "store").read("rule_status").to_pylist()


def test_findings_that_changed_are_named_for_people_and_machines(
    crossline: Run, case: Path, changed: Path
) -> None:
    done = crossline("rehunt", case, "--rules", changed, "--json")
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert {row["change"] for row in found} == {"changed", "withdrawn"}
    assert all(row["rule_author"] for row in found)
    back = crossline("rehunt", case, "--rules", "builtin")
    kinds = Counter(line.split()[0] for line in back.stdout.splitlines())
    withdrawn = sum(row["change"] == "withdrawn" for row in found)
    assert kinds == {"new": withdrawn, "changed": len(found) - withdrawn}
    assert f"{withdrawn:,} new" in back.stderr


def test_a_memory_that_cannot_be_read_costs_time_only(case: Path, changed: Path) -> None:
    before = detected(case)
    for file in (case / "store" / "remembered").iterdir():
        file.write_bytes(b"broken")
    (case / "store" / "stages.json").unlink()
    run_stage(DETECT, with_rules(case, "builtin"), Silent())
    assert detected(case) == before


def test_a_case_without_events_says_what_to_do(crossline: Run, tmp_path: Path) -> None:
    crossline("init", tmp_path / "empty")
    done = crossline("rehunt", tmp_path / "empty")
    assert done.returncode == 2
    assert "crossline ingest" in done.stderr


FILTER = """\
title: Site exception
id: site-exception
author: K. Lee
description: the script that rotates the log
expires: {expires}
logsource: {{product: windows, service: security}}
filter: {{rules: [a1072db1-3165-4a2d-a14e-9c9b274c6eab], all: {{EventID: 1102}}, condition: not all}}
"""


@pytest.mark.parametrize(("expires", "holds"), [("2099-01-01", True), ("2001-01-01", False)])
def test_a_site_filter_suppresses_until_it_expires_and_is_counted(
    case: Path, tmp_path: Path, expires: str, holds: bool
) -> None:
    (tmp_path / "filter.yml").write_text(FILTER.format(expires=expires))
    before = Store(case / "store").read("detections").num_rows
    opened = with_rules(case, "builtin")
    detect = msgspec.structs.replace(
        opened.settings.detect, filters=(str(tmp_path / "filter.yml"),)
    )
    opened = replace(opened, settings=msgspec.structs.replace(opened.settings, detect=detect))
    run_stage(DETECT, opened, Silent())
    detections = Store(case / "store").read("detections").to_pylist()
    assert len(detections) == before
    stopped = [row for row in detections if row["suppressed_by"] == "site-exception"]
    assert bool(stopped) == holds
    (stated,) = [row for row in rules_of(case) if row["rule_id"] == "site-exception"]
    assert (stated["status"], stated["hits"]) == (
        "ran" if holds else "not_applicable",
        len(stopped),
    )
    assert stated["kind"] == "filter"
    assert "K. Lee" in stated["reason"]
    assert expires in stated["reason"]
