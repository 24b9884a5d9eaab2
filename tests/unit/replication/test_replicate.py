"""Cases in many phrasings, and the four shared ones where they are at hand."""

import json
from pathlib import Path

import pytest

from crossline.replication import Run, decode_case, replicate

SHARED = sorted((Path(__file__).parents[4] / "shared/replications").glob("*.json"))
NAMES = {
    "coincidence": "coincidence",
    "common tasking": "common_tasking",
    "independent with a common interest": "common_interest",
    "piggyback": "piggyback",
    "common tool supplier": "shared_tool_source",
    "one operator seen as several": "same_operator",
    "hand-over": "hand_over",
    "cannot tell": "cannot_tell",
}


def judged(*relations: tuple[str, str], **more: object) -> dict:
    between = [{"a": "X", "b": "Y", "kind": kind, "fact": fact} for kind, fact in relations]
    case = {"clusters": [{"id": "X"}, {"id": "Y"}], "between": between, **more}
    return replicate(decode_case(json.dumps(case).encode()), lambda _: {"none_of_these": 1.0})


def top(answer: dict) -> str:
    return max(answer["coordination"], key=answer["coordination"].get)


@pytest.mark.parametrize(
    ("expected", "relations"),
    [
        (
            "hand_over",
            [
                ("access sale", "X offered access to the network on a forum"),
                ("time relation", "Y began two days after the sale, with the account X had made"),
            ],
        ),
        (
            "hand_over",
            [
                ("credential reuse", "Y logs in with the accounts stolen by X"),
                ("hand-over", "X, an initial access broker, sold the foothold to Y"),
            ],
        ),
        (
            "shared_tool_source",
            [
                (
                    "tool supplier",
                    "one developer supplied the framework to several unrelated groups",
                ),
                ("same tool family", "both use the loader"),
            ],
        ),
        (
            "shared_tool_source",
            [
                (
                    "shared malware",
                    "the builder is leased to many customers; third groups also use it",
                )
            ],
        ),
        (
            "coincidence",
            [
                ("different aim", "X is after money by coin mining, Y after mail"),
                ("different tools", "different infrastructure and different malware, years apart"),
                ("same victim", "both hit one bank"),
            ],
        ),
        (
            "same_operator",
            [
                ("shared infrastructure", "both resolve to the same control server"),
                ("same habits", "the same typing errors in both command histories"),
            ],
        ),
        (
            "common_tasking",
            [
                ("division of labour", "each had its own share of the ministries"),
                ("common tasking", "both worked through the same list of names"),
            ],
        ),
        (
            "piggyback",
            [
                ("web shell hijack", "Y came in through the other actor's web shell"),
                ("one-sided knowledge", "X seems unaware of the guest"),
            ],
        ),
        (
            "common_interest",
            [
                (
                    "same vulnerability",
                    "both used the same chain within a week of mass exploitation",
                ),
                ("same sector", "both went for the same kind of data"),
            ],
        ),
    ],
)
def test_plain_words_lead_to_the_plain_answer(expected, relations):
    assert top(judged(*relations)) == expected


def test_nothing_told_is_an_open_question():
    answer = judged()
    assert top(answer) == "cannot_tell"
    assert answer["cannot_tell"]
    assert answer["deciding_fact"]["records"]


def test_that_nothing_was_found_is_missing_and_not_against():
    absent = [
        ("shared infrastructure", "none reported in the texts read"),
        ("no overlap found", "no shared accounts or hand-over is told"),
    ]
    assert judged(*absent)["coordination"] == judged()["coordination"]


def test_techniques_in_common_move_nothing():
    told = judged(("technique overlap", "overlaps in tactics, techniques and procedures"))
    assert told["coordination"] == judged()["coordination"]


def test_one_artefact_told_twice_counts_once():
    once = ("same tool build", "identical build on both")
    assert judged(once)["coordination"] == judged(once, once)["coordination"]


def test_the_one_that_takes_is_the_guest():
    answer = judged(("one takes from the other", "Y took the listings from X's servers"))
    relation = answer["pairs"][0]["relation"]
    assert relation["piggyback_y_on_x"] > 5 * relation["piggyback_x_on_y"]


def test_without_the_facts_that_decide_the_question_is_open_again():
    same = ("same victim", "both in one ministry")
    assert (
        top(judged(same, ("one takes from the other", "Y took data from X's servers")))
        == "piggyback"
    )
    assert top(judged(same)) == "cannot_tell"


def test_conclusions_titles_and_sources_are_not_read():
    told = ("same host", "both on the mail server")
    loud = {
        "title": "piggyback!",
        "published_conclusion": {"coordination": 1},
        "later_knowledge": 3,
    }
    assert judged(told, **loud) == judged(told)


def test_probabilities_sum_to_one_whatever_is_told():
    for relations in ([], [("same host", "both")], [("coordinated", "same list of targets")]):
        answer = judged(*relations)
        assert sum(answer["coordination"].values()) == pytest.approx(1)
        assert all(sum(p["relation"].values()) == pytest.approx(1) for p in answer["pairs"])


@pytest.mark.parametrize(
    "data", [b"{}", b'{"clusters": [{"id": "A"}]}', b'{"clusters": null, "x": 1}']
)
def test_missing_fields_mean_not_told(data):
    assert replicate(decode_case(data), lambda _: {})["pairs"] == []


@pytest.mark.parametrize("path", SHARED, ids=lambda path: path.stem)
@pytest.mark.parametrize(
    "run", [Run(), Run(inferred=False), Run(giveaways=False), Run(private_software=False)]
)
def test_a_shared_case_is_answered_as_its_analysts_accept(path, run):
    case = run.of(decode_case(path.read_bytes()))
    published = json.loads(path.read_bytes())["published_conclusion"]["coordination"]
    answer = replicate(case, lambda _: {})
    accept = {NAMES[each] for each in published["accept"]}
    assert top(answer) in accept
    for told in published.get("pairs", ()):
        pair = next(p for p in answer["pairs"] if {p["x"], p["y"]} == {told["a"], told["b"]})
        relation = {**pair["relation"]}
        relation["piggyback"] = relation.pop("piggyback_x_on_y") + relation.pop("piggyback_y_on_x")
        leader = max(relation, key=relation.get)
        assert pair["cannot_tell"] or leader in {NAMES[each] for each in told["accept"]}
        assert not (leader in {NAMES[f] for f in told["forbid"]} and relation[leader] >= 0.55)


@pytest.mark.parametrize("path", SHARED, ids=lambda path: path.stem)
def test_order_of_clusters_does_not_matter(path):
    whole = json.loads(path.read_bytes())
    turned = {**whole, "clusters": whole["clusters"][::-1]}
    one, other = (
        replicate(decode_case(json.dumps(each).encode()), lambda _: {}) for each in (whole, turned)
    )
    assert one == other


@pytest.mark.skipif(not SHARED, reason="needs ../shared/replications")
def test_the_shared_cases_are_four():
    assert len(SHARED) >= 4
