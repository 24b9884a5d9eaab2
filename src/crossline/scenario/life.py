"""The daily life of the estate and its attacks, as records of all hosts over all days."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from random import Random

from crossline.scenario.machine import Machine
from crossline.scenario.plays import Cast, play
from crossline.scenario.records import WindowsEvent
from crossline.scenario.script import Routine, load_routines, load_scenes
from crossline.scenario.world import Host, World

__all__ = ["attacks", "daily_life"]

_HOUR = 3600


def attacks(world: World, machines: Mapping[str, Machine]) -> Iterator[WindowsEvent]:
    """The records of all attacks; labels hold within a story."""
    casts: dict[str, Cast] = {}
    for scene in load_scenes():
        stream = _stream(world, "story", scene.story)
        cast = casts.setdefault(scene.story, Cast(world, machines, stream))
        start = world.moment(scene.day, scene.seconds)
        yield from play(cast, world.hosts[scene.host], start, scene.steps)


def daily_life(world: World, machines: Mapping[str, Machine]) -> Iterator[WindowsEvent]:
    """The records of all routines on all hosts and days.

    Each routine, host and day draws from its own stream of numbers, so that a routine more or less
    changes nothing of the others but process and session numbers.
    """
    for routine in load_routines():
        for host in world.hosts.values():
            if _has(routine, host):
                for day in range(world.days):
                    yield from _day(world, machines, routine, host, day)


def _has(routine: Routine, host: Host) -> bool:
    everywhere = not routine.organisations
    return host.role in routine.roles and (
        everywhere or host.organisation.name in routine.organisations
    )


def _day(
    world: World, machines: Mapping[str, Machine], routine: Routine, host: Host, day: int
) -> Iterator[WindowsEvent]:
    if world.moment(day, 0).weekday() not in routine.days:
        return
    random = _stream(world, routine.name, host.name, str(day))
    for _ in range(_runs(routine.runs, random)):
        local = random.uniform(*routine.hours) * _HOUR
        start = world.moment(day, local) - timedelta(hours=host.organisation.hours_ahead)
        if start >= world.start:
            yield from play(Cast(world, machines, random), host, start, routine.steps)


def _runs(mean: float, random: Random) -> int:
    """A whole number of runs with that mean."""
    return int(mean) + (random.random() < mean - int(mean))


def _stream(world: World, *names: str) -> Random:
    return Random("|".join((world.seed, *names)))  # noqa: S311 no secret: repeatable on purpose
