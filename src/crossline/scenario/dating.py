"""When everything happens under a seed: days move, but neither order nor what the tells rest on.

Seed 0 keeps the specification's days. Any other moves the whole calendar by some weeks, then each
intrusion by up to three weeks and each step by up to three days. Fixed public events and what is
bound to them stay; questions after subscribers move with the calendar only, as the days between
them tell the worlds apart.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from crossline.scenario.cast import Actor, cast
from crossline.scenario.content import table
from crossline.scenario.days import LAST_DAY
from crossline.scenario.dice import stream
from crossline.scenario.plot import WORLDS, Step, plot, same_story

__all__ = ["Dates", "dates"]

_WEEKS = (-4, 2)
"""By how many weeks the calendar moves: four back at most, and as far ahead as the plot allows."""
_DRIFT = 21
_JITTER = 3
_SLOPE = 3
"""An intrusion drifts by no more than a third of the distance to a day that stays."""
_LAG = 0.15
"""By which share the time from a mitigation to its answer changes at most."""
_FOLLOWS = 60
"""A mitigation this many days after the last act that it met moves with that act."""


@dataclass(frozen=True, slots=True)
class Dates:
    """The days of one seed.

    Attributes:
        shift: days by which the calendar moved.
        steps: new days by the ids of steps.
        mitigations: new days by the ids of mitigations.
    """

    shift: int
    steps: Mapping[str, int]
    mitigations: Mapping[str, int]

    def moved(self, day: int, moves_with: str = "") -> int:
        """The new day of something else: with a step or mitigation, or with the calendar.

        The first and the last day of the world stay.
        """
        if moves_with:
            return self._anchored(day, moves_with)
        return day if day in {0, LAST_DAY} else min(max(day + self.shift, 0), LAST_DAY)

    def event(self, name: str) -> int:
        """The new day of a public event."""
        stated = table("calendar")["events"][name]
        return int(stated["day"] if stated.get("fixed") else stated["day"] + self.shift)

    def _anchored(self, day: int, name: str) -> int:
        rows = [*table("steps")["steps"], *table("mitigations")["mitigations"]]
        base = next(row["day"] for row in rows if row["id"] == name)
        return int(day - base + {**self.mitigations, **self.steps}[name])


@cache
def dates(seed: int, world: str) -> Dates:
    """The days of a world under a seed; what is the same in all worlds has the same day in all."""
    if seed == 0:
        days = {step.id: step.day for step in plot(world)}
        stated = {row["id"]: row["day"] for row in table("mitigations")["mitigations"]}
        return Dates(0, days, stated)
    shift = 7 * stream(seed, "calendar").randint(*_WEEKS)
    steps = _steps(seed, world, shift)
    return Dates(shift, steps, _mitigations(seed, world, shift, steps))


def _steps(seed: int, world: str, shift: int) -> dict[str, int]:
    days: dict[str, int] = {}
    for story in dict.fromkeys(step.intrusion for step in plot(world)):
        steps = sorted(
            (step for step in plot(world) if step.intrusion == story), key=lambda step: step.day
        )
        days |= _story(seed, world, story, steps, shift)
    return days


def _story(
    seed: int, world: str, story: str, steps: Sequence[Step], shift: int
) -> Mapping[str, int]:
    """New days of one intrusion, in the old order; steps of one day keep one day."""
    actor, stay, free = cast(seed, world)[steps[0].actor], _stay(story), _free(story)
    drift = stream(seed, "drift", story).randint(-_room(story), _room(story))
    days: dict[str, int] = {}
    last_old, last_new = -1, -1
    for step in steps:
        if step.event:
            days[step.id] = step.day
        elif step.day in stay:
            days[step.id] = step.day + shift
        else:
            if step.day != last_old:
                wanted = step.day + shift + _moved(seed, story, step.day, drift, stay, free)
                low = max([last_new, *(day + shift for day in stay if day < step.day)]) + 1
                high = min([LAST_DAY, *(day + shift - 1 for day in stay if day > step.day)])
                last_old, last_new = step.day, _working(actor, seed, wanted, low, high)
            days[step.id] = last_new
    return days


def _moved(
    seed: int, story: str, day: int, drift: int, stay: Iterable[int], free: Sequence[int]
) -> int:
    """Drift and jitter of a day, small near days that stay and near its neighbours."""
    room = min((abs(day - other) for other in stay), default=_SLOPE * _DRIFT) // _SLOPE
    near = min((abs(day - other) for other in free if other != day), default=_JITTER) // 4
    jitter = stream(seed, "jitter", story, day).randint(-_JITTER, _JITTER)
    near = min(near, room)
    return max(-room, min(drift, room)) + max(-near, min(jitter, near))


@cache
def _stay(story: str) -> frozenset[int]:
    """Days of a story's questions in any world: they move with the calendar only."""
    return frozenset(
        step.day
        for world in WORLDS
        for step in plot(world)
        if step.intrusion == story
        and (step.is_tell or (step.is_round and step.given.get("round") != "R"))
    )


@cache
def _free(story: str) -> tuple[int, ...]:
    """All days of a story in any world."""
    days = {step.day for world in WORLDS for step in plot(world) if step.intrusion == story}
    return tuple(sorted(days))


@cache
def _room(story: str) -> int:
    """How far a story may drift and still follow its parent and lead to its children."""
    first: dict[str, int] = {}
    for world in WORLDS:
        for step in plot(world):
            first[step.intrusion] = min(step.day, first.get(step.intrusion, LAST_DAY))
    gaps = [
        first[same_story(row["id"])] - first[same_story(row["parent"])]
        for row in table("intrusions")["intrusions"]
        if story in {same_story(row["id"]), same_story(row.get("parent", ""))} and "parent" in row
    ]
    return min(_DRIFT, *(gap // 5 for gap in gaps)) if gaps else _DRIFT


def _working(actor: Actor, seed: int, wanted: int, low: int, high: int) -> int:
    """The wanted day or the nearest after, else before it, on which the actor works, in bounds."""
    wanted = min(max(wanted, low), high)
    near = [*range(wanted, high + 1), *range(wanted - 1, low - 1, -1)]
    return next((day for day in near if actor.works_on(day, seed)), wanted)


def _mitigations(seed: int, world: str, shift: int, steps: Mapping[str, int]) -> Mapping[str, int]:
    days = {}
    for row in table("mitigations")["mitigations"]:
        before = [
            step
            for step in plot(world)
            if step.day <= row["day"]
            and step.actor == row["actor"]
            and step.organisation == row["organisation"]
        ]
        latest = max((steps[step.id] for step in before), default=0)
        if "steps" in row:
            answer = next(step for step in plot(world) if step.id == row["steps"][0])
            share = 1 + stream(seed, "lag", row["id"]).uniform(-_LAG, _LAG)
            lag = max(1, round((answer.day - row["day"]) * share))
            days[row["id"]] = max(steps[answer.id] - lag, latest)
        else:
            gap = row["day"] - max((step.day for step in before), default=0)
            days[row["id"]] = latest + gap if gap <= _FOLLOWS else row["day"] + shift
    return days
