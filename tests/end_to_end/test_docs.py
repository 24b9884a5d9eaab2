"""Every example of the documentation is run, and every page is reachable."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.end_to_end.conftest import SOURCE, environment

ROOT = SOURCE.parent
PAGES = sorted(path.name for path in (ROOT / "docs").glob("*.md") if path.name != "architecture.md")
_BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
_LINK = re.compile(r"\]\(([^)#:]+?)(?:#[^)]*)?\)")
_RULE = """title: Whoami
id: 0d6e5f4a-0000-4000-8000-000000000001
logsource: {product: windows, category: process_creation}
detection:
  image: {Image|endswith: '\\whoami.exe'}
  condition: image
level: medium
"""


def _commands(page: str) -> list[str]:
    text = (ROOT / "docs" / page).read_text()
    lines = [line for block in _BLOCK.findall(text) for line in block.splitlines()]
    return [line[2:] for line in lines if line.startswith("$ ")]


@pytest.fixture(scope="module")
def place(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as the examples take it to be: logs, rules, indicators, and a case that was run."""
    folder = tmp_path_factory.mktemp("docs")
    shutil.copytree(demo, folder / "lantern")
    event = {
        "Channel": "Microsoft-Windows-Sysmon/Operational",
        "EventID": 1,
        "Hostname": "ws01",
        "@timestamp": "2021-03-04T05:06:07Z",
        "Image": r"C:\\Windows\\System32\\whoami.exe",
        "CommandLine": "whoami /all",
    }
    for name in ("logs", "our-rules", "bin"):
        (folder / name).mkdir()
    (folder / "logs" / "ws01.jsonl").write_text(json.dumps(event) + "\n")
    (folder / "events.jsonl").write_text(json.dumps(event) + "\n")
    (folder / "our-rules" / "whoami.yml").write_text(_RULE)
    (folder / "indicators.csv").write_text(
        "type,value,source,date\nip,203.0.113.9,feed,2021-03-01\n"
    )
    shim = folder / "bin" / "crossline"
    shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m crossline "$@"\n')
    shim.chmod(0o755)
    return folder


@pytest.mark.skipif(sys.platform == "win32", reason="the examples are written for a POSIX shell")
@pytest.mark.parametrize("page", PAGES)
def test_every_example_runs(page: str, place: Path, cache: Path) -> None:
    env = environment(cache)
    env["PATH"] = f"{place / 'bin'}:{env['PATH']}"
    for command in _commands(page):
        done = subprocess.run(  # noqa: S602 - the examples are shell lines
            command, shell=True, cwd=place, env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode in (0, 3), f"{command}\n{done.stderr}"
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize("page", [f"docs/{page}" for page in PAGES] + ["README.md"])
def test_every_link_leads_to_a_file(page: str) -> None:
    path = ROOT / page
    for target in _LINK.findall(path.read_text()):
        assert (path.parent / target).exists(), f"{page}: {target}"


def test_every_page_is_linked_from_the_readme_or_the_start() -> None:
    text = (ROOT / "README.md").read_text() + (ROOT / "docs" / "start.md").read_text()
    assert [page for page in PAGES if page not in text] == []
