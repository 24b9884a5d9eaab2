"""`crossline scan`: its contract, and that real evidence is flagged by the rules made for it."""

import csv
import io
import json
from pathlib import Path

import pytest
from tests.end_to_end.conftest import OPERATOR, Run

from crossline.detections import HIT_COLUMNS

SHARED = Path(__file__).parents[3] / "shared"
REGRESSION = SHARED / "evidence" / "sigma-regression.zip"
RULES = SHARED / "sigma" / "sigma-rules.zip"


def hits(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_hit_has_the_keys_of_the_contract_in_both_forms(crossline: Run, demo: Path) -> None:
    evidence = demo / "evidence" / OPERATOR
    lines = crossline("scan", evidence, "--jsonl", "--quiet")
    found = hits(lines.stdout)
    assert found
    assert all(tuple(hit) == HIT_COLUMNS for hit in found)
    table = list(csv.reader(io.StringIO(crossline("scan", evidence, "--csv", "--quiet").stdout)))
    assert table[0] == list(HIT_COLUMNS)
    assert [row[0] for row in table[1:]] == [hit["rule_id"] for hit in found]


def test_scan_finds_what_a_case_finds(crossline: Run, demo: Path) -> None:
    scanned = hits(crossline("scan", demo / "evidence", "--jsonl", "--quiet").stdout)
    stored = hits(
        crossline(
            "sql",
            demo,
            "--jsonl",
            "select rule_id, time from detections where rule_id not like 'crossline/%'",
        ).stdout
    )
    assert sorted(str(hit["rule_id"]) for hit in scanned) == sorted(
        str(row["rule_id"]) for row in stored
    )


def test_a_level_leaves_out_what_lies_below(crossline: Run, demo: Path) -> None:
    found = hits(
        crossline("scan", demo / "evidence", "--jsonl", "-q", "--min-level", "high").stdout
    )
    assert {hit["level"] for hit in found} == {"high", "critical"}


def test_workers_change_nothing(crossline: Run, demo: Path) -> None:
    one = crossline("scan", demo / "evidence", "--jsonl", "-q", "--workers", "1").stdout
    assert crossline("scan", demo / "evidence", "--jsonl", "-q", "--workers", "2").stdout == one


def test_evidence_that_cannot_be_used_is_named_and_is_exit_code_3(
    crossline: Run, tmp_path: Path
) -> None:
    (tmp_path / "broken.jsonl").write_text(
        '{"EventID": 1102, "Channel": "Security"}\n{half\n', "utf-8"
    )
    done = crossline("scan", tmp_path, "--jsonl")
    assert done.returncode == 3
    assert "broken.jsonl:2" in done.stderr


def test_a_log_field_cannot_drive_the_terminal(crossline: Run, tmp_path: Path) -> None:
    event = {"EventID": 1102, "Channel": "Security", "Computer": "h\x1b[31m", "Provider_Name": "x"}
    (tmp_path / "e.jsonl").write_text(json.dumps(event) + "\n", encoding="utf-8")
    rule = tmp_path / "rule.yml"
    rule.write_text(
        "title: Cleared\nid: 00000000-0000-4000-8000-000000000001\nauthor: me\nlevel: high\n"
        "logsource: {product: windows, service: security}\n"
        "detection: {sel: {EventID: 1102}, condition: sel}\n",
        encoding="utf-8",
    )
    done = crossline("scan", tmp_path / "e.jsonl", "--rules", rule)
    assert "Cleared (by me)" in done.stdout
    assert "\x1b" not in done.stdout


@pytest.mark.skipif(not REGRESSION.is_file(), reason="../shared/evidence is not here")
def test_each_regression_record_is_flagged_by_the_rule_it_was_made_for(crossline: Run) -> None:
    with_rules = crossline("scan", REGRESSION, "--rules", RULES, "--jsonl", "--quiet")
    fired = {(hit["member"], hit["rule_id"]) for hit in hits(with_rules.stdout)}
    sets = json.loads((SHARED / "evidence" / "MANIFEST.json").read_text("utf-8"))
    files = next(each["files"] for each in sets if each["name"] == "sigma-regression")
    wanted = {
        (file["path"], expected["rule"])
        for file in files
        if file["role"] == "evidence"
        for expected in file["expected"]
    }
    assert len(wanted) > 100
    assert wanted - fired == set()
