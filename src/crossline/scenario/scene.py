"""One world under one seed and profile: everything that telling it needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from crossline.scenario.cast import Actor, cast
from crossline.scenario.content import table
from crossline.scenario.dating import Dates, dates
from crossline.scenario.estate import Estate, Host, build_estate
from crossline.scenario.plot import Step, plot
from crossline.scenario.record import Truth, Value
from crossline.scenario.subscribers import People, world_key

__all__ = ["Emission", "Scene", "scene"]


class Emission(NamedTuple):
    """One record before anybody asks whether its log was kept; `time` (UTC) is the true one."""

    host: Host
    log: str
    time: datetime
    fields: Mapping[str, Value]
    truth: Truth


@dataclass(frozen=True)
class Scene:
    """One world: its estate, people, cast and dates."""

    seed: int
    world: str
    profile: str
    estate: Estate
    people: People
    actors: Mapping[str, Actor]
    dates: Dates

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The plot, without the actors whom the profile removes."""
        removed = set(table("profiles")[self.profile].get("actors_removed", ()))
        return tuple(step for step in plot(self.world) if step.actor not in removed)

    @property
    def key(self) -> bytes:
        """The key of the case's pseudonyms."""
        return world_key(self.seed)

    def day(self, step: Step) -> int:
        """The day of a step, on its actor's calendar."""
        return self.dates.steps[step.id]


def scene(seed: int, world: str, profile: str) -> Scene:
    """Set up a world; nothing is written."""
    estate = build_estate(seed)
    people = People(estate, table("profiles")[profile]["subscribers_per_operator"])
    return Scene(seed, world, profile, estate, people, cast(seed, world), dates(seed, world))
