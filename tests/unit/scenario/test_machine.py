"""Processes and sessions of one host are numbered as Windows numbers them."""

from datetime import timedelta

import pytest

from crossline.scenario.machine import Machine
from crossline.scenario.world import World, load_world


@pytest.fixture(scope="module")
def world() -> World:
    return load_world()


@pytest.fixture
def machine(world: World) -> Machine:
    return Machine(world.hosts["lkl-jump01"], world)


def test_the_same_calls_give_the_same_numbers(machine: Machine, world: World) -> None:
    other = Machine(machine.host, world)
    time = world.start + timedelta(hours=3)
    account = world.account("lakeline", "nb_support")
    assert machine.open(account, "10", time) == other.open(account, "10", time)
    assert machine.start("cmd", "", machine.system, time) == other.start(
        "cmd", "", other.system, time
    )


def test_two_starts_of_one_program_at_one_time_differ(machine: Machine, world: World) -> None:
    first, second = (machine.start("cmd", "", machine.system, world.start) for _ in range(2))
    assert first.guid != second.guid


def test_a_standing_process_is_one_process(machine: Machine) -> None:
    assert machine.standing("services") is machine.standing("services")


def test_the_kernel_has_process_id_four(machine: Machine) -> None:
    assert machine.standing("system").pid_hex == "0x4"


def test_a_policy_without_command_lines_leaves_them_empty(machine: Machine, world: World) -> None:
    process = machine.start("cmd", "cmd /c dir", machine.system, world.start)
    assert (process.command_line, process.audited_command_line) == ("cmd /c dir", "")


def test_an_administrator_has_a_high_token_and_staff_a_medium_one(
    machine: Machine, world: World
) -> None:
    levels = [
        machine.open(world.account("lakeline", name), "10", world.start).label
        for name in ("ops.varga", "p.renner")
    ]
    assert [*levels, machine.system.label] == ["S-1-16-12288", "S-1-16-8192", "S-1-16-16384"]


def test_an_undeclared_program_is_an_error(machine: Machine, world: World) -> None:
    with pytest.raises(KeyError):
        machine.start("no such program", "", machine.system, world.start)
