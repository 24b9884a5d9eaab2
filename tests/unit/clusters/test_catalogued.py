"""Clustering of observations by catalogued techniques and software, against one knowledge file."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossline.clusters.catalogued import cluster_case, cluster_observations, read_case
from crossline.clusters.levels import shipped_levels, total_bits
from crossline.clusters.likeness import Observed
from crossline.kernel.errors import UsageError
from crossline.knowledge import Knowledge, decode_compact

TECHNIQUES = [f"T{1000 + number}" for number in range(60)]


def base() -> dict[str, object]:
    """Twenty groups with three reports each; all use the first five techniques."""
    relations: list[list[object]] = []
    for group in range(20):
        for report in range(3):
            name = f"R{group}{report}"
            used = [
                *TECHNIQUES[:5],
                *(TECHNIQUES[5 + (group * 7 + k * (report + 1)) % 55] for k in range(5)),
            ]
            relations += [[f"G{group}", technique, [name]] for technique in used]
        relations.append([f"G{group}", f"S{group % 9}", [f"R{group}0"]])
    return {
        "groups": {f"G{group}": {"name": ""} for group in range(20)},
        "software": {f"S{number}": {"name": ""} for number in range(9)},
        "campaigns": {},
        "techniques": {name: {"name": ""} for name in TECHNIQUES},
        "reports": {f"R{group}{report}": {} for group in range(20) for report in range(3)},
        "relations": relations,
    }


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return decode_compact(json.dumps(base()).encode())


def seen(*techniques: int, software: str = "", year: int | None = 2020) -> Observed:
    return Observed(
        frozenset(TECHNIQUES[number] for number in techniques), frozenset(software.split()), year
    )


def test_rare_items_in_common_join_and_common_ones_do_not(knowledge: Knowledge) -> None:
    answer = cluster_observations(
        knowledge,
        {
            "a": seen(0, 1, 30, 41, 52, software="S77"),
            "b": seen(2, 3, 30, 41, 52, software="S77"),
            "c": seen(0, 1, 2, 3, 12, 26),
            "d": seen(0, 1, 2, 3, 17, 38),
            "e": seen(1, 4, 22, 33, 48),
        },
    )
    assert any({"a", "b"} <= set(group) for group in answer.groups)
    assert answer.probability[0, 1] > 2 * answer.probability[2, 3]


observations = st.dictionaries(
    st.text("abcdef", min_size=1, max_size=3),
    st.builds(
        Observed,
        st.frozensets(st.sampled_from(TECHNIQUES), min_size=0, max_size=9),
        st.frozensets(st.sampled_from(["S1", "S2", "S77", "S78"]), max_size=2),
        st.none() | st.integers(2010, 2025),
    ),
    min_size=2,
    max_size=7,
)


@settings(max_examples=40, deadline=None)
@given(observations)
def test_every_bit_of_a_pair_is_told_by_its_features(case: dict[str, Observed]) -> None:
    knowledge = decode_compact(json.dumps(base()).encode())
    answer = cluster_observations(knowledge, case)
    bits = total_bits(shipped_levels(), answer.bits)
    odds = np.log2(answer.probability / (1 - answer.probability))
    off = ~np.eye(len(case), dtype=bool)
    assert np.allclose(bits[off], odds[off], atol=1e-6)
    assert np.allclose(answer.probability, answer.probability.T)


@settings(max_examples=20, deadline=None)
@given(observations)
def test_the_order_of_the_items_changes_nothing(case: dict[str, Observed]) -> None:
    knowledge = decode_compact(json.dumps(base()).encode())
    turned = dict(reversed(case.items()))
    one, other = cluster_observations(knowledge, case), cluster_observations(knowledge, turned)
    assert one.groups == other.groups
    assert np.array_equal(one.probability, other.probability)


def test_the_command_writes_a_label_for_each_item_and_every_pair(tmp_path: Path) -> None:
    (tmp_path / "kb.json").write_text(json.dumps(base()))
    items = [
        {"item": f"{n:03d}", "observed": {"techniques": TECHNIQUES[n : n + 4]}} for n in range(4)
    ]
    (tmp_path / "case.json").write_text(json.dumps({"case_id": "x", "kind": "C", "items": items}))
    cluster_case(tmp_path / "kb.json", tmp_path / "case.json", tmp_path / "out.json")
    answer = json.loads((tmp_path / "out.json").read_text())
    assert sorted(answer["clusters"]) == ["000", "001", "002", "003"]
    assert len(answer["pairs"]) == 6
    assert all(0 < probability < 1 for _, _, probability in answer["pairs"])


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{", "not a case of items"),
        ('{"items": [{"item": "a"}]}', "observed"),
        (
            '{"items": [{"item": "a", "observed": {"techniques": []}}, {"item": "a", "observed": {"techniques": []}}]}',
            "twice",
        ),
    ],
)
def test_a_bad_case_is_one_line_that_says_what_is_wrong(
    tmp_path: Path, text: str, complaint: str
) -> None:
    path = tmp_path / "case.json"
    path.write_text(text)
    with pytest.raises(UsageError, match=complaint):
        read_case(path)
