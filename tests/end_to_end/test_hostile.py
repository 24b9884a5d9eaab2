"""Broken and hostile evidence: each piece is told in one line, and all the rest is read."""

import gzip
import io
import json
import os
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.end_to_end.conftest import Run, environment

GOOD = 40


def _good(number: int, command: str = "whoami /all") -> dict[str, object]:
    return {
        "Channel": "Microsoft-Windows-Sysmon/Operational",
        "EventID": 1,
        "Hostname": "ws01.corp.example",
        "RecordNumber": 5_000 + number,
        "@timestamp": f"2021-03-04T05:{number:02}:00Z",
        "Image": r"C:\Windows\System32\whoami.exe",
        "CommandLine": command,
    }


def _lines(rows: list[dict[str, object]]) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def _zip(members: dict[str, bytes], level: int = 9) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def _nested_zip(depth: int) -> bytes:
    content = _lines([_good(1)])
    for level in range(depth):
        content = _zip({f"level{level}.zip" if level else "a.jsonl": content})
    return content


_LAUGHS = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 12))
_XML_BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE Events [<!ENTITY l0 "ha">' + _LAUGHS + b"]>"
    b"<Events><Event><System><EventID>&l11;</EventID></System></Event></Events>"
)
_XML_FILE = (
    b'<?xml version="1.0"?><!DOCTYPE Events [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    b"<Events><Event><System><EventID>&x;</EventID></System></Event></Events>"
)

# name: (bytes, words that the problem must hold)
HOSTILE: dict[str, tuple[bytes, str]] = {
    "bomb.zip": (_zip({"zeros.jsonl": bytes(300_000_000)}), "bomb"),
    "bomb.jsonl.gz": (gzip.compress(bytes(300_000_000), 9), "bomb"),
    "onion.zip": (_nested_zip(12), "inside"),
    "broken.zip": (_zip({"a.jsonl": _lines([_good(1)])})[:-30], ""),
    "laughs.xml": (_XML_BOMB, "entit"),
    "outside.xml": (_XML_FILE, "entit"),
    "deep.json": (b'{"a":' * 200_000 + b"1" + b"}" * 200_000, ""),
    "cut.jsonl": (_lines([_good(n) for n in range(3)])[:-40], ""),
    "empty.evtx": (b"", "empty"),
    "noise.evtx": (bytes(range(256)) * 400, ""),
}  # fmt: skip


@pytest.fixture(scope="module")
def case(crossline: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("hostile") / "case"
    folder = root / "evidence" / "org"
    folder.mkdir(parents=True)
    for name, (content, _) in HOSTILE.items():
        (folder / name).write_bytes(content)
    (folder / "a-folder.evtx").mkdir()
    (folder / "good.jsonl").write_bytes(_lines([_good(n) for n in range(GOOD)]))
    odd = [_good(50, "<script>alert(1)</script>\x1b[31m\u202egnp.exe \ud800"),
           _good(51, "' onmouseover='x"), _good(52, "=cmd|' /C calc'!A0")]  # fmt: skip
    (folder / "odd.jsonl").write_bytes(_lines(odd))
    (folder / "utf16.jsonl").write_bytes(
        "".join(json.dumps(_good(n)) + "\n" for n in range(53, 56)).encode("utf-16")
    )
    (folder / "climb.zip").write_bytes(_zip({"../../../climbed.jsonl": _lines([_good(57)])}))
    done = crossline("run", root, "--workers", "2")
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr
    return root


def _problems(case: Path) -> list[dict[str, object]]:
    return pq.read_table(case / "report" / "tables" / "problems.parquet").to_pylist()


@pytest.mark.parametrize("name", HOSTILE)
def test_each_hostile_file_is_told_with_a_reason(case: Path, name: str) -> None:
    mine = [row for row in _problems(case) if row["evidence_path"] == f"evidence/org/{name}"]
    assert mine, f"{name} stands nowhere"
    words = HOSTILE[name][1]
    assert any(words in row["reason"].lower() for row in mine), [row["reason"] for row in mine]
    assert all(len(row["reason"].splitlines()) == 1 for row in mine)


def test_a_file_full_of_depth_is_one_record_and_no_flood_of_problems(case: Path) -> None:
    mine = [row for row in _problems(case) if row["evidence_path"].endswith("deep.json")]
    assert len(mine) == 1


def test_every_good_record_beside_them_is_kept(crossline: Run, case: Path) -> None:
    query = (
        "SELECT evidence_path, count(*) AS kept FROM events WHERE evidence_path "
        "LIKE '%/good.jsonl' OR evidence_path LIKE '%/odd.jsonl' OR evidence_path LIKE '%utf16%' "
        "OR evidence_path LIKE '%climb%' GROUP BY 1 ORDER BY 1"
    )
    done = crossline("sql", case, query, "--jsonl")
    kept = {row["evidence_path"]: row["kept"] for row in map(json.loads, done.stdout.splitlines())}
    assert kept == {
        "evidence/org/climb.zip": 1,
        "evidence/org/good.jsonl": GOOD,
        "evidence/org/odd.jsonl": 3,
        "evidence/org/utf16.jsonl": 3,
    }


def test_the_accounts_add_up_for_every_source(crossline: Run, case: Path) -> None:
    query = "SELECT count(*) AS off FROM sources WHERE read <> kept + rejected + withheld"
    done = crossline("sql", case, query, "--jsonl")
    assert json.loads(done.stdout) == {"off": 0}


def test_nothing_is_written_outside_the_case(case: Path) -> None:
    assert not list(case.parent.parent.glob("**/climbed.jsonl"))
    assert "root:x:0" not in (case / "report" / "index.html").read_text()


def test_log_text_stays_text_in_the_report(case: Path) -> None:
    page = (case / "report" / "index.html").read_text()
    assert "<script>alert(1)" not in page
    assert "\x1b" not in page
    assert "\u202e" not in page


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("title: broken\ndetection: [", "YAML"),
        ("title: x\nlogsource: {category: process_creation}\ndetection:\n  a:\n    CommandLine|re: "
         "'(a+)+$'\n  condition: a\n", ""),
        ("title: y\nlogsource: {category: process_creation}\ndetection:\n  a:\n    CommandLine|re: "
         "'(?=x)y'\n  condition: a\n", ""),
        ("\x00\x01", ""),
    ],
)  # fmt: skip
def test_a_rule_that_is_broken_or_catastrophic_stops_nothing(
    crossline: Run, tmp_path: Path, rule: str, words: str
) -> None:
    (tmp_path / "rule.yml").write_text(rule)
    events = tmp_path / "a.jsonl"
    events.write_bytes(_lines([_good(1, "a" * 20_000 + "!")]))
    done = crossline("scan", events, "--rules", tmp_path / "rule.yml")
    assert done.returncode in (0, 2, 3), done.stderr
    assert "Traceback" not in done.stderr
    assert words in done.stderr + done.stdout


@pytest.mark.parametrize(
    "text",
    ["[case\n", "nonsense = 1\n", "[run]\nworkers = 'many'\n", "\xff", "[run]\nworkers=-1\n"],
)
def test_a_broken_setting_is_one_line_and_exit_code_2(
    crossline: Run, tmp_path: Path, text: str
) -> None:
    (tmp_path / "crossline.toml").write_text(text, encoding="latin-1")
    done = crossline("run", tmp_path)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert "crossline.toml" in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="limits of a process are POSIX")
def test_a_full_disk_is_told_and_the_next_run_goes_on(
    crossline: Run, cache: Path, tmp_path: Path
) -> None:
    """A limit on the size of files stands for a disk without room: writing fails alike."""
    root = tmp_path / "case"
    (root / "evidence" / "org").mkdir(parents=True)
    (root / "evidence" / "org" / "good.jsonl").write_bytes(
        _lines([_good(n % 60, os.urandom(400).hex()) for n in range(2_000)])
    )
    done = subprocess.run(
        [sys.executable, "-m", "crossline", "run", str(root), "--workers", "1"],
        capture_output=True,
        text=True,
        check=False,
        env=environment(cache),
        preexec_fn=_small_files(200_000),
    )
    assert done.returncode not in (0, 3)
    assert "Traceback" not in done.stderr
    assert not (root / "report" / "index.html").exists()
    again = crossline("run", root, "--workers", "1")
    assert again.returncode == 0, again.stderr
    told = crossline("sql", root, "SELECT sum(kept) AS kept FROM sources", "--jsonl")
    assert json.loads(told.stdout)["kept"] == "2000"


def _small_files(most: int) -> Callable[[], None]:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    return limit


@pytest.mark.slow
def test_a_line_of_a_gigabyte_is_one_rejected_record(crossline: Run, tmp_path: Path) -> None:
    folder = tmp_path / "case" / "evidence" / "org"
    folder.mkdir(parents=True)
    with (folder / "long.jsonl").open("wb") as file:
        file.write(_lines([_good(1)]))
        for _ in range(1_000):
            file.write(b"x" * 1_000_000)
        file.write(b"\n" + _lines([_good(2)]))
    done = crossline("run", tmp_path / "case", "--workers", "1")
    assert done.returncode == 3, done.stderr
    told = crossline("sql", tmp_path / "case", "SELECT kept, rejected FROM sources", "--jsonl")
    assert json.loads(told.stdout) == {"kept": 2, "rejected": 1}
