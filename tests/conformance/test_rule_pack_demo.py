"""The pack on the demo world: it reports each scene of an attack that a rule can say, and of the
daily life only the backup that looks like a theft of the directory.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

import pytest
import yaml

from crossline.scenario.history import keep
from crossline.scenario.life import attacks, daily_life
from crossline.scenario.machine import Machine
from crossline.scenario.records import WindowsEvent
from crossline.scenario.script import Scene, load_scenes
from crossline.scenario.world import load_world
from crossline.sigma import match_file

PACK = files("crossline.content") / "rules"
SILENT_SCENES = {
    "a tunnel through the shell": "connections between servers are ordinary one by one",
    "from the file server to the billing host": "connections between servers are ordinary",
    "the task answers home in the quiet weeks": "a beacon is left to a statistical detector",
    "the tunnel again": "connections between servers are ordinary one by one",
    "the integrator's gateway used from outside at night": "left to the detector of habits",
}
LOOK_ALIKES = {"ntdsutil_ifm", "ntds_file_elsewhere"}


@dataclass(frozen=True)
class Told:
    """What the pack told of the demo: the rule's name, its level and the event it rests on."""

    rule: str
    level: str
    event: WindowsEvent


def rules() -> dict[str, tuple[str, str]]:
    """Name and level of each rule of the pack by id."""
    return {
        document["id"]: (document["name"], document["level"])
        for entry in PACK.iterdir()
        if entry.name.endswith(".yml")
        for document in yaml.safe_load_all(entry.read_text("utf-8"))
    }


def flat(event: WindowsEvent) -> str:
    fields: dict[str, list[str]] = {}
    for name, value in event.data:
        fields.setdefault(name or "Data", []).append(value)
    system = {
        "Channel": event.log.channel,
        "EventID": event.event_id,
        "Provider_Name": event.log.provider,
        "Computer": event.computer,
        "timestamp": event.time.isoformat(),
    }
    return json.dumps({**system, **{k: v if v[1:] else v[0] for k, v in fields.items()}})


def matches(events: list[WindowsEvent], folder: Path) -> Iterator[Told]:
    path = folder / "events.jsonl"
    path.write_text("\n".join(flat(event) for event in events) + "\n", "utf-8")
    known = rules()
    with as_file(PACK) as pack:
        for row in match_file(pack, path):
            for line in row.get("lines") or [row["line"]]:
                yield Told(*known[row["rule_id"]], events[line - 1])


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Told], list[Told]]:
    """What the pack tells of the attacks, and of the daily life, each looked at alone."""
    world = load_world()
    machines = {name: Machine(host, world) for name, host in world.hosts.items()}
    evil = keep(world, attacks(world, machines))
    daily = keep(world, daily_life(world, machines))
    return (
        list(matches(evil, tmp_path_factory.mktemp("evil"))),
        list(matches(daily, tmp_path_factory.mktemp("daily"))),
    )


@pytest.mark.parametrize("scene", load_scenes(), ids=lambda scene: scene.name)
def test_each_scene_is_told_or_declared_out_of_reach(
    scene: Scene, told: tuple[list[Told], list[Told]]
) -> None:
    world = load_world()
    start = world.moment(scene.day, scene.seconds)
    seconds = max(step.after + step.over for step in scene.steps)
    heard = {
        row.rule
        for row in told[0]
        if row.event.host == scene.host
        and 0 <= (row.event.time - start).total_seconds() <= seconds + 1
    }
    assert bool(heard) is (scene.name not in SILENT_SCENES)


def test_the_daily_life_gives_nothing_high_but_the_backup(
    told: tuple[list[Told], list[Told]],
) -> None:
    loud = {row.rule for row in told[1] if row.level in {"high", "critical"}}
    assert loud == LOOK_ALIKES
