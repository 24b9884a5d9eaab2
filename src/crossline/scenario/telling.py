"""Turns the steps of the plot into the records that they leave, seen or not."""

from collections.abc import Iterator, Mapping
from typing import Any

from crossline.scenario.content import table
from crossline.scenario.database import Statement, audited
from crossline.scenario.days import moment
from crossline.scenario.dice import hexadecimal, stream, token
from crossline.scenario.estate import Host
from crossline.scenario.names import Names, filled, names_of
from crossline.scenario.occurrences import Act, Occurrence, occurrences
from crossline.scenario.plot import Step
from crossline.scenario.processes import identified
from crossline.scenario.record import Truth, Value
from crossline.scenario.scene import Emission, Scene
from crossline.scenario.timing import starts

__all__ = ["tell"]

_FOLDERS = ("finance", "projects", "network", "hr", "tenders", "roaming")
_NO_STATEMENTS = "ora_sys"


def tell(scene: Scene) -> Iterator[Emission]:
    """The records of all steps, step by step; those of a step come emit by emit."""
    begins, turns = starts(scene), _turns(scene)
    for step in scene.steps:
        names = names_of(scene, step, begins[step.id])
        for play in (step.play, *_company(step)):
            act = Act(scene, step, play, begins[step.id], turns.get(step.id, 0), names)
            yield from _told(act)


def _turns(scene: Scene) -> Mapping[str, int]:
    """Which of its actor's rounds each step is, from 1."""
    counts: dict[str, int] = {}
    found = {}
    for step in sorted(scene.steps, key=lambda step: (step.day, step.id)):
        if step.is_round:
            found[step.id] = counts[step.actor] = counts.get(step.actor, 0) + 1
    return found


def _company(step: Step) -> list[str]:
    """What goes with a round: the logon to the database's host, and C's look-ups of names."""
    if step.play != "CDR_QUERY":
        return []
    stated = table("plays")["company"]
    looks_up = (step.actor, step.organisation) == (stated["actor"], stated["organisation"])
    return ["DB_LOGON", "CRM_LOOKUP"] if looks_up else ["DB_LOGON"]


def _told(act: Act) -> Iterator[Emission]:
    told: list[list[Occurrence]] = []
    for number, emit in enumerate(table("plays")[act.play]["emits"]):
        draw = stream(act.scene.seed, "emit", act.step.id, act.play, number)
        told.append(occurrences(act, emit, told, draw))
        host = _host(act, emit)
        # A supplier has no database of its own; nothing it does stands in one.
        log = host.organisation.database if emit["log"] == "@db" else emit["log"]
        for one in told[-1]:
            own = _own(act, emit.get("rides", number), one.place)
            names = {**act.names, **own, **one.names}
            fields = {
                name: filled(text, names, draw, one.place) for name, text in emit["fields"].items()
            }
            done = _finished(act, emit, log, fields, host, one, names)
            yield Emission(host, log, one.time, done, _truth(act, number, log, one))


def _truth(act: Act, number: int, log: str, one: Occurrence) -> Truth:
    step, scene = act.step, act.scene
    uid = hexadecimal(scene.seed, scene.world, step.id, act.play, number, one.place)
    return Truth(
        uid=f"t{uid[:16]}",
        label="malicious",
        actor=step.actor,
        intrusion=step.intrusion,
        step=step.id,
        play=step.play,
        techniques=tuple(table("plays")[act.play]["techniques"]),
        asked=one.asked,
        shows=_shows(log, one),
    )


def _shows(log: str, one: Occurrence) -> str:
    """The kind of identity by which a record names the subscribers it is about."""
    if not one.asked or log == _NO_STATEMENTS:
        return ""
    text = one.names.get("sql", "") + one.names.get("lookup", "")
    kind = "imsi" if "IMSI" in text.upper() else "msisdn"
    return f"bound {kind}" if one.names.get("binds") else kind


def _host(act: Act, emit: Mapping[str, Any]) -> Host:
    """The host in whose log an emit stands; where there is none of the role, the step's own."""
    estate, on = act.scene.estate, emit.get("on")
    here = estate.hosts[act.step.host]
    on_database = emit["log"] == "@db" and here.role != "med"
    if on is None or on_database:
        return here
    if on == "@dbh":
        found = estate.host(act.step.organisation, "bill")
        return found or estate.host(act.step.organisation, "dwh") or here
    return estate.host(act.step.organisation, str(on).removeprefix("@")) or here


def _own(act: Act, root: int, place: int) -> Names:
    """Names that are new for each record, and the same in records that ride on it."""
    scene, step = act.scene, act.step
    draw = stream(scene.seed, "own", step.id, act.play, root, place)
    stated, typed = table("plays")["commands"], table("plays")["typed"]["commands"]
    first = str(step.given.get("cmd", ""))
    commands = [stated.get(first, first), *typed] if first else typed
    return {
        "rnd": token(draw, 7),
        "i": str(place + 1),
        "staff": draw.choice(scene.estate.people[step.organisation, "staff"]),
        "command": commands[place % len(commands)],
        "sweep": f"{act.names['o.scan'].rpartition('.')[0]}.{place % 254 + 1}",
        "port": str(draw.randint(32768, 60999)),
        "addr": f"{draw.randrange(16**8):08X}",
        "sshkey": hexadecimal(scene.seed, "ssh key", step.actor)[:43],
        "folder": draw.choice(_FOLDERS),
        "month": f"{moment(scene.day(step)):%Y%m}",
        "to.name": scene.estate.hosts[step.given["to"]].name if "to" in step.given else "",
    }


def _finished(
    act: Act,
    emit: Mapping[str, Any],
    log: str,
    fields: Mapping[str, Value],
    host: Host,
    one: Occurrence,
    names: Names,
) -> Mapping[str, Value]:
    """The fields as the log has them: statements audited, processes numbered."""
    if emit["log"] == "@db":
        return audited(log, Statement(
            user=str(fields["user"]), client=names["s.name"], address=names["s.address"],
            object=str(fields["object"]), sql=str(fields["sql"]),
            binds=str(fields.get("binds", "")), action=str(fields.get("action", "SELECT")),
        ))  # fmt: skip
    if log in {"sysmon", "winsec"}:
        scope = f"{act.step.intrusion} {act.step.day}"
        mark = f"{act.step.id} {one.place}" if "count" in emit else ""
        return identified(log, fields, host.id, scope, mark, one.time)
    return fields
