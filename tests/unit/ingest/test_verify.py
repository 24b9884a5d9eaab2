import gzip
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow.compute as pc
import pytest

from crossline import ingest
from crossline.case import Case, init_case, open_case
from crossline.ingest import Check, verify
from crossline.kernel.progress import Silent
from crossline.store import Store, Tables

TABLES = frozenset({"sources", "events", "problems"})


def windows(number: int, text: str = "x") -> str:
    return json.dumps(
        {
            "EventID": 4624, "Channel": "Security", "Hostname": "WS01", "EventRecordID": number,
            "TimeCreated": f"2021-03-04T10:00:{number % 60:02}Z", "Data1": text,
        }
    )  # fmt: skip


def plain(number: int) -> str:
    return json.dumps({"message": f"line {number}"})


def write(path: Path, lines: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")


@pytest.fixture
def case(tmp_path: Path) -> Case:
    root = tmp_path / "lantern"
    init_case(root)
    write(root / "evidence/org/named.jsonl", [windows(n) for n in range(1, 11)])
    write(root / "evidence/org/lines.jsonl", [plain(n) for n in range(1, 6)])
    with zipfile.ZipFile(root / "evidence/org/packed.zip", "w") as archive:
        archive.writestr("inner.jsonl", windows(77) + "\n")
    (root / "crossline.toml").write_text("[run]\nworkers = 1\n", encoding="utf-8")
    case = open_case(root)
    ingested(case)
    return case


def ingested(case: Case) -> None:
    ingest.run(case, Tables(Store(case.store), TABLES, TABLES), Silent())


def checks(case: Case, every_record: bool = False) -> dict[str, Check]:
    found = verify(open_case(case.root), Silent(), every_record)
    return {Path(check.evidence_path).name: check for check in found}


@pytest.mark.parametrize("every_record", [False, True])
def test_evidence_that_nobody_touched_is_as_stored(case: Case, every_record: bool) -> None:
    found = checks(case, every_record)
    assert {check.state for check in found.values()} == {"as_stored"}
    assert not any(check.differs for check in found.values())
    if every_record:
        compared = [check.records for check in found.values() if check.records]
        assert sum(each.same for each in compared) == 16


def changed(lines: list[str], change: Callable[[list[str]], None]) -> list[str]:
    change(lines)
    return lines


@pytest.mark.parametrize(
    ("change", "counts", "first"),
    [
        (lambda lines: lines.pop(4), (9, 1, 0, 0), ("missing", 5)),
        (lambda lines: lines.__setitem__(4, windows(5, "y")), (9, 0, 1, 0), ("altered", 5)),
        (lambda lines: lines.append(windows(11)), (10, 0, 0, 1), ("added", 11)),
        (lambda lines: lines.insert(0, windows(11)), (10, 0, 0, 1), ("added", 11)),
        (lambda lines: lines.append(lines[0]), (10, 0, 0, 1), ("added", 1)),
        (lambda lines: lines.reverse(), (10, 0, 0, 0), None),
        (lambda lines: lines.clear(), (0, 10, 0, 0), ("missing", 1)),
    ],
)
def test_a_changed_file_names_the_records_that_differ_and_no_others(
    case: Case,
    change: Callable[[list[str]], None],
    counts: tuple[int, int, int, int],
    first: tuple[str, int] | None,
) -> None:
    lines = changed([windows(n) for n in range(1, 11)], change)
    write(case.root / "evidence/org/named.jsonl", lines)
    check = checks(case)["named.jsonl"]
    assert check.state == "changed"
    assert check.differs
    assert check.sha256 != check.sha256_now
    records = check.records
    assert records is not None
    assert (records.same, records.missing, records.altered, records.added) == counts
    shown = records.changes[0] if records.changes else None
    assert (None if shown is None else (shown.kind, shown.locator)) == first


def test_a_line_without_a_name_is_compared_by_its_place(case: Case) -> None:
    write(case.root / "evidence/org/lines.jsonl", [plain(1), plain(9), *map(plain, (3, 4, 5))])
    records = checks(case)["lines.jsonl"].records
    assert records is not None
    assert (records.same, records.altered) == (4, 1)
    assert records.changes[0].locator == 2
    assert records.changes[0].event_id != records.changes[0].event_id_now


def test_a_file_that_went_away_a_new_one_and_a_moved_one_are_told_apart(case: Case) -> None:
    folder = case.root / "evidence/org"
    (folder / "lines.jsonl").unlink()
    shutil.move(folder / "named.jsonl", folder / "moved.jsonl")
    write(folder / "fresh.jsonl", [windows(99)])
    found = checks(case)
    assert {name: check.state for name, check in found.items()} == {
        "lines.jsonl": "gone",
        "named.jsonl": "as_stored",
        "fresh.jsonl": "new",
        "packed.zip": "as_stored",
    }
    assert found["named.jsonl"].reason == "now at evidence/org/moved.jsonl"
    assert found["lines.jsonl"].stored == 5
    assert found["fresh.jsonl"].stored == 0


def test_a_member_of_an_archive_is_checked_in_its_place(case: Case) -> None:
    with zipfile.ZipFile(case.root / "evidence/org/packed.zip", "w") as archive:
        archive.writestr("inner.jsonl", windows(77, "y") + "\n")
    check = checks(case)["packed.zip"]
    assert (check.state, check.member) == ("changed", "inner.jsonl")
    assert check.records is not None
    assert check.records.altered == 1


def test_the_same_content_packed_is_as_stored(case: Case) -> None:
    path = case.root / "evidence/org/named.jsonl"
    (path.parent / "named.jsonl.gz").write_bytes(gzip.compress(path.read_bytes()))
    path.unlink()
    assert checks(case)["named.jsonl"].state == "as_stored"


def test_a_file_that_cannot_be_read_any_more_says_why(case: Case) -> None:
    path = case.root / "evidence/org/lines.jsonl"
    path.unlink()
    path.symlink_to(case.root / "evidence/org/named.jsonl")
    check = checks(case)["lines.jsonl"]
    assert check.state == "unreadable"
    assert "symbolic link" in check.reason


def test_other_settings_than_it_was_read_with_are_told(case: Case) -> None:
    (case.root / "crossline.toml").write_text(
        '[run]\nworkers = 1\n[ingest]\ntime_zone = "Asia/Yangon"\n', encoding="utf-8"
    )
    assert {check.state for check in checks(case).values()} == {"read_otherwise"}


def test_a_store_that_was_changed_is_found_by_its_records(case: Case) -> None:
    store = Store(case.store)
    events = store.read("events")
    hosts = pc.replace_substring(events["host"], "WS01", "WS02")
    store.replace("events", events.set_column(events.schema.get_field_index("host"), "host", hosts))
    assert not checks(case)["named.jsonl"].differs
    check = checks(case, every_record=True)["named.jsonl"]
    assert check.state == "as_stored"
    assert check.differs
    assert check.records is not None
    assert (check.records.missing, check.records.added) == (10, 10)


def test_a_case_that_was_never_read_has_only_new_sources(case: Case) -> None:
    shutil.rmtree(case.store)
    assert {check.state for check in checks(case).values()} == {"new"}
