"""The own pack on real evidence: silent on what is benign, loud on a campaign."""

import json
from collections import Counter
from pathlib import Path

import pytest
from tests.end_to_end.conftest import Run

EVIDENCE = Path(__file__).parents[3] / "shared" / "evidence"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not EVIDENCE.exists(), reason="the public evidence is not beside the repository"
    ),
]


def levels(crossline: Run, name: str) -> Counter[str]:
    done = crossline("scan", EVIDENCE / name, "--jsonl", "--workers", "1")
    assert done.returncode in (0, 3), done.stderr
    return Counter(json.loads(line)["level"] for line in done.stdout.splitlines())


def test_nothing_is_high_on_benign_records(crossline: Run) -> None:
    found = levels(crossline, "benign-windows.zip")
    assert found.keys().isdisjoint({"high", "critical"})


@pytest.mark.parametrize("name", ["otrf-multi-host-A.zip", "otrf-multi-host-B.zip"])
def test_a_campaign_is_seen_at_level_high(crossline: Run, name: str) -> None:
    assert levels(crossline, name)["high"] > 10
