"""What happens in the world, as declared: steps, the routines of daily life, scenes of attacks."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crossline.scenario.world import content

__all__ = ["Routine", "Scene", "Step", "load_routines", "load_scenes"]

_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Step:
    """One act: how long after the start (seconds), how often, and its texts as choices by name."""

    act: str
    after: float
    repeat: tuple[int, int]
    over: float
    texts: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Routine:
    """Steps that hosts of some roles go through on some days, between two local hours."""

    name: str
    roles: frozenset[str]
    organisations: frozenset[str]
    days: frozenset[int]
    hours: tuple[float, float]
    runs: float
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Scene:
    """Steps of an attack on one host; `seconds` count from midnight UTC of the day."""

    story: str
    name: str
    host: str
    day: int
    seconds: int
    steps: tuple[Step, ...]


def load_routines() -> list[Routine]:
    """The declared routines; an empty set of organisations means all."""
    return [
        Routine(
            name=row["name"],
            roles=frozenset(row["roles"]),
            organisations=frozenset(row.get("organisations", ())),
            days=frozenset(row["days"]),
            hours=(row["hours"][0], row["hours"][1]),
            runs=row["runs"],
            steps=_steps(row),
        )
        for row in _rows("routines.toml", "routine")
    ]


def load_scenes() -> list[Scene]:
    """The declared scenes, story by story in their order."""
    return [
        Scene(
            story=row["story"],
            name=row["name"],
            host=row["host"],
            day=row["day"],
            seconds=_seconds(row["clock"]),
            steps=_steps(row),
        )
        for row in _rows("stories.toml", "scene")
    ]


def _rows(file: str, kind: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = tomllib.loads(content(file).read_text("utf-8"))[kind]
    return rows


def _steps(row: Mapping[str, Any]) -> tuple[Step, ...]:
    return tuple(_step(dict(step)) for step in row["steps"])


def _step(row: dict[str, Any]) -> Step:
    least, most = row.pop("repeat", (1, 1))
    return Step(
        act=row.pop("act"),
        after=row.pop("after"),
        repeat=(least, most),
        over=row.pop("over", 0),
        texts={
            name: tuple(value) if isinstance(value, list) else (value,)
            for name, value in row.items()
        },
    )


def _seconds(clock: str) -> int:
    hours, minutes, seconds = (int(part) for part in clock.split(":"))
    return hours * _HOUR + minutes * 60 + seconds
