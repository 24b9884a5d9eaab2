"""Plays a run of steps on a host: each step becomes an act with actors, each act leaves records."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from crossline.scenario.machine import SYSTEM, Machine, Process, Session
from crossline.scenario.records import WindowsEvent, defaults, fill
from crossline.scenario.script import Step
from crossline.scenario.world import Host, World, content_hashes

__all__ = ["Cast", "play"]

_ROLES = ("process", "parent", "target")


@dataclass(slots=True)
class Cast:
    """Who is on the stage: machines by host, and the labels that earlier steps have given."""

    world: World
    machines: Mapping[str, Machine]
    random: Random
    sessions: dict[tuple[str, str], Session] = field(default_factory=dict)
    processes: dict[tuple[str, str], Process] = field(default_factory=dict)


def play(cast: Cast, host: Host, start: datetime, steps: Sequence[Step]) -> Iterator[WindowsEvent]:
    """The records of a run of steps that starts on a host at a UTC time.

    Raises:
        LookupError: a step names an account, host, program, label or act that is not declared.
    """
    for step in steps:
        for seconds in _moments(step, cast.random):
            time = start + timedelta(seconds=seconds, milliseconds=cast.random.randrange(997))
            yield from _act(cast, host, time, step)


def _moments(step: Step, random: Random) -> list[float]:
    """Seconds after the start at which a step happens, repetitions included."""
    least, most = step.repeat
    times = random.randint(least, most)
    return sorted(step.after + random.uniform(0, step.over) for _ in range(times))


def _act(cast: Cast, host: Host, time: datetime, step: Step) -> Iterator[WindowsEvent]:
    texts = {name: _text(cast, host, choices) for name, choices in step.texts.items()}
    machine = cast.machines[host.name]
    actors = {role: _process(cast, machine, texts[role]) for role in _ROLES if role in texts}
    names: dict[str, object] = {
        "user_domain": host.domain,
        **_chance(cast.random),
        **texts,
        **_places(cast.world, texts),
        **actors,
    }
    if step.act == "logon":
        session: Session | None = _logon(cast, machine, time, texts)
    else:
        session = _session(cast, machine, texts.get("session"), actors.get("process"))
    if step.act == "process":
        names["process"] = _start(cast, machine, time, texts, session or machine.system)
    elif step.act == "image":
        names |= _image(texts)
    yield from fill(step.act, host, session, time, names)


def _text(cast: Cast, host: Host, choices: Sequence[str]) -> str:
    """One of the choices; `@name` stands for an account or a host of the same organisation."""
    text = cast.random.choice(choices)
    return _stand_in(cast, host, text[1:]) if text.startswith("@") else text


def _stand_in(cast: Cast, host: Host, name: str) -> str:
    if name == "owner":
        return host.owner
    organisation = host.organisation.name
    accounts = [
        account.name for account in cast.world.accounts[organisation] if account.kind == name
    ]
    hosts = [
        other.name
        for other in cast.world.hosts.values()
        if other.organisation.name == organisation and other.role == name and other != host
    ]
    return cast.random.choice(accounts or hosts)


def _chance(random: Random) -> dict[str, str]:
    """Numbers that nothing else depends on."""
    bits = f"{random.getrandbits(128):032x}"
    return {
        "port": str(random.randrange(49152, 65535)),
        "thread": str(4 * random.randrange(200, 3000)),
        "block": f"{bits[:8]}-{bits[8:12]}-4{bits[13:16]}-a{bits[17:20]}-{bits[20:]}",
    }


def _places(world: World, texts: Mapping[str, str]) -> dict[str, str]:
    """Addresses and names of the hosts that a step comes from or goes to."""
    places: dict[str, str] = {}
    if source := world.hosts.get(texts.get("source", "")):
        places |= {"address": source.address, "workstation": source.name.upper()}
    if destination := world.hosts.get(texts.get("destination", "")):
        places |= {"destination": destination.address, "destination_name": destination.fqdn}
    return places


def _logon(cast: Cast, machine: Machine, time: datetime, texts: Mapping[str, str]) -> Session:
    account = cast.world.account(machine.host.organisation.name, texts["account"])
    session = machine.open(account, texts["logon_type"], time)
    cast.sessions[machine.host.name, texts["as"]] = session
    return session


def _start(
    cast: Cast, machine: Machine, time: datetime, texts: Mapping[str, str], session: Session
) -> Process:
    process = machine.start(texts["program"], texts.get("command_line", ""), session, time)
    if "as" in texts:
        cast.processes[machine.host.name, texts["as"]] = process
    return process


def _session(
    cast: Cast, machine: Machine, label: str | None, process: Process | None
) -> Session | None:
    """The session that a step names, else the session of its process."""
    if label is None:
        return process.session if process else None
    return machine.system if label == SYSTEM else cast.sessions[machine.host.name, label]


def _process(cast: Cast, machine: Machine, label: str) -> Process:
    """A process by label; a label that no step gave names a program of the machine itself."""
    return cast.processes.get((machine.host.name, label)) or machine.standing(label)


def _image(texts: Mapping[str, str]) -> dict[str, str]:
    """Hashes and signature of a loaded library."""
    signed = texts["signed"] == "true"
    return {
        "hashes": content_hashes(texts.get("content", texts["path"].lower())),
        "signature": texts.get("company", defaults()["company"]) if signed else "-",
        "signature_status": "Valid" if signed else "Unavailable",
    }
