import json

import pytest

from crossline.knowledge import decode_compact
from crossline.replication import attributor, decode_case, known_before

KNOWN = decode_compact(
    json.dumps(
        {
            "groups": {
                "G1": {"name": "Copper Lantern", "aliases": ["TIN"]},
                "G2": {"name": "Slow River", "aliases": []},
            },
            "software": {"S1": {"name": "Bramble", "aliases": []}},
            "techniques": {
                t: {"name": t, "parent": None, "tactics": []} for t in ("T1", "T2", "T3")
            },
            "reports": {
                "old": {"name": "old", "date": "2019-05-01", "year": 2019},
                "new": {"name": "new", "date": "2021-05-01", "year": 2021},
                "year": {"name": "year", "date": None, "year": 2020},
            },
            "relations": [
                ["G1", "S1", ["old"]],
                ["G1", "T1", ["old", "new"]],
                ["G1", "T2", ["year"]],
                ["G2", "T3", ["new"]],
                ["G2", "T1", []],
            ],
        }
    ).encode()
)


def told(before: str) -> set[tuple[str, str]]:
    return {(r.source, r.target) for r in known_before(KNOWN, before).relations}


@pytest.mark.parametrize(
    ("before", "kept"),
    [
        ("2019-05-01", set()),
        ("2019-05-02", {("G1", "S1"), ("G1", "T1")}),
        ("2020-12-31", {("G1", "S1"), ("G1", "T1")}),
        ("2021-01-01", {("G1", "S1"), ("G1", "T1"), ("G1", "T2")}),
        ("2022-01-01", {("G1", "S1"), ("G1", "T1"), ("G1", "T2"), ("G2", "T3")}),
    ],
)
def test_only_reports_dated_wholly_before_the_cut_off_count(before, kept):
    assert told(before) == kept


def test_a_group_of_which_nothing_was_known_is_no_candidate():
    case = decode_case(
        b'{"clusters": [{"id": "X", "observed": {"techniques": [{"technique": "T3"}]}}]}'
    )
    given = attributor(KNOWN, "2020-01-01")(case.clusters[0])
    assert set(given) == {"G1", "none_of_these"}
    assert sum(given.values()) == pytest.approx(1)


def test_a_told_likeness_to_a_named_group_counts_whatever_name_is_used():
    fact = {"fact": "shares code with a tool of copper lantern"}
    plain = {"id": "X", "observed": {"techniques": [{"technique": "T3"}]}}
    like = {"id": "X", "observed": {**plain["observed"], "similarities": [fact]}}
    give = attributor(KNOWN, None)
    before, after = (
        give(decode_case(json.dumps({"clusters": [each]}).encode()).clusters[0])["G1"]
        for each in (plain, like)
    )
    assert after > before


def test_software_is_found_by_its_name():
    tool = {"name": "BRAMBLE", "attack_id": None}
    give = attributor(KNOWN, None)
    named, by_id = (
        give(
            decode_case(
                json.dumps({"clusters": [{"id": "X", "observed": {"software": [each]}}]}).encode()
            ).clusters[0]
        )
        for each in (tool, {"name": None, "attack_id": "S1"})
    )
    assert named == by_id
