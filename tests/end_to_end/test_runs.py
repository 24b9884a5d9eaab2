"""The whole way, twice: the same bytes for any file order, any number of workers, any interruption."""

import hashlib
import json
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.end_to_end.conftest import Run, environment

from crossline.pipeline import STAGES
from crossline.store import Store, table_digest
from crossline.tables import TABLES

WRITTEN = sorted(frozenset().union(*(stage.writes for stage in STAGES)))


def report_bytes(case: Path) -> dict[str, str]:
    return {
        path.relative_to(case).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((case / "report").rglob("*"))
        if path.is_file()
    }


def contents(case: Path) -> dict[str, str]:
    store = Store(case / "store")
    return {name: table_digest(store.read(name)) for name in WRITTEN}


def copy_of_the_evidence(demo: Path, to: Path, seed: int) -> Path:
    """The demo's evidence, settings and key id only, written in another order."""
    files = [path for path in demo.rglob("*") if path.is_file()]
    files = [path for path in files if path.relative_to(demo).parts[0] not in ("store", "report")]
    files.append(demo / "store" / "key.json")  # names the key, so that pseudonyms stay the same
    random.Random(seed).shuffle(files)
    for path in files:
        target = to / path.relative_to(demo)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    return to


def test_every_record_is_accounted_for(demo: Path) -> None:
    store = Store(demo / "store")
    sources = store.read("sources").to_pylist()
    assert sources
    for row in sources:
        assert row["read"] == row["kept"] + row["rejected"] + row["withheld"], row["evidence_path"]
    assert sum(row["kept"] for row in sources) == store.read("events", ["event_id"]).num_rows
    rejected = sum(row["rejected"] for row in sources)
    stated = store.read("problems").to_pylist()
    assert rejected == sum(row["count"] for row in stated if row["kind"] == "record")


def test_every_id_that_a_row_rests_on_is_there(demo: Path) -> None:
    store = Store(demo / "store")
    ids = {
        value
        for name, table in TABLES.items()
        if table.id_column
        for value in store.read(name, [table.id_column])[table.id_column].to_pylist()
    }
    for name in WRITTEN:
        if TABLES[name].rests_on:
            below = {
                each
                for row in store.read(name, ["rests_on"])["rests_on"].to_pylist()
                for each in row or []
            }
            assert below <= ids, name


def test_a_second_run_adds_nothing_and_skips_what_is_up_to_date(
    crossline: Run, demo: Path, tmp_path: Path
) -> None:
    case = tmp_path / "lantern"
    shutil.copytree(demo, case)
    before, report = contents(case), report_bytes(case)
    again = crossline("run", case)
    assert "detect: up to date" in again.stderr
    assert "report: up to date" in again.stderr
    assert contents(case) == before
    assert report_bytes(case) == report


@pytest.mark.parametrize("seed", [1])
def test_shuffled_files_and_two_workers_give_the_same_bytes(
    crossline: Run, demo: Path, tmp_path: Path, seed: int
) -> None:
    case = copy_of_the_evidence(demo, tmp_path / "lantern", seed)
    assert crossline("run", case, "--workers", "2").returncode in (0, 3)
    assert contents(case) == contents(demo)
    assert report_bytes(case) == report_bytes(demo)


def run_killed(case: Path, cache: Path, after_s: float) -> int:
    """Start `crossline run` and kill it, as hard as can be, after so many seconds."""
    command = [sys.executable, "-m", "crossline", "run", str(case), "--workers", "1", "--quiet"]
    process = subprocess.Popen(command, env=environment(cache), stderr=subprocess.DEVNULL)
    try:
        return process.wait(timeout=after_s)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        return process.wait()


def empty(store: Path) -> None:
    """Take all tables out of a store; the id of the key stays, so that pseudonyms stay the same."""
    for path in store.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != "key.json":
            path.unlink()


def check_kills(crossline: Run, demo: Path, cache: Path, to: Path, kills: int) -> None:
    case = copy_of_the_evidence(demo, to / "lantern", 7)
    started = time.monotonic()
    assert crossline("run", case, "--workers", "1").returncode in (0, 3)
    whole = time.monotonic() - started
    undisturbed = contents(case)
    empty(case / "store")
    dice, killed = random.Random(kills), 0
    while killed < kills:
        if run_killed(case, cache, dice.uniform(0.3, 0.9 * whole)) == -signal.SIGKILL:
            killed += 1
        else:  # it got to the end: begin again, so that the next kill hits real work
            assert contents(case) == undisturbed
            empty(case / "store")
    assert crossline("run", case, "--workers", "1").returncode in (0, 3)
    assert contents(case) == undisturbed
    assert report_bytes(case) == report_bytes(demo)


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is of POSIX systems")
def test_a_killed_run_goes_on_to_the_same_tables(
    crossline: Run, demo: Path, cache: Path, tmp_path: Path
) -> None:
    check_kills(crossline, demo, cache, tmp_path, kills=2)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is of POSIX systems")
def test_twenty_kills_lose_double_and_break_nothing(
    crossline: Run, demo: Path, cache: Path, tmp_path: Path
) -> None:
    check_kills(crossline, demo, cache, tmp_path, kills=20)


def test_evidence_that_went_away_leaves_nothing_behind(
    crossline: Run, demo: Path, tmp_path: Path
) -> None:
    case = copy_of_the_evidence(demo, tmp_path / "lantern", 3)
    more = case / "evidence" / "newcomer" / "extra.jsonl"
    more.parent.mkdir()
    more.write_text(
        '{"EventID": 1102, "Channel": "Security", "Hostname": "extra"}\n', encoding="utf-8"
    )
    assert crossline("ingest", case).returncode in (0, 3)
    store = Store(case / "store")
    assert "newcomer" in store.read("events", ["organisation"])["organisation"].to_pylist()
    shutil.rmtree(more.parent)
    assert crossline("run", case).returncode in (0, 3)
    assert contents(case) == contents(demo)


def test_explain_walks_from_an_intrusion_to_records_and_files(crossline: Run, demo: Path) -> None:
    first = Store(demo / "store").read("intrusions")["intrusion_id"][0].as_py()
    told = crossline("explain", demo, first)
    assert told.returncode == 0
    assert "an intrusion at" in told.stdout
    assert "fired on" in told.stdout
    assert "SHA-256" in told.stdout


def test_sql_reads_every_table_and_changes_nothing(crossline: Run, demo: Path) -> None:
    rows = crossline("sql", demo, "--jsonl", "select count(*) as n from events")
    assert json.loads(rows.stdout)["n"] > 0
    listed = crossline("sql", demo, "show tables").stdout.split()
    assert set(listed) >= set(TABLES)
    assert crossline("sql", demo, "select * from read_text('/etc/hostname')").returncode == 2
    assert crossline("sql", demo, "delete from events").returncode == 2
