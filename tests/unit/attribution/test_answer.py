import math

import msgspec
import pytest
from tests.unit.attribution.small import TECHNIQUES, knowledge

from crossline.attribution.answer import NONE_OF_THESE, answer, with_unknown
from crossline.attribution.benchmark import answer_file
from crossline.attribution.profiles import Observed, build_profiles
from crossline.attribution.waterfall import FAMILIES, odds_bits, probability_of, waterfalls
from crossline.attribution.weights import shipped_weights
from crossline.kernel.errors import UsageError
from crossline.knowledge import Knowledge

CASES = [
    Observed(tuple(TECHNIQUES[0:4]), ("S1", "S9"), 2018),
    Observed(tuple(TECHNIQUES[3:7])),
    Observed(("T9999",), ("S404",), 2030),
    Observed(),
]


def given(observed, order=1):
    return answer(build_profiles(knowledge(order)), observed, shipped_weights())


@pytest.mark.parametrize("observed", CASES)
def test_probabilities_sum_to_one_and_none_is_certain(observed):
    got = given(observed)
    assert math.isclose(sum(p for _, p in got.ranking) + got.unknown, 1, abs_tol=1e-9)
    assert 0 < got.unknown < 1
    assert {group for group, _ in got.ranking} == {"G1", "G2", "G3"}


def test_a_private_tool_and_its_ways_point_to_their_group():
    assert given(CASES[0]).ranking[0][0] == "G1"


@pytest.mark.parametrize("observed", CASES)
def test_the_order_of_knowledge_changes_nothing(observed):
    assert given(observed) == given(observed, order=-1)


def test_without_any_group_the_answer_is_none_of_these():
    got = answer(build_profiles(Knowledge()), CASES[0], shipped_weights())
    assert (got.ranking, got.unknown, got.asserted) == ((), 1.0, False)


def test_a_higher_prior_of_unknown_moves_only_the_unknown():
    got = given(CASES[1])
    low, high = with_unknown(got, 0.3, 0.3), with_unknown(got, 0.7, 0.3)
    assert math.isclose(low.unknown, got.unknown)
    assert high.unknown > got.unknown
    assert [group for group, _ in high.ranking] == [group for group, _ in got.ranking]
    assert math.isclose(sum(p for _, p in high.ranking) + high.unknown, 1, abs_tol=1e-9)


@pytest.mark.parametrize("observed", CASES)
def test_every_bit_of_the_waterfall_is_accounted_for(observed):
    profiles, weights = build_profiles(knowledge()), shipped_weights()
    candidates = ("G1", "G2", "G3", NONE_OF_THESE)
    found = waterfalls(lambda seen: answer(profiles, seen, weights), observed, candidates)
    for candidate in candidates:
        assert set(found[candidate].families) == set(FAMILIES)
        total = odds_bits(probability_of(given(observed), candidate))
        assert math.isclose(found[candidate].total, total, abs_tol=1e-6)


def test_what_was_not_seen_contributes_no_bit():
    profiles, weights = build_profiles(knowledge()), shipped_weights()
    found = waterfalls(lambda seen: answer(profiles, seen, weights), CASES[1], ("G1",))
    assert found["G1"].families["software"] == pytest.approx(0)
    assert found["G1"].families["time"] == pytest.approx(0)


def write_benchmark(folder):
    said = knowledge()
    base = {
        "groups": {each: {"name": "", "aliases": []} for each in said.groups},
        "software": {each: {"name": "", "aliases": [], "type": "tool"} for each in said.software},
        "techniques": {each: {"name": each, "tactics": [], "parent": None} for each in TECHNIQUES},
        "campaigns": {},
        "reports": {each: {"name": "", "year": r.year} for each, r in said.reports.items()},
        "relations": [[r.source, r.target, r.reports] for r in said.relations],
    }
    case = {"case_id": "x", "observed": {"techniques": TECHNIQUES[:4], "software": ["S1"]}}
    (folder / "kb.json").write_bytes(msgspec.json.encode(base))
    (folder / "case.json").write_bytes(msgspec.json.encode(case))


def test_the_benchmarks_files_are_answered_in_its_form(tmp_path):
    write_benchmark(tmp_path)
    answer_file(tmp_path / "kb.json", tmp_path / "case.json", tmp_path / "answer.json")
    got = msgspec.json.decode((tmp_path / "answer.json").read_bytes())
    assert got["case_id"] == "x"
    assert got["ranking"][0][0] == "G1"
    assert math.isclose(sum(p for _, p in got["ranking"]) + got["unknown"], 1, abs_tol=1e-9)
    assert isinstance(got["assert"], bool)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("case.json", b"{"),
        ("case.json", b'{"case_id": "x", "observed": {"techniques": 3}}'),
        ("case.json", None),
        ("kb.json", b"[]"),
        ("kb.json", b'{"groups": {}, "relations": [["G1"]]}'),
        ("kb.json", b"\x1f\x8bnot gzip"),
        ("kb.json", None),
    ],
)
def test_a_broken_file_is_named_in_one_line(tmp_path, name, text):
    write_benchmark(tmp_path)
    (tmp_path / name).unlink() if text is None else (tmp_path / name).write_bytes(text)
    with pytest.raises(UsageError, match=name):
        answer_file(tmp_path / "kb.json", tmp_path / "case.json", tmp_path / "answer.json")
