"""Decisions, verification and indicators, as an analyst gives them to a case."""

import json
import shutil
from pathlib import Path

import pyarrow.compute as pc
import pytest
from tests.end_to_end.conftest import OPERATOR, Run

from crossline.store import Store, table_digest

TABLES = ("detections", "intrusions", "intrusion_events", "unlinked", "judgements")


@pytest.fixture
def case(demo: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(demo, tmp_path / "lantern"))


def contents(case: Path) -> dict[str, str]:
    return {name: table_digest(Store(case / "store").read(name)) for name in TABLES}


def rerun(crossline: Run, case: Path) -> None:
    done = crossline("run", case, "--workers", "1", "--quiet")
    assert done.returncode in (0, 3), done.stderr


def decide(crossline: Run, case: Path, *arguments: str) -> str:
    done = crossline("decide", case, *arguments, "--analyst", "kim", "--reason", "a test", "--json")
    assert done.returncode == 0, done.stderr
    return str(json.loads(done.stdout)["decision_id"])


def test_a_decision_suppresses_is_kept_by_a_run_and_taken_back_restores_the_tables(
    crossline: Run, case: Path
) -> None:
    before = contents(case)
    story = Store(case / "store").read("intrusions").to_pylist()[0]
    detection = next(each for each in story["rests_on"] if each.startswith("de_"))
    made = decide(crossline, case, "false_positive", detection)
    rerun(crossline, case)
    rows = Store(case / "store").read("detections").to_pylist()
    assert [row["detection_id"] for row in rows if row["suppressed_by"] == made] == [detection]
    held = Store(case / "store").read("intrusion_events")["rests_on"].to_pylist()
    assert detection not in {each for ids in held for each in ids or ()}
    after = contents(case)
    rerun(crossline, case)
    assert contents(case) == after
    listed = crossline("decide", case, "--list")
    assert made in listed.stdout
    assert "holds" in listed.stdout
    assert crossline("decide", case, "--undo", made).returncode == 0
    rerun(crossline, case)
    assert contents(case) == before


def test_an_expired_decision_is_listed_and_changes_nothing(crossline: Run, case: Path) -> None:
    before = contents(case)
    host = Store(case / "store").read("detections")["host"][0].as_py()
    decide(crossline, case, "exclude", host, "--expires", "1999-01-01")
    rerun(crossline, case)
    assert contents(case) == before
    assert "expired" in crossline("decide", case, "--list").stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "--list"),
        (["--list", "--undo", "dc_1"], "--list"),
        (["exclude", "ev_nowhere", "--analyst", "kim", "--reason", "x"], "has that name"),
        (["perhaps", "ev_1", "--analyst", "kim", "--reason", "x"], "one of same_cluster"),
        (["exclude", OPERATOR, "--analyst", "kim", "--reason", "x"], "a name of organisation"),
        (["exclude", "ev_1", "--reason", "x"], "analyst is empty"),
        (["same_cluster", "in_1", "--analyst", "kim", "--reason", "x"], "name the other"),
        (["--undo", "dc_1"], "no such decision"),
    ],
)
def test_a_wrong_decision_is_one_line_and_writes_nothing(
    crossline: Run, demo: Path, arguments: list[str], words: str
) -> None:
    before = (demo / "decisions.csv").read_bytes()
    done = crossline("decide", demo, *arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert (demo / "decisions.csv").read_bytes() == before


def test_verify_says_that_all_is_as_stored_and_names_what_is_not(
    crossline: Run, case: Path
) -> None:
    done = crossline("verify", case, "--records", "--workers", "1")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout == ""
    sources = Store(case / "store").read("sources").to_pylist()
    row = next(
        each for each in sources if each["evidence_path"].endswith(".jsonl") and each["kept"] > 4
    )
    path = case / row["evidence_path"]
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:3] + lines[4:]))
    done = crossline("verify", case)
    assert done.returncode == 3
    assert "1 missing, 0 altered, 0 added" in done.stdout
    told = crossline("verify", case, "--json", "--quiet")
    differing = [each for line in told.stdout.splitlines() if (each := json.loads(line))["differs"]]
    assert [each["evidence_path"] for each in differing] == [row["evidence_path"]]
    assert differing[0]["records"]["missing"] == 1


def test_a_sweep_finds_what_stands_in_the_evidence_and_says_source_and_age(
    crossline: Run, case: Path, tmp_path: Path
) -> None:
    events = Store(case / "store").read("events", ["fields", "time"]).to_pylist()
    address, time = next(
        (value, row["time"])
        for row in events
        for name, value in row["fields"]
        if name in ("IpAddress", "DestinationIp")
        and (value or "").startswith(("10.", "203."))
        and row["time"]
    )
    feed = tmp_path / "feed.csv"
    feed.write_text(
        f"type,value,source,date\nip,{address.replace('.', '[.]')},A desk,{time:%Y-%m-%d}\n"
        "domain,nowhere.invalid,A desk,\nmutex,x,,\n",
        encoding="utf-8",
    )
    done = crossline("sweep", case, "--indicators", feed, "--json", "--workers", "1")
    assert done.returncode == 3, done.stderr
    assert "1 x indicator not used as stated: type 'mutex'" in done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert found
    assert {each["rule_id"] for each in found} == {f"indicator:address:{address}"}
    assert all(each["matched"]["indicator_source"] == "A desk" for each in found)
    assert "0" in {each["matched"]["indicator_age_days"] for each in found}
    (case / "crossline.toml").write_text(
        f'[detect]\nindicators = ["{feed.as_posix()}"]\n', encoding="utf-8"
    )
    rerun(crossline, case)
    kept = Store(case / "store").read("detections", where=pc.field("kind") == "indicator")
    assert set(kept["detection_id"].to_pylist()) == {each["detection_id"] for each in found}


@pytest.mark.parametrize("content", ["", "{", "a,b\n", "[" * 50_000])
def test_a_broken_file_of_indicators_is_one_line_and_exit_code_2(
    crossline: Run, demo: Path, tmp_path: Path, content: str
) -> None:
    feed = tmp_path / "feed"
    feed.write_text(content, encoding="utf-8")
    done = crossline("sweep", demo, "--indicators", feed, "--quiet")
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert crossline("sweep", demo, "--indicators", tmp_path / "none").returncode == 2
