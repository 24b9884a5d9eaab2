"""A report for one audience holds nothing of the others, and one for everybody names nothing."""

import csv
import json
import shutil
from pathlib import Path

import pytest
from tests.end_to_end.conftest import OPERATOR, Run

OTHER = "qwxtel"


@pytest.fixture(scope="module")
def case(demo: Path, crossline: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo case with a second organisation in it."""
    made = tmp_path_factory.mktemp("share") / "lantern"
    shutil.copytree(demo, made)
    event = {
        "Channel": "Microsoft-Windows-Sysmon/Operational", "EventID": 1, "Hostname": "qwx-ws01",
        "@timestamp": "2020-03-04T05:06:07Z", "Image": r"C:\\Windows\\System32\\whoami.exe",
        "CommandLine": "whoami /all",
    }  # fmt: skip
    folder = made / "evidence" / OTHER
    folder.mkdir()
    (folder / "ws01.jsonl").write_text(json.dumps(event) + "\n")
    assert crossline("run", made, "--workers", "1").returncode in (0, 3)
    return made


def _text(folder: Path) -> str:
    texts = [path.read_text() for path in sorted(folder.rglob("*")) if path.suffix in (
        ".html", ".md", ".json", ".csv")]  # fmt: skip
    return "\n".join(texts).lower()


@pytest.fixture(scope="module")
def hosts(case: Path, crossline: Run) -> list[str]:
    done = crossline("sql", case, "SELECT DISTINCT host FROM events WHERE host <> ''", "--csv")
    return [row[0].partition(".")[0].lower() for row in csv.reader(done.stdout.splitlines()[1:])]


def test_one_organisations_report_names_no_other(
    crossline: Run, case: Path, tmp_path: Path
) -> None:
    done = crossline("share", case, "--audience", OPERATOR, "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    text = _text(tmp_path / "out")
    assert OPERATOR.lower() in text
    assert OTHER not in text
    assert "qwx-ws01" not in text


def test_a_report_for_everybody_names_no_host_and_quotes_no_record(
    crossline: Run, case: Path, tmp_path: Path, hosts: list[str]
) -> None:
    done = crossline(
        "share", case, "--audience", OPERATOR, "--tlp", "clear", "--out", tmp_path / "out"
    )
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
    given = ["--audience", OPERATOR, *options, "--out", str(tmp_path / "out")]
    done = crossline("share", demo, *given)
    assert done.returncode == 2
    assert words in done.stderr
    assert not (tmp_path / "out").exists()
