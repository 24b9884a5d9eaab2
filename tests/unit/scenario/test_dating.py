"""What other seeds do to the days: they move, but neither order nor what tells the worlds."""

import pytest

from crossline.scenario.content import table
from crossline.scenario.dating import dates
from crossline.scenario.days import LAST_DAY
from crossline.scenario.plot import WORLDS, intrusions, plot

SEEDS = (1, 2, 7, 23, 1003)


@pytest.mark.parametrize("world", WORLDS)
def test_seed_0_keeps_the_days_of_the_specification(world: str) -> None:
    assert dates(0, world).steps == {step.id: step.day for step in plot(world)}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("world", WORLDS)
def test_steps_of_an_intrusion_keep_their_order(world: str, seed: int) -> None:
    days = dates(seed, world).steps
    for story in {step.intrusion for step in plot(world)}:
        steps = sorted(
            (step for step in plot(world) if step.intrusion == story), key=lambda step: step.day
        )
        assert [days[step.id] for step in steps] == sorted(days[step.id] for step in steps)
    assert all(0 <= day <= LAST_DAY for day in days.values())


@pytest.mark.parametrize("seed", SEEDS)
def test_an_intrusion_begins_after_the_one_that_it_comes_from(seed: int) -> None:
    days = dates(seed, "H3").steps
    first: dict[str, int] = {}
    for step in plot("H3"):
        first[step.intrusion] = min(days[step.id], first.get(step.intrusion, LAST_DAY))

    for one in intrusions("H3"):
        assert not one.parent or first[one.parent] < first[one.id]


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_bound_to_a_real_disclosure_never_moves(seed: int) -> None:
    days = dates(seed, "H1")

    assert days.event("PE03") == 1370
    assert all(days.steps[step.id] == step.day for step in plot("H1") if step.event)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("world", WORLDS)
def test_questions_move_with_the_calendar_only(world: str, seed: int) -> None:
    moved = dates(seed, world)
    for step in plot(world):
        if step.is_round and not step.event and step.actor != "R":
            assert moved.steps[step.id] == step.day + moved.shift


@pytest.mark.parametrize("seed", SEEDS)
def test_a_mitigation_comes_after_what_it_meets_and_its_answer_after_it(seed: int) -> None:
    moved = dates(seed, "H1")
    stated = {step.id: step.day for step in plot("H1")}
    for row in table("mitigations")["mitigations"]:
        day = moved.mitigations[row["id"]]
        met = [
            moved.steps[step.id]
            for step in plot("H1")
            if (step.actor, step.organisation) == (row["actor"], row["organisation"])
            and step.day <= row["day"]
        ]
        assert day >= max(met, default=0)
        if "steps" in row:
            old = stated[row["steps"][0]] - row["day"]
            assert moved.steps[row["steps"][0]] - day == pytest.approx(old, abs=max(1, 0.2 * old))


def test_what_is_the_same_in_all_worlds_has_the_same_day_in_all() -> None:
    found: dict[str, set[int]] = {}
    for world in WORLDS:
        days = dates(7, world).steps
        for step in plot(world):
            if not step.is_tell:
                found.setdefault(step.id, set()).add(days[step.id])

    assert all(len(days) == 1 for days in found.values())
