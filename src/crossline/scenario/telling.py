"""Turns the steps of the plot into the records that they leave, seen or not."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from crossline.scenario.content import table
from crossline.scenario.database import Statement, audited
from crossline.scenario.dice import hexadecimal, stream, token
from crossline.scenario.estate import Host
from crossline.scenario.names import Names, filled, names_of
from crossline.scenario.plot import Step
from crossline.scenario.processes import identified
from crossline.scenario.queries import lookups, statements
from crossline.scenario.record import Truth, Value
from crossline.scenario.rounds import rounds
from crossline.scenario.scene import Emission, Scene
from crossline.scenario.subscribers import Subscriber, spelled
from crossline.scenario.timing import beats, starts, within

__all__ = ["tell"]

_DOCUMENTS = ("finance", "projects", "network", "hr", "tenders", "roaming")


@dataclass(frozen=True, slots=True)
class _Occurrence:
    """One record of an emit: when, in which place of its lists, and its own names."""

    time: datetime
    place: int
    names: Mapping[str, str] = field(default_factory=dict)
    asked: tuple[str, ...] = ()


def tell(scene: Scene) -> Iterator[Emission]:
    """The records of all steps, step by step; those of a step come emit by emit."""
    begins = starts(scene)
    turns = _turns(scene)
    for step in scene.steps:
        yield from _step(scene, step, step.play, begins[step.id], turns)
        if step.play == "CDR_QUERY":
            yield from _company(scene, step, begins[step.id], turns)


def _turns(scene: Scene) -> Mapping[str, int]:
    """Which of its actor's rounds each step is, from 1."""
    counts: dict[str, int] = {}
    found = {}
    for step in sorted(scene.steps, key=lambda step: (step.day, step.id)):
        if step.is_round:
            found[step.id] = counts[step.actor] = counts.get(step.actor, 0) + 1
    return found


def _company(
    scene: Scene, step: Step, start: datetime, turns: Mapping[str, int]
) -> Iterator[Emission]:
    """What goes with a round: the logon to the database's host, and C's look-ups of names."""
    yield from _step(scene, step, "DB_LOGON", start, turns)
    stated = table("plays")["company"]
    if step.actor == stated["actor"] and step.organisation == stated["organisation"]:
        yield from _step(scene, step, "CRM_LOOKUP", start, turns)


def _step(
    scene: Scene, step: Step, play: str, start: datetime, turns: Mapping[str, int]
) -> Iterator[Emission]:
    names = names_of(scene, step, start)
    told: list[list[_Occurrence]] = []
    for number, emit in enumerate(table("plays")[play]["emits"]):
        draw = stream(scene.seed, "emit", step.id, play, number)
        told.append(_occurrences(scene, step, emit, told, draw, start, turns, names))
        host = _host(scene, step, emit)
        log = host.organisation.database or "ora_csv" if emit["log"] == "@db" else emit["log"]
        for occurrence in told[-1]:
            root = emit.get("rides", number)
            own = _own(scene, step, play, root, occurrence.place)
            known = {**names, **own, **occurrence.names}
            fields = {
                name: filled(text, known, draw, occurrence.place)
                for name, text in emit["fields"].items()
            }
            uid = "t" + hexadecimal(
                scene.seed, scene.world, step.id, play, number, occurrence.place
            )
            truth = Truth(
                uid[:17], "malicious", step.actor, step.intrusion, step.id, step.play,
                tuple(table("plays")[play]["techniques"]), "", occurrence.asked,
                _shows(log, occurrence),
            )  # fmt: skip
            done = _finished(log, emit, fields, host, step, occurrence, known)
            yield Emission(host, log, occurrence.time, done, truth)


def _shows(log: str, occurrence: _Occurrence) -> str:
    """The kind of identity by which a record names the subscribers it is about."""
    if not occurrence.asked or log == "ora_sys":
        return ""
    names = occurrence.names
    kind = (
        "imsi" if "IMSI" in (names.get("sql", "") + names.get("lookup", "")).upper() else "msisdn"
    )
    return f"bound {kind}" if names.get("binds") else kind


def _host(scene: Scene, step: Step, emit: Mapping[str, Any]) -> Host:
    """The host in whose log an emit stands; where there is none of the role, the step's own."""
    on, here = emit.get("on"), scene.estate.hosts[step.host]
    if emit["log"] == "@db" and on == "@dbh" and here.role != "med":
        return here
    role = {"@dc": "dc", "@dbh": "bill", None: here.role}.get(on, on)
    if on is None:
        return here
    found = scene.estate.host(step.organisation, str(role))
    if found is None and on == "@dbh":
        found = scene.estate.host(step.organisation, "dwh")
    return found or here


def _occurrences(
    scene: Scene,
    step: Step,
    emit: Mapping[str, Any],
    told: Sequence[Sequence[_Occurrence]],
    draw: Random,
    start: datetime,
    turns: Mapping[str, int],
    names: Names,
) -> list[_Occurrence]:
    if emit.get("absent"):
        return []
    delay = timedelta(seconds=emit.get("delay", 0.0))
    count = filled(str(emit.get("count", 1)), {}, draw, 0)
    if "rides" in emit:
        ridden = told[emit["rides"]]
        later = timedelta(milliseconds=draw.randint(20, 400))
        kept = ridden if emit.get("per") or (emit["rides"] and count == 1) else ridden[: int(count)]
        return [
            _Occurrence(one.time + delay + later, one.place, one.names, one.asked) for one in kept
        ]
    own = _per(scene, step, emit.get("per", ""), int(count), draw, start, turns)
    total = len(own) if own is not None else int(count)
    seconds = (
        beats(draw, total, filled(emit["every"], names, draw, 0), emit["spread"])
        if "every" in emit
        else within(draw, total, emit.get("spread", 0))
    )
    return [
        _Occurrence(start + delay + timedelta(seconds=second), place, *(own[place] if own else ()))
        for place, second in enumerate(seconds)
    ]


_Own = list[tuple[Mapping[str, str], tuple[str, ...]]]
"""Names that single occurrences have of their own, and whom they are about."""


def _per(
    scene: Scene,
    step: Step,
    kind: str,
    count: int,
    draw: Random,
    start: datetime,
    turns: Mapping[str, int],
) -> _Own | None:
    if not kind:
        return None
    org = step.organisation
    labels = rounds(scene.world).get(step.id, ())
    whom = [scene.people.watched[label] for label in labels]
    if kind == "statement":
        log, style = (
            scene.estate.organisations[org].database,
            scene.actors[step.actor].traits["sql"],
        )
        return [
            ({"table": one.table, "sql": one.sql, "binds": one.binds},
             tuple(labels[place] for place in one.about))
            for one in statements(style, scene.people, org, log, start, whom, turns[step.id])
        ]  # fmt: skip
    if kind == "lookup":
        found = lookups(scene.people, org, start, whom)
        return [({"lookup": command}, (labels[place],)) for command, place in found]
    if kind == "name":
        share = table("plays")["company"]["share"]
        return [
            (_customer(scene, org, who, start), (label,))
            for label, who in zip(labels, whom, strict=True)
            if draw.random() < share
        ]
    victims = draw.sample(scene.people.of[org].group("victims"), count)
    return [(_customer(scene, org, scene.people.of[org].at(one), start), ()) for one in victims]


def _customer(scene: Scene, org: str, who: Subscriber, when: datetime) -> Mapping[str, str]:
    """A subscriber as a customer, and the command that gives their number another SIM."""
    operator = scene.people.of[org].organisation
    form = scene.people.form(org, "mml", when)
    number = spelled(who, "cc+nsn" if form == "imsi" else form, operator)
    digits = f"{int(hexadecimal(scene.seed, 'new SIM', who.imsi)[:9], 16) % 10**10:010}"
    return {
        "key": spelled(who, scene.people.form(org, "crm", when), operator),
        "customer": f"C-{int(hexadecimal(scene.seed, 'customer', who.msisdn)[:6], 16) % 10**7:07}",
        "swap": f'MOD IMSI: ISDN="{number}", IMSI="{who.imsi[:5]}{digits}";',
    }


def _own(scene: Scene, step: Step, play: str, root: int, place: int) -> Names:
    """Names that are new for each record, and the same in records that ride on it."""
    draw = stream(scene.seed, "own", step.id, play, root, place)
    stated, typed = table("plays")["commands"], table("plays")["typed"]["commands"]
    first = str(step.given.get("cmd", ""))
    commands = [stated.get(first, first), *typed]
    prefix = scene.estate.host(step.organisation, "file")
    net = prefix.address.rpartition(".")[0] if prefix else "10.0.0"
    return {
        "rnd": token(draw, 7),
        "i": str(place + 1),
        "staff": draw.choice(scene.estate.people[step.organisation, "staff"]),
        "command": commands[place % len(commands)] if first else typed[place % len(typed)],
        "sweep": f"{net}.{place % 254 + 1}",
        "port": str(draw.randint(32768, 60999)),
        "addr": f"{draw.randrange(16**8):08X}",
        "sshkey": hexadecimal(scene.seed, "ssh key", step.actor)[:43],
        "folder": draw.choice(_DOCUMENTS),
        "month": f"{step.day // 365 + 2017}{step.day // 31 % 12 + 1:02}",
        "to.name": scene.estate.hosts[step.given["to"]].name if "to" in step.given else "",
    }


def _finished(
    log: str,
    emit: Mapping[str, Any],
    fields: Mapping[str, Value],
    host: Host,
    step: Step,
    occurrence: _Occurrence,
    names: Mapping[str, str],
) -> Mapping[str, Value]:
    """The fields as the log has them: statements audited, processes numbered."""
    if emit["log"] == "@db":
        return audited(log, Statement(
            user=str(fields["user"]), client=names["s.name"], address=names["s.address"],
            object=str(fields["object"]), sql=str(fields["sql"]),
            binds=str(fields.get("binds", "")), action=str(fields.get("action", "SELECT")),
        ))  # fmt: skip
    if log in {"sysmon", "winsec"}:
        scope = f"{step.intrusion} {step.day}"
        many = "count" in emit
        mark = f"{step.id} {occurrence.place}" if many else ""
        return identified(log, fields, host.id, scope, mark, occurrence.time)
    return fields
