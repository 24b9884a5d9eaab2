import pytest
from tests.unit.sigma.made import rule

from crossline.kernel.errors import EvidenceError, UsageError
from crossline.sigma import match_file


@pytest.fixture
def rules(tmp_path):
    (tmp_path / "r.yml").write_text(rule(), "utf-8")
    return tmp_path / "r.yml"


def test_a_broken_line_is_named_after_the_others_were_used(rules, tmp_path):
    (tmp_path / "e.jsonl").write_text('{"F": "x"}\n{"F": \n[1]\n\n{"F": "x"}\n', "utf-8")
    found = []
    with pytest.raises(EvidenceError, match=r"e\.jsonl:2: .*2 such lines"):
        found.extend(match_file(rules, tmp_path / "e.jsonl"))
    # `extend` keeps what came before the error.
    assert found == [{"rule_id": "one", "line": 1}, {"rule_id": "one", "line": 5}]


def test_a_file_that_does_not_exist_is_wrong_use(rules, tmp_path):
    with pytest.raises(UsageError, match="nowhere"):
        list(match_file(rules, tmp_path / "nowhere"))


def test_lines_count_across_batches(rules, tmp_path, monkeypatch):
    monkeypatch.setattr("crossline.sigma.conformance._BATCH", 2)
    (tmp_path / "e.jsonl").write_text('{"F": "y"}\n{"F": "x"}\n{"F": "x"}\n', "utf-8")
    assert [a["line"] for a in match_file(rules, tmp_path / "e.jsonl")] == [2, 3]


def test_half_a_surrogate_pair_is_no_fault(rules, tmp_path):
    (tmp_path / "e.jsonl").write_text('{"F": "\\ud800"}\n{"F": "x"}\n', "utf-8")
    assert [a["line"] for a in match_file(rules, tmp_path / "e.jsonl")] == [2]


def test_a_rule_whose_log_source_no_event_is_of_is_named(tmp_path):
    windows = rule("two", source="{product: windows, service: security}")
    (tmp_path / "r.yml").write_text(rule() + "---\n" + windows, "utf-8")
    (tmp_path / "e.jsonl").write_text('{"F": "x"}\n', "utf-8")
    hints: list[str] = []
    assert list(match_file(tmp_path / "r.yml", tmp_path / "e.jsonl", hints))
    assert len(hints) == 1
    assert hints[0].startswith("two: no event is of its log source (product windows, service")
