"""Runs the command line as a user does: in a process of its own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src"
OPERATOR = "O5"
Run = Callable[..., subprocess.CompletedProcess[str]]


def environment(cache: Path) -> dict[str, str]:
    return {
        **os.environ,
        "CROSSLINE_CACHE": str(cache),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(SOURCE),
    }


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache of compiled rules of the test run's own."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def crossline(cache: Path) -> Run:
    """Run `crossline ARGUMENTS` and give what it printed and its exit code."""

    def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "crossline", *map(str, arguments)]
        return subprocess.run(
            command, capture_output=True, text=True, check=False, env=environment(cache)
        )

    return run


@pytest.fixture(scope="session")
def demo(crossline: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case with one operator of the synthetic world, run to the end. Tests must leave it as it is."""
    folder = tmp_path_factory.mktemp("demo")
    built = crossline("scenario", "build", "--world", "H0", "--out", folder / "world")
    assert built.returncode == 0, built.stderr
    whole, case = folder / "world" / "case", folder / "lantern"
    shutil.copytree(whole / "evidence" / OPERATOR, case / "evidence" / OPERATOR)
    for table in whole.glob("*.csv"):
        shutil.copy(table, case)
    assert crossline("init", case).returncode == 0
    done = crossline("run", case, "--workers", "1")
    assert done.returncode in (0, 3), done.stderr
    return case
