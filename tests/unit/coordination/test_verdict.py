import pytest

from crossline.coordination.activity import Item
from crossline.coordination.reasoned import proven_items, relations, weigh_reasoned
from crossline.coordination.verdict import verdict, without

RIVALS = ("a", "b", "c")


def test_without_an_item_its_bits_are_gone():
    p = {"a": 0.8, "b": 0.1, "c": 0.1}
    assert without(p, {"a": 3.0, "b": 0.0, "c": 0.0}) == pytest.approx(
        {"a": 1 / 3, "b": 1 / 3, "c": 1 / 3}
    )


def test_one_line_that_does_not_outdo_every_rival_leaves_the_question_open():
    found = verdict(
        {"a": 0.7, "b": 0.2, "c": 0.1}, {"i": {"a": 1.0, "b": 0.0, "c": 0.8}}, {"i": "one"}
    )
    assert found.cannot_tell
    assert found.probabilities["a"] < 0.55
    assert sum(found.probabilities.values()) == pytest.approx(1)


def test_two_lines_make_likely_and_without_a_tell_never_more_than_nine_in_ten():
    bits = {"i": {"a": 0.8, "b": 0.0, "c": 0.0}, "j": {"a": 0.8, "b": 0.0, "c": 0.0}}
    found = verdict({"a": 0.96, "b": 0.02, "c": 0.02}, bits, {"i": "one", "j": "two"})
    assert not found.cannot_tell
    assert found.probabilities["a"] == pytest.approx(0.9)


def test_two_items_of_one_family_are_one_line():
    bits = {"i": {"a": 0.8, "b": 0.0, "c": 0.0}, "j": {"a": 0.8, "b": 0.0, "c": 0.0}}
    assert verdict({"a": 0.9, "b": 0.05, "c": 0.05}, bits, {"i": "one", "j": "one"}).cannot_tell


def item(name: str, p_value: float | None) -> Item:
    return Item(name, {}, p_value, "", "")


def test_one_lucky_test_among_many_is_not_kept():
    dull = [item("joint_pauses", 0.5) for _ in range(40)]
    pairs = {("x", "y"): [*dull, item("shared_targets", 0.03)]}
    assert proven_items(pairs) == {("x", "y"): frozenset()}


def test_a_strong_test_and_what_has_no_null_are_kept():
    strong, found = item("shared_targets", 0.001), item("entered_through", None)
    assert proven_items({("x", "y"): [strong, found, item("joint_pauses", 0.7)]}) == {
        ("x", "y"): {"shared_targets", "entered_through"}
    }


@pytest.mark.parametrize(
    ("leader", "items"),
    [
        (
            "common_tasking",
            [("shared_targets", 0.003), ("asked_elsewhere_at_once", 0.004), ("takes_over", None)],
        ),
        ("common_interest", [("shared_targets", 0.003), ("asked_here_again", 0.004)]),
        (
            "piggyback",
            [("entered_through", None), ("list_follows", 0.06), ("shared_targets", 0.003)],
        ),
        (
            "shared_tool_source",
            [("builds_with_third", 0.01), ("builds_in_step", None), ("targets_apart", None)],
        ),
        ("coincidence", [("targets_apart", None)]),
    ],
)
def test_each_relations_own_traces_put_it_first(leader, items):
    weighed = weigh_reasoned([item(name, p) for name, p in items])
    assert max(weighed.probabilities, key=weighed.probabilities.get) == leader
    assert set(weighed.probabilities) == set(relations())
    for bits in weighed.bits.values():
        assert sum(bits.values()) == pytest.approx(0, abs=1e-9)
