"""A run of steps: labels tie the acts of one run together."""

from random import Random
from typing import Any

import pytest

from crossline.scenario.machine import Machine
from crossline.scenario.plays import Cast, play
from crossline.scenario.records import WindowsEvent
from crossline.scenario.script import Step
from crossline.scenario.world import World, load_world

LOGON = {"as": "s", "account": "adm.okafor", "logon_type": "3", "source": "mer-mx01"}


@pytest.fixture(scope="module")
def world() -> World:
    return load_world()


def step(act: str, repeat: tuple[int, int] = (1, 1), over: float = 0, **texts: Any) -> Step:
    choices = {name.removesuffix("_"): (text,) for name, text in texts.items()}
    return Step(act, 0, repeat, over, choices)


def records(world: World, *steps: Step) -> list[tuple[WindowsEvent, dict[str, str]]]:
    machines = {name: Machine(host, world) for name, host in world.hosts.items()}
    cast = Cast(world, machines, Random(7))
    events = play(cast, world.hosts["mer-file01"], world.start, steps)
    return [(event, dict(event.data)) for event in events]


def test_a_process_runs_in_the_session_that_a_logon_opened(world: World) -> None:
    told = records(
        world,
        step("logon", **LOGON),
        step("process", program="cmd", session="s", parent="wmiprvse"),
    )
    by_id = {event.event_id: data for event, data in told}
    assert by_id[4624]["TargetLogonId"] == by_id[4672]["SubjectLogonId"] == by_id[1]["LogonId"]
    assert by_id[4624]["IpAddress"] == world.hosts["mer-mx01"].address
    assert by_id[1]["User"] == r"MERIDIA\adm.okafor"


def test_both_logs_tell_one_process_by_one_number(world: World) -> None:
    told = records(world, step("process", program="cmd", session="system", parent="services"))
    by_id = {event.event_id: data for event, data in told}
    assert int(by_id[4688]["NewProcessId"], 16) == int(by_id[1]["ProcessId"])
    assert int(by_id[4688]["ProcessId"], 16) == int(by_id[1]["ParentProcessId"])


def test_staff_get_no_administrative_rights(world: World) -> None:
    told = records(world, step("logon", **{**LOGON, "account": "t.abara"}))
    assert [event.event_id for event, _ in told] == [4624]


def test_a_connection_goes_to_the_address_of_the_named_host(world: World) -> None:
    ((_, data),) = records(
        world,
        step("connection", process="svchost", destination="mer-dc01", destination_port="135"),
    )
    assert (data["DestinationIp"], data["DestinationHostname"]) == (
        "10.20.0.10",
        "mer-dc01.corp.meridia.example",
    )


def test_a_repeated_step_stays_within_its_span(world: World) -> None:
    told = records(
        world,
        step("connection", (5, 5), 600, process="svchost", destination="192.0.2.1",
             destination_port="443"),
    )  # fmt: skip
    seconds = [(event.time - world.start).total_seconds() for event, _ in told]
    assert len(seconds) == 5
    assert 0 <= min(seconds) <= max(seconds) < 601


@pytest.mark.parametrize(
    "wrong",
    [
        step("logon", **{**LOGON, "account": "nobody"}),
        step("process", program="cmd", session="never opened", parent="services"),
        step("process", program="cmd", session="system", parent="no such program"),
        step("no such act", session="system"),
        step("file", process="svchost", path="@no such role"),
    ],
    ids=["account", "session", "parent", "act", "role"],
)
def test_a_name_that_is_not_declared_is_an_error(wrong: Step, world: World) -> None:
    with pytest.raises(LookupError):
        records(world, wrong)
