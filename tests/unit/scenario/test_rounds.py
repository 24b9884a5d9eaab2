"""Who is asked for in each world: the figures that tell the worlds apart, measured on the plot."""

import pytest

from crossline.scenario.content import table
from crossline.scenario.plot import WORLDS, plot
from crossline.scenario.rounds import asked, pairs, rounds


@pytest.mark.parametrize(
    ("world", "questions", "same_operator", "other_operator"),
    [
        ("H0", 146, 0, 1),
        ("H1", 153, 0, 14),
        ("H2", 166, 12, 8),
        ("H3", 165, 5, 1),
        ("H4", 146, 0, 1),
    ],
)
def test_questions_and_pairs_of_two_actors_are_those_of_the_specification(
    world: str, questions: int, same_operator: int, other_operator: int
) -> None:
    assert sum(map(len, asked(world).values())) == questions
    assert pairs(world, same=True, days=14) == same_operator
    assert pairs(world, same=False, days=9) == other_operator


def test_all_worlds_ask_as_often_once_they_are_filled_up() -> None:
    totals = {world: sum(map(len, rounds(world).values())) for world in WORLDS}

    assert set(totals.values()) == {169}


@pytest.mark.parametrize("world", WORLDS)
def test_filling_up_repeats_private_subscribers_only(world: str) -> None:
    watch = table("worlds")[world]["watch"]
    actors = {step.id: step.actor for step in plot(world)}

    for name, whom in rounds(world).items():
        before = asked(world)[name]
        assert whom[: len(before)] == before
        for who in whom[len(before) :]:
            assert who in before
            assert [actor for actor, list_ in watch.items() if who in list_] == [actors[name]]


def test_under_common_tasking_an_operator_is_asked_for_a_subscriber_by_one_actor_a_month() -> None:
    seen: dict[tuple[str, str, int], set[str]] = {}
    for step in plot("H1"):
        for who in asked("H1").get(step.id, ()):
            seen.setdefault((who, step.organisation, step.day // 31), set()).add(step.actor)

    assert sum(len(actors) > 1 for actors in seen.values()) <= 1  # months are not 31 days each


@pytest.mark.parametrize("world", WORLDS)
def test_nobody_asks_where_there_are_no_records_of_the_subscriber(world: str) -> None:
    seen_at = {row["id"]: row["seen_at"] for row in table("subscribers")["watched"]}
    listed = [step for step in plot(world) if step.is_round and not step.named]

    for step in listed:
        for who in asked(world)[step.id]:
            assert step.organisation in seen_at[who] or table("worlds")[world]["policy"] == "dedupe"


def test_the_red_team_asks_for_no_subscriber() -> None:
    assert asked("H1")["I16.06"] == asked("H1")["I17.05"] == ()
