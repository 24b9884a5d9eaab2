"""Packing: what stands in the files beside the records, and that no date of today gets in."""

import tomllib
import zipfile
from pathlib import Path

import pytest

from crossline.scenario import write_demo
from crossline.scenario.world import content

LAYOUT = tomllib.loads(content("files.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    write_demo(folder)
    return folder / "evidence"


def test_every_organisation_hands_over_something(evidence: Path) -> None:
    assert {path.name for path in evidence.iterdir()} == {"meridia", "lakeline", "northbay"}


def test_the_gzip_header_holds_no_time(evidence: Path) -> None:
    header = (evidence / "meridia/domain-controllers/mer-dc01.jsonl.gz").read_bytes()[:8]
    assert header[:2] == b"\x1f\x8b"
    assert header[4:8] == bytes(4)


def test_the_members_of_the_zip_have_one_date_and_stand_in_order(evidence: Path) -> None:
    with zipfile.ZipFile(evidence / "lakeline/servers.zip") as archive:
        members = archive.infolist()
    assert {member.date_time for member in members} == {(2025, 11, 18, 0, 0, 0)}
    assert [member.filename for member in members] == sorted(m.filename for m in members)


@pytest.mark.parametrize("damage", LAYOUT["damage"], ids=lambda damage: str(damage["line"]))
def test_a_broken_line_stands_where_it_is_declared(damage: dict[str, str], evidence: Path) -> None:
    lines = (evidence / damage["path"]).read_text("utf-8").splitlines()
    assert lines[int(damage["line"]) - 1] == damage["text"]


def test_a_file_given_as_it_is_keeps_its_bytes(evidence: Path) -> None:
    for copy in LAYOUT["copy"]:
        assert (evidence / copy["path"]).read_bytes() == content(copy["content"]).read_bytes()


def test_the_export_of_a_cleared_log_begins_with_the_clearing(evidence: Path) -> None:
    lines = (evidence / "meridia/exports/mer-bill01-Security.xml").read_text("utf-8").splitlines()
    assert "<EventID>1102</EventID>" in lines[2]
    assert "<EventRecordID>1</EventRecordID>" in lines[2]
