import gzip
from pathlib import Path

import orjson
import pytest

from crossline.coordination.benchmark import answer, coordinate_cases
from crossline.kernel.errors import UsageError

DEV = Path(__file__).parents[4] / "shared/attribution/dev/coordination_cases.jsonl.gz"
BARE = b'{"case_id": "one", "a": {}, "b": {}, "world": {}}'


def test_a_case_without_evidence_is_answered_with_a_spread(tmp_path):
    found = answer(BARE)
    assert found["case_id"] == "one"
    assert sum(found["p"].values()) == pytest.approx(1, abs=1e-9)
    assert max(found["p"].values()) < 0.5


def test_a_line_that_is_no_case_is_told_with_its_number_and_nothing_is_written(tmp_path):
    cases, out = tmp_path / "cases.jsonl", tmp_path / "out.jsonl"
    cases.write_bytes(BARE + b'\n\n{"case_id": "two", "a": {"days": "x"}}\n')
    with pytest.raises(UsageError, match=r"cases\.jsonl:3: not a coordination case"):
        coordinate_cases(cases, out)
    assert not out.exists()


@pytest.mark.skipif(not DEV.exists(), reason="needs ../shared/attribution")
def test_answers_do_not_depend_on_the_order_of_cases(tmp_path):
    lines = gzip.decompress(DEV.read_bytes()).splitlines()[:6]
    texts = []
    for order in (lines, lines[::-1]):
        cases, out = tmp_path / "cases.jsonl", tmp_path / "out.jsonl"
        cases.write_bytes(b"\n".join(order))
        assert coordinate_cases(cases, out) == len(lines)
        texts.append(sorted(out.read_bytes().splitlines()))
    assert texts[0] == texts[1]
    assert len({orjson.loads(line)["case_id"] for line in texts[0]}) == len(lines)
