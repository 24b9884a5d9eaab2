"""What the intruders do in one world, step by step, on the specification's own days."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from crossline.scenario.content import table

__all__ = ["WORLDS", "Intrusion", "Step", "intrusions", "plot", "same_story"]

WORLDS = ("H0", "H1", "H2", "H3", "H4")
_STORIES = {"I06X": "I06", "I06P": "I06"}
"""Records that are parts of one intrusion, and its id in the truth."""


@dataclass(frozen=True, slots=True)
class Intrusion:
    """One actor in one organisation; `id` is that of the truth."""

    id: str
    actor: str
    organisation: str
    way_in: str
    parent: str
    supplier: str
    possible: str
    used: str


@dataclass(frozen=True, slots=True)
class Step:
    """One act of an intruder.

    Attributes:
        id: the specification's own.
        part: the record of which it is a step (I06X is a part of the intrusion I06).
        actor: who.
        play: what, a key of plays.toml.
        host: where, an id of the estate.
        origin: from where: a host id, `@c2` or `@sup`.
        account: as whom, an id of the estate; empty: as the process that it holds.
        given: parameters of the play.
        day: on the specification's own days.
        answers: id of the mitigation that it answers, or empty.
        event: id of the public event whose date binds it, or empty.
        named: subscribers that the step itself names, if it does.
        is_tell: whether its day tells the world, so that no seed may move it by itself.
    """

    id: str
    part: str
    actor: str
    play: str
    host: str
    origin: str
    account: str
    given: Mapping[str, Any]
    day: int
    answers: str = ""
    event: str = ""
    named: tuple[str, ...] = field(default=())
    is_tell: bool = False

    @property
    def organisation(self) -> str:
        """The organisation whose host it is, by the specification's id."""
        return self.host.split(".")[0]

    @property
    def intrusion(self) -> str:
        """The intrusion's id in the truth."""
        return same_story(self.part)

    @property
    def is_round(self) -> bool:
        """Whether it asks for subscribers."""
        return self.play in {"CDR_QUERY", "HLR_QUERY"}


def same_story(part: str) -> str:
    """The id under which the truth holds a part of an intrusion."""
    return _STORIES.get(part, part)


def intrusions(world: str) -> list[Intrusion]:
    """The intrusions of a world in the order of the specification, parts merged."""
    dropped = set(table("worlds")[world]["without"])
    return [
        Intrusion(
            id=same_story(row["id"]),
            actor=row["actor"],
            organisation=row["organisation"],
            way_in=row["way_in"],
            parent=row.get("parent", ""),
            supplier=row.get("supplier", ""),
            possible=_grade(row, "possible"),
            used=_grade(row, "used"),
        )
        for row in table("intrusions")["intrusions"]
        if row["id"] not in dropped and row["way_in"] != "continues"
    ]


def _grade(row: Mapping[str, Any], name: str) -> str:
    """A grade of an intrusion; of parts, the one whose record states it."""
    rows = table("intrusions")["intrusions"]
    story = same_story(row["id"])
    return next(str(other[name]) for other in rows if other["id"] == story)


@cache
def plot(world: str) -> tuple[Step, ...]:
    """All steps of a world, by part and then in order; days are the specification's own."""
    dropped = set(table("worlds")[world]["without"])
    steps = [step for step in _steps(world) if step.part not in dropped]
    return tuple(sorted(steps, key=lambda step: (step.part, step.day)))


def _steps(world: str) -> Iterator[Step]:
    actors = {row["id"]: row["actor"] for row in table("intrusions")["intrusions"]}
    for row in table("steps")["steps"]:
        part = row["id"].split(".")[0]
        if world in row.get("worlds", WORLDS):
            yield _step(row, part, actors[part], row["day"])
    stated = table("worlds")
    for row in [*stated["queries"], *stated["deliveries"]]:
        part = row["intrusion"]
        named = row.get("targets", {}).get(world, ())
        yield _step(row, part, actors[part], row["day"][world], tuple(named), is_tell=True)


def _step(
    row: Mapping[str, Any],
    part: str,
    actor: str,
    day: int,
    named: tuple[str, ...] = (),
    *,
    is_tell: bool = False,
) -> Step:
    return Step(
        id=row["id"],
        part=part,
        actor=actor,
        play=row["play"],
        host=row["host"],
        origin=row["from"],
        account=row.get("account", ""),
        given=row.get("with", {}),
        day=day,
        answers=row.get("answers", ""),
        event=row.get("event", ""),
        named=named,
        is_tell=is_tell,
    )
