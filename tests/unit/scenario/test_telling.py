"""The plot's records: each step leaves what its play says, in order, with nothing left to fill."""

import re
from collections import defaultdict
from itertools import pairwise

import pytest

from crossline.scenario.cast import cast
from crossline.scenario.content import table
from crossline.scenario.days import local
from crossline.scenario.plot import WORLDS
from crossline.scenario.scene import Emission, scene
from crossline.scenario.telling import tell
from crossline.scenario.timing import starts

TOLD: dict[tuple[int, str], list[Emission]] = {
    (seed, world): list(tell(scene(seed, world, "test")))
    for seed, world in ((0, "H1"), (0, "H3"), (5, "H4"))
}
UNFILLED = re.compile(r"\{[a-z_][\w.]*\}")


@pytest.mark.parametrize("which", TOLD)
def test_every_step_leaves_records(which: tuple[int, str]) -> None:
    steps = {step.id for step in scene(*which, "test").steps}

    assert {emission.truth.step for emission in TOLD[which]} == steps


@pytest.mark.parametrize("which", TOLD)
def test_no_name_is_left_unfilled(which: tuple[int, str]) -> None:
    left = [
        (emission.truth.step, name, value)
        for emission in TOLD[which]
        for name, value in emission.fields.items()
        if isinstance(value, str) and UNFILLED.search(value)
    ]

    assert left == []


@pytest.mark.parametrize("which", TOLD)
def test_every_record_has_a_name_of_its_own(which: tuple[int, str]) -> None:
    uids = [emission.truth.uid for emission in TOLD[which]]

    assert len(set(uids)) == len(uids)


def test_steps_of_one_day_are_five_to_ninety_minutes_apart() -> None:
    made = scene(0, "H1", "test")
    begins = starts(made)
    by_day = defaultdict(list)
    for step in made.steps:
        by_day[step.intrusion, made.day(step)].append(begins[step.id])

    for times in by_day.values():
        ordered = sorted(times)
        for one, other in pairwise(ordered):
            assert 5 <= (other - one).total_seconds() / 60 <= 90


def test_actors_begin_within_their_hours() -> None:
    made = scene(0, "H2", "test")
    first: dict[tuple[str, int], object] = {}
    for step in sorted(made.steps, key=lambda step: step.day):
        if (step.intrusion, step.day) in first:
            continue
        first[step.intrusion, step.day] = step
        actor = made.actors[step.actor]
        begin = local(starts(made)[step.id], actor.zone)
        hour = begin.hour + begin.minute / 60
        assert any(start <= hour <= end for start, end in actor.hours), step.id


def test_one_process_has_one_number_in_both_logs_that_show_it() -> None:
    shown = defaultdict(set)
    for emission in TOLD[0, "H1"]:
        if emission.truth.step == "I05.02" and "CommandLine" in emission.fields:
            number = emission.fields.get("NewProcessId") or hex(
                int(str(emission.fields["ProcessId"]))
            )
            shown[emission.log].add(number)

    assert shown["winsec"] <= shown["sysmon"]
    assert shown["winsec"]


def test_a_guest_uses_the_shell_of_its_host_and_is_thrown_out() -> None:
    shell = cast(0, "H3")["A"].traits["shell"]
    borrowed = [
        one for one in TOLD[0, "H3"] if one.truth.play == "SHELL_BORROW" and one.log == "iis"
    ]
    removed = [one for one in TOLD[0, "H3"] if one.truth.play == "SHELL_REMOVE"]

    assert {one.fields["cs-uri-stem"] for one in borrowed} == {shell}
    assert {one.truth.actor for one in removed} == {"A"}
    assert removed[0].fields["TargetFilename"] == cast(0, "H3")["B"].traits["loader"]


def test_customers_of_one_tool_supplier_show_one_family_and_its_versions_in_step() -> None:
    shown = defaultdict(set)
    for emission in TOLD[5, "H4"]:
        if emission.truth.play == "IMPLANT" and emission.fields.get("EventID") == 7:
            shown[emission.truth.actor].add(
                (emission.fields["Product"], str(emission.fields["FileVersion"]).split(".")[0])
            )

    assert len({product for versions in shown.values() for product, _ in versions}) == 1
    assert {"5", "6"} <= {version for versions in shown.values() for _, version in versions}


@pytest.mark.parametrize("seed", [0, 3, 11])
def test_no_two_intruders_share_a_word(seed: int) -> None:
    loaders = [actor.traits.get("loader", name) for name, actor in cast(seed, "H0").items()]
    families = {actor.traits.get("loader_family", name) for name, actor in cast(seed, "H0").items()}

    assert len(set(loaders)) == len(loaders)
    assert len(families) == len(loaders)


def test_the_data_of_all_plays_is_whole() -> None:
    plays = {row["play"] for row in table("steps")["steps"]}

    assert len(table("steps")["steps"]) == 213
    assert plays <= table("plays").keys()
    assert all(table("plays")[play]["emits"] for play in plays)
    assert set(WORLDS) <= table("worlds").keys()
