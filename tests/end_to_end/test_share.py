"""A report for one audience holds nothing of the others, and one for everybody names nothing."""

import csv
from pathlib import Path

import pytest
from tests.end_to_end.conftest import Run


def _organisations(case: Path) -> list[str]:
    return sorted(path.name for path in (case / "evidence").iterdir() if path.is_dir())


def _text(folder: Path) -> str:
    texts = [path.read_text() for path in sorted(folder.rglob("*")) if path.suffix in (
        ".html", ".md", ".json", ".csv")]  # fmt: skip
    return "\n".join(texts).lower()


@pytest.fixture(scope="module")
def hosts(demo: Path, crossline: Run) -> list[str]:
    done = crossline("sql", demo, "SELECT DISTINCT host FROM events WHERE host <> ''", "--csv")
    return [row[0].partition(".")[0].lower() for row in csv.reader(done.stdout.splitlines()[1:])]


def test_one_organisations_report_names_no_other(
    crossline: Run, demo: Path, tmp_path: Path
) -> None:
    mine, *others = _organisations(demo)
    done = crossline("share", demo, "--audience", mine, "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    text = _text(tmp_path / "out")
    assert mine.lower() in text
    assert [each for each in others if each.lower() in text] == []


def test_a_report_for_everybody_names_no_host_and_quotes_no_record(
    crossline: Run, demo: Path, tmp_path: Path, hosts: list[str]
) -> None:
    mine = _organisations(demo)[1]
    done = crossline("share", demo, "--audience", mine, "--tlp", "clear", "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    text = _text(tmp_path / "out")
    assert "tlp:clear" in text
    assert [host for host in hosts if len(host) > 3 and host in text] == []
    assert "powershell.exe" not in text


@pytest.mark.parametrize(
    ("options", "words"),
    [(["--audience", "nobody"], "no such organisation"), (["--tlp", "pink"], "clear")],
)
def test_wrong_use_is_told_in_one_line(
    crossline: Run, demo: Path, tmp_path: Path, options: list[str], words: str
) -> None:
    given = ["--audience", _organisations(demo)[0], *options, "--out", str(tmp_path / "out")]
    done = crossline("share", demo, *given)
    assert done.returncode == 2
    assert words in done.stderr
    assert not (tmp_path / "out").exists()
