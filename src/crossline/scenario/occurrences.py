"""How often, when and about whom each kind of record of an act comes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from crossline.scenario.content import table
from crossline.scenario.days import moment
from crossline.scenario.dice import hexadecimal
from crossline.scenario.names import Names, filled
from crossline.scenario.plot import Step
from crossline.scenario.queries import lookups, statements
from crossline.scenario.rounds import rounds
from crossline.scenario.scene import Scene
from crossline.scenario.subscribers import Subscriber, spelled
from crossline.scenario.timing import beats, within

__all__ = ["Act", "Occurrence", "occurrences"]

_MACHINES = frozenset({"BEACON", "TUNNEL"})
"""Plays whose records come by themselves until somebody cleans up."""


@dataclass(frozen=True, slots=True)
class Act:
    """One play as a step gives it; `turn`: which of its actor's rounds it is, from 1."""

    scene: Scene
    step: Step
    play: str
    start: datetime
    turn: int
    names: Names


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One record of an emit: when, in which place of its lists, and its own names."""

    time: datetime
    place: int
    names: Mapping[str, str] = field(default_factory=dict)
    asked: tuple[str, ...] = ()


def occurrences(
    act: Act, emit: Mapping[str, Any], told: Sequence[Sequence[Occurrence]], draw: Random
) -> list[Occurrence]:
    """The records of one emit.

    Args:
        act: what is done.
        emit: an entry of the play's `emits`.
        told: those of the emits before it.
        draw: the only chance to use.
    """
    if emit.get("absent"):
        return []
    count = int(filled(str(emit.get("count", 1)), {}, draw, 0))
    delay = timedelta(seconds=emit.get("delay", 0.0))
    if "rides" in emit:
        return _riding(emit, told[emit["rides"]], count, delay, draw)
    own = _own(act, emit.get("per", ""), count, draw)
    total = len(own) if own is not None else count
    seconds = (
        beats(draw, total, filled(emit["every"], act.names, draw, 0), emit["spread"])
        if "every" in emit
        else within(draw, total, emit.get("spread", 0))
    )
    found = [
        Occurrence(act.start + delay + timedelta(seconds=later), n, *(own[n] if own else ()))
        for n, later in enumerate(seconds)
    ]
    end = _cleaned(act)
    return [one for one in found if one.time < end] if end else found


def _riding(
    emit: Mapping[str, Any],
    ridden: Sequence[Occurrence],
    count: int,
    delay: timedelta,
    draw: Random,
) -> list[Occurrence]:
    """Records that come with others: with as many as the emit counts, or all of a single kind."""
    later = delay + timedelta(milliseconds=draw.randint(20, 400))
    kept = ridden[:count] if "count" in emit else ridden
    return [Occurrence(one.time + later, one.place, one.names, one.asked) for one in kept]


def _cleaned(act: Act) -> datetime | None:
    """When somebody cleans up what a machine does by itself; None for what people do."""
    if act.play not in _MACHINES:
        return None
    org = act.scene.estate.organisations[act.step.organisation]
    begun = act.scene.day(act.step)
    days = [
        act.scene.dates.mitigations[row["id"]]
        for row in table("mitigations")["mitigations"]
        if (row["organisation"], row["actor"]) == (org.id, act.step.actor)
    ]
    after = [day for day in days if day > begun]
    return moment(min(after), zone=org.zone) if after else None


_Own = list[tuple[Mapping[str, str], tuple[str, ...]]]
"""Names that single records have of their own, and whom they are about."""


def _own(act: Act, kind: str, count: int, draw: Random) -> _Own | None:
    """What an emit's `per` gives its records; None where all are alike."""
    if not kind:
        return None
    if kind == "victim":
        of = act.scene.people.of[act.step.organisation]
        victims = draw.sample(of.group("victims"), count)
        return [(_customer(act, of.at(index)), ()) for index in victims]
    asked = {"statement": _statements, "lookup": _lookups, "name": _names}[kind]
    labels = rounds(act.scene.world).get(act.step.id, ())
    return list(asked(act, labels, [act.scene.people.watched[label] for label in labels], draw))


def _statements(
    act: Act, labels: Sequence[str], whom: Sequence[Subscriber], _: Random
) -> Iterator[tuple[Mapping[str, str], tuple[str, ...]]]:
    org = act.step.organisation
    log = act.scene.estate.organisations[org].database
    style = act.scene.actors[act.step.actor].traits["sql"]
    for one in statements(style, act.scene.people, org, log, act.start, whom, act.turn):
        names = {"table": one.table, "sql": one.sql, "binds": one.binds}
        yield names, tuple(labels[place] for place in one.about)


def _lookups(
    act: Act, labels: Sequence[str], whom: Sequence[Subscriber], _: Random
) -> Iterator[tuple[Mapping[str, str], tuple[str, ...]]]:
    for command, place in lookups(act.scene.people, act.step.organisation, act.start, whom):
        yield {"lookup": command}, (labels[place],)


def _names(
    act: Act, labels: Sequence[str], whom: Sequence[Subscriber], draw: Random
) -> Iterator[tuple[Mapping[str, str], tuple[str, ...]]]:
    """Most of the subscribers of a round, as they are looked up by name."""
    for label, who in zip(labels, whom, strict=True):
        if draw.random() < table("plays")["company"]["share"]:
            yield _customer(act, who), (label,)


def _customer(act: Act, who: Subscriber) -> Mapping[str, str]:
    """A subscriber as a customer, and the command that gives their number another SIM."""
    people, org = act.scene.people, act.step.organisation
    operator, form = people.of[org].organisation, people.form(org, "mml", act.start)
    number = spelled(who, "cc+nsn" if form == "imsi" else form, operator)
    sim = int(hexadecimal(act.scene.seed, "new SIM", who.imsi)[:9], 16) % 10**10
    return {
        "key": spelled(who, people.form(org, "crm", act.start), operator),
        "customer": f"C-{int(hexadecimal(act.scene.seed, 'customer', who.msisdn)[:6], 16):08}"[:9],
        "swap": f'MOD IMSI: ISDN="{number}", IMSI="{who.imsi[:5]}{sim:010}";',
    }
