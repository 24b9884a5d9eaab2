"""A built world as a whole: the same bytes each time, truth beside the case and never inside."""

import csv
import re
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from crossline.case import lint_case
from crossline.kernel.errors import UsageError
from crossline.scenario.build import build
from crossline.scenario.scene import scene
from crossline.scenario.subscribers import pseudonym, world_key


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("worlds") / "H1"
    build(out, "H1", "test", 0)
    return out


def truth(world: Path, name: str) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = pq.read_table(
        world / "truth" / f"truth_{name}.parquet"
    ).to_pylist()
    return rows


def content_of(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.slow
def test_the_same_arguments_write_the_same_bytes(world: Path, tmp_path: Path) -> None:
    build(tmp_path / "again", "H1", "test", 0)

    assert content_of(tmp_path / "again") == content_of(world)


def test_the_case_is_one_that_lint_has_nothing_against(world: Path) -> None:
    assert lint_case(world / "case") == []


def test_every_visible_record_stands_where_the_truth_says(world: Path) -> None:
    rows = [row for row in truth(world, "events") if row["visible"]]
    lines: dict[str, list[str]] = {}
    checked: Counter[str] = Counter()
    for row in rows:
        if row["format"] in {"iis", "ora_csv", "crm", "mml", "mediation", "zeek_conn", "tacplus"}:
            path = str(row["file"])
            if path not in lines:
                lines[path] = (world / "case" / path).read_text("utf-8").splitlines()
            line = lines[path][int(str(row["line_or_record"])) - 1]
            assert not line.startswith("#")
            checked[str(row["format"])] += 1

    assert len(checked) == 7
    assert {row["label"] for row in rows} == {"malicious", "lookalike"}


def test_records_of_windows_logs_stand_in_the_file_that_the_truth_names(world: Path) -> None:
    rows = [row for row in truth(world, "events") if row["visible"] and row["format"] == "winsec"]
    numbers: dict[str, set[str]] = {}
    for row in rows:
        path = str(row["file"])
        if path not in numbers:
            text = (world / "case" / path).read_text("utf-8")
            numbers[path] = set(re.findall(r"<EventRecordID>(\d+)<", text))
        assert str(row["line_or_record"]) in numbers[path], path


def test_a_record_that_was_not_kept_says_why_and_stands_nowhere(world: Path) -> None:
    for row in truth(world, "events"):
        assert row["visible"] == (row["why_invisible"] is None)
        assert row["visible"] or row["file"] is None or row["why_invisible"] == "G26"


def test_intrusions_of_the_suppliers_are_wholly_unseen(world: Path) -> None:
    rows = {row["intrusion"]: row for row in truth(world, "intrusions")}

    assert len(rows) == 17
    assert rows["I01"]["n_visible"] == rows["I09"]["n_visible"] == 0
    assert rows["I02"]["parent_intrusion"] is None
    assert rows["I02"]["supplier"] == "S1"
    assert rows["I05"]["parent_intrusion"] == "I02"
    assert rows["I12"]["before_disclosure"] is True


def test_at_the_operator_without_statements_only_one_actor_can_be_followed(world: Path) -> None:
    """A never looks names up, so nothing tells whom it asked about there."""
    rows = [row for row in truth(world, "targets") if row["person"] == "W04"]
    of_c = [row for row in truth(world, "targets") if row["person"] == "W07"]

    assert rows[0]["n_determinable"] < rows[0]["n_queries"]
    assert "G15" in str(rows[0]["why_not_determinable"])
    assert of_c[0]["n_determinable"] == of_c[0]["n_queries"]


def test_pseudonyms_of_the_truth_are_made_with_the_key_beside_the_case(world: Path) -> None:
    key = bytes.fromhex((world / "case.key").read_text("ascii"))
    watched = scene(0, "H1", "test").people.watched["W01"]
    named = {
        row["subscriber_pseudonym"] for row in truth(world, "targets") if row["person"] == "W01"
    }

    assert key == world_key(0)
    assert pseudonym(key, "msisdn", watched.msisdn) in named


def test_nothing_in_the_case_names_the_truth(world: Path) -> None:
    names = {path.name for path in (world / "case").rglob("*")}
    side = b"".join(path.read_bytes() for path in (world / "case").glob("*.*"))

    assert not any("truth" in name or name.endswith(".key") for name in names)
    assert b"H1" not in side
    assert not [row["intrusion"] for row in truth(world, "intrusions") if
                str(row["intrusion"]).encode() in side]  # fmt: skip


def test_tickets_are_a_side_table_and_evidence_at_once(world: Path) -> None:
    with (world / "case" / "tickets.csv").open(encoding="utf-8", newline="") as file:
        told = Counter(row["organisation"] for row in csv.DictReader(file))
    evidence = world / "case" / "evidence"
    for org, count in told.items():
        exported = 0
        for path in (evidence / org).glob("*/ticket/*.csv"):
            with path.open(encoding="utf-8", newline="") as file:
                exported += len(list(csv.DictReader(file)))
        assert exported == count > 0


def test_a_world_without_actors_holds_only_what_is_legitimate(tmp_path: Path) -> None:
    made = scene(0, "H0", "null")

    assert made.steps == ()


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")

    with pytest.raises(UsageError, match="holds something else"):
        build(tmp_path, "H1", "test", 0)
    assert (tmp_path / "notes.txt").read_text("utf-8") == "mine"


@pytest.mark.parametrize(("world", "profile"), [("H9", "test"), ("H1", "huge")])
def test_an_unknown_world_or_profile_is_refused(tmp_path: Path, world: str, profile: str) -> None:
    with pytest.raises(UsageError, match="worlds are H0"):
        build(tmp_path / "out", world, profile, 0)
