"""At which moments things happen: steps within an actor's hours, records within a step."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random

from crossline.scenario.dice import stream
from crossline.scenario.plot import Step
from crossline.scenario.scene import Scene

__all__ = ["beats", "starts", "within"]

_BETWEEN_STEPS = (5, 90)
"""Minutes between steps of one day."""
_BEATS_A_RUN = 30
"""A beacon beats this often while its host is on, then waits for another day."""
_DAY = 86400


def starts(scene: Scene) -> Mapping[str, datetime]:
    """When each step begins (UTC), by its id: within its actor's hours, in the plot's order."""
    found: dict[str, datetime] = {}
    latest: dict[tuple[str, int], datetime] = {}
    for step in _in_order(scene):
        chain = (step.intrusion, scene.day(step))
        draw = stream(scene.seed, "start", step.id)
        if chain in latest:
            begin = latest[chain] + timedelta(minutes=draw.uniform(*_BETWEEN_STEPS))
        else:
            begin = scene.actors[step.actor].start(scene.day(step), draw)
        found[step.id] = latest[chain] = begin
    return found


def _in_order(scene: Scene) -> list[Step]:
    """Steps by day; of one day in the order of the specification."""
    return sorted(scene.steps, key=lambda step: (step.intrusion, scene.day(step), step.day))


def within(draw: Random, count: int, spread: float) -> list[float]:
    """Seconds after its begin at which records of one kind come, in order."""
    if count == 1 or not spread:
        return [draw.uniform(0, 0.9) + place for place in range(count)]
    return sorted(draw.uniform(0, spread) for _ in range(count))


def beats(draw: Random, count: int, rhythm: str, spread: float) -> list[float]:
    """Seconds at which a beacon beats: in runs, one a day, in the rhythm stated.

    Args:
        draw: the numbers to use.
        count: how many beats in all.
        rhythm: seconds between two, and after `~` by how many percent they vary.
        spread: seconds over which the runs fall.
    """
    seconds, percent = (int(part) for part in rhythm.split("~"))
    runs = max(1, count // _BEATS_A_RUN)
    days = sorted(draw.sample(range(1, max(2, int(spread // _DAY))), runs - 1))
    times: list[float] = []
    for run, day in enumerate([0, *days]):
        now = day * _DAY + (draw.uniform(0, _DAY / 2) if day else 0.0)
        for _ in range(count // runs + (run < count % runs)):
            times.append(now)
            now += seconds * (1 + draw.uniform(-percent, percent) / 100)
    return sorted(times)
