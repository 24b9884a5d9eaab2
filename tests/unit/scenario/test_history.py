"""What a host keeps of what happened to it."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from crossline.scenario.history import keep, since_clear
from crossline.scenario.machine import Machine
from crossline.scenario.records import WindowsEvent, fill
from crossline.scenario.world import World, load_world

NAMES = {"service": "Windows Update", "state": "running"}


@pytest.fixture(scope="module")
def world() -> World:
    return load_world()


def events(world: World, host: str, act: str, *days: float) -> list[WindowsEvent]:
    machine = Machine(world.hosts[host], world)
    names = {**NAMES, "process": machine.standing("svchost"), "parent": machine.standing("system")}
    return [
        event
        for day in days
        for event in fill(
            act, machine.host, machine.system, world.start + timedelta(days=day), names
        )
    ]


def test_numbers_rise_by_one_in_the_order_of_time(world: World) -> None:
    kept = keep(world, events(world, "mer-dc01", "service_state", 3, 1, 2))
    assert [event.time.day for event in kept] == [2, 3, 4]
    assert {b.record_id - a.record_id for a, b in pairwise(kept)} == {1}


def test_a_silent_host_uses_up_the_numbers_of_what_it_loses(world: World) -> None:
    kept = keep(world, events(world, "lkl-crm01", "service_state", 29, 31, 62))
    assert len(kept) == 2
    assert kept[1].record_id - kept[0].record_id == 2


def test_a_log_that_the_host_does_not_keep_leaves_nothing(world: World) -> None:
    kept = keep(world, events(world, "nb-rdg01", "process", 1))
    assert {event.log.name for event in kept} == {"security"}


def test_clearing_starts_the_numbers_anew_and_cuts_what_is_left(world: World) -> None:
    happened = [
        *events(world, "mer-bill01", "clear_security", 2),
        *(event for event in events(world, "mer-bill01", "process", 1, 3)
          if event.log.name == "security"),
    ]  # fmt: skip
    kept = keep(world, happened)
    assert [event.event_id for event in since_clear(kept)] == [1102, 4688]
    assert [event.record_id for event in kept][1:] == [1, 2]


def test_the_order_in_which_acts_are_told_does_not_matter(world: World) -> None:
    happened = events(world, "mer-dc01", "service_state", 1, 2, 3)
    assert keep(world, happened[::-1]) == keep(world, happened)
    assert keep(world, [replace(event) for event in happened]) == keep(world, happened)
