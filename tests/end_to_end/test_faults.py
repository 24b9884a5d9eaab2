"""Wrong use gives one clear line and the right exit code."""

from pathlib import Path

import pytest
from tests.end_to_end.conftest import Run


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "nowhere"], "crossline init"),
        (["lint", "nowhere"], "no such folder"),
        (["scan", "nowhere.evtx"], "no such file"),
        (["scan", ".", "--rules", "nowhere"], "no such rules"),
        (["scan", ".", "--jsonl", "--csv"], "exclude each other"),
        (["scan", ".", "--min-level", "urgent"], "write one of"),
        (["match", "--rules", "nowhere", "--events", "nowhere"], "no such file"),
    ],
)
def test_wrong_use_is_one_line_and_exit_code_2(
    crossline: Run, arguments: list[str], words: str
) -> None:
    done = crossline(*arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stdout == ""


def test_an_unknown_option_is_exit_code_2(crossline: Run) -> None:
    assert crossline("run", "--nonsense").returncode == 2


def test_help_is_there_for_every_command(crossline: Run) -> None:
    top = crossline("--help")
    assert top.returncode == 0
    for command in (
        "init",
        "lint",
        "run",
        "ingest",
        "detect",
        "report",
        "scan",
        "match",
        "explain",
        "sql",
    ):
        assert command in top.stdout
        told = crossline(command, "--help")
        assert told.returncode == 0
        assert "Example:" in told.stdout


def test_an_empty_case_runs_and_says_so(crossline: Run, tmp_path: Path) -> None:
    case = tmp_path / "empty"
    assert crossline("init", case).returncode == 0
    done = crossline("run", case)
    assert done.returncode == 0, done.stderr
    assert (case / "report" / "index.html").is_file()


def test_a_bad_id_says_what_ids_look_like(crossline: Run, tmp_path: Path) -> None:
    case = tmp_path / "empty"
    crossline("init", case)
    done = crossline("explain", case, "nonsense")
    assert done.returncode == 2
    assert "de_" in done.stderr
    assert crossline("explain", case, "de_00").returncode == 2
