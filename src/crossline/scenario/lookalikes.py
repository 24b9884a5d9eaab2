"""Legitimate acts that resemble an intruder's: told from the same data form as the plays."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from ipaddress import ip_network
from random import Random
from typing import Any

from crossline.scenario.content import table
from crossline.scenario.database import Statement, audited
from crossline.scenario.days import LAST_DAY, local, moment
from crossline.scenario.dice import hexadecimal, stream, token
from crossline.scenario.estate import Host
from crossline.scenario.names import filled
from crossline.scenario.processes import identified
from crossline.scenario.record import Truth, Value
from crossline.scenario.scene import Emission, Scene
from crossline.scenario.subscribers import Subscriber, spelled

__all__ = ["happen"]

_RARE = 15
"""What happens every so many days or less often happens on its days, be there other life or not."""
_MONTHLY = 30
_SAMPLE = 200
_HOUR = 3600
_MINUTE = 60


def happen(scene: Scene, org: str, day: int, *, lively: bool) -> Iterator[Emission]:
    """The look-alikes of one organisation on one local day.

    Args:
        scene: the world.
        org: the organisation's id.
        day: number of the local day.
        lively: whether daily life is written on this day; if not, only rare ones happen.
    """
    for name, stated in table("lookalikes").items():
        if org in stated["organisations"] and (lively or _is_rare(stated)):
            draw = stream(scene.seed, "look-alike", name, org, day)
            for turn in range(_times(scene, name, stated, org, day, draw)):
                yield from _one(scene, name, stated, org, day, turn, draw)


def _is_rare(stated: Mapping[str, Any]) -> bool:
    return "total" in stated or "days" in stated or stated.get("every", 0) >= _RARE


def _times(
    scene: Scene, name: str, stated: Mapping[str, Any], org: str, day: int, draw: Random
) -> int:
    """How often it happens on a day."""
    if day < scene.dates.moved(stated.get("from_day", 0)) or not _is_due(
        scene, name, stated, org, day
    ):
        return 0
    scale = table("profiles")[scene.profile]["noise_scale"]
    if "per_day" in stated:
        return int(stated["per_day"] * scale + draw.random())
    times = stated.get("times", 1)
    if stated.get("scaled") or "scaled_least" in stated:
        times = max(stated.get("scaled_least", 0), int(times * scale + draw.random()))
    return int(times) if draw.random() < stated.get("share", 1) else 0


def _is_due(scene: Scene, name: str, stated: Mapping[str, Any], org: str, day: int) -> bool:
    if "days" in stated:
        return day in [scene.dates.moved(one, stated["moves_with"]) for one in stated["days"]]
    if "total" in stated:
        return day in _drawn_days(scene.seed, name, stated, org)
    if stated.get("every") == _MONTHLY:
        return moment(day).day == 1
    every = int(stated.get("every", 1))
    return bool(day % every == stream(scene.seed, "turn", name, org).randrange(every))


def _drawn_days(seed: int, name: str, stated: Mapping[str, Any], org: str) -> list[int]:
    """The days of something that happens so many times in all, organisations together."""
    draw = stream(seed, "days", name)
    days = draw.sample(range(stated.get("from_day", 300), LAST_DAY - 20), stated["total"])
    owners = stated["organisations"]
    return [day for place, day in enumerate(days) if owners[place % len(owners)] == org]


def _one(
    scene: Scene,
    name: str,
    stated: Mapping[str, Any],
    org: str,
    day: int,
    turn: int,
    draw: Random,
) -> Iterator[Emission]:
    zone = scene.estate.organisations[org].zone
    hours = stated.get("hours", (stated.get("at"),) * 2)
    start = moment(day, draw.uniform(*hours) * _HOUR, zone)
    names = _names(scene, stated, org, start, draw)
    for number, emit in enumerate(stated["emits"]):
        if draw.random() >= emit.get("share", 1) or (emit.get("once") and turn):
            continue
        for host in _hosts(scene, org, emit):
            delay = emit.get("after", 0) * _MINUTE + draw.uniform(0, emit.get("spread", 2))
            when = start + timedelta(seconds=delay)
            log = host.organisation.database if emit["log"] == "@db" else emit["log"]
            known = {**names, **_own(names, host, turn, draw, when, zone)}
            fields = {
                field: filled(text, known, draw, turn) for field, text in emit["fields"].items()
            }
            uid = hexadecimal(scene.seed, name, org, day, turn, number, host.id)
            truth = Truth("l" + uid[:16], "lookalike", play=stated["like"], lookalike=name)
            yield Emission(host, log, when, _finished(emit, log, fields, host, when, truth), truth)


def _hosts(scene: Scene, org: str, emit: Mapping[str, Any]) -> list[Host]:
    """The hosts in whose logs an emit stands; none where the organisation has none."""
    on = emit["on"]
    if on == "@dbh":
        found = scene.estate.host(org, "bill") or scene.estate.host(org, "dwh")
        return [found] if found else []
    if emit.get("each_host"):
        return scene.estate.hosts_of(org, on)
    named = f"{org}.{on}" if on[-1].isdigit() else f"{org}.{on}1"
    return [scene.estate.hosts[named]] if named in scene.estate.hosts else []


def _names(
    scene: Scene, stated: Mapping[str, Any], org: str, when: datetime, draw: Random
) -> dict[str, str]:
    operator = scene.estate.organisations[org]
    people, net = scene.estate.people, operator.net.rsplit(".", 2)[0]
    here = local(when, operator.zone)
    month = (here.replace(day=1) - timedelta(days=1)).replace(day=1)
    names = {f"{host.id.split('.')[1]}.name": host.name for host in scene.estate.hosts_of(org)}
    names |= {f"{host.role}.name": host.name for host in reversed(scene.estate.hosts_of(org))}
    names |= {kind: draw.choice(people[org, kind]) for kind in ("staff", "care", "vip", "admin")}
    names.setdefault("li.name", "li-export")
    dba = scene.estate.accounts.get(f"{org}.dba")
    return names | {
        "care.host": draw.choice(scene.estate.hosts_of(org, "care")).name,
        "dba": dba.database if dba else "",
        "o.netbios": operator.netbios,
        "o.probe": f"{net}.0.77",
        "o.psap": f"{net}.0.79",
        "o.scanner": f"{net}.0.66",
        "o.archive": f"{net}.0.90",
        "vpn": f"{net}.250.{draw.randint(10, 240)}",
        "shared": f"198.18.220.{draw.randint(1, 12)}",
        "year": f"{here:%Y}",
        "number": f"{draw.randrange(10000):04}",
        "digits": f"{draw.randrange(10**7):07}",
        "month": f"{month:%Y-%m-%d}",
        "month.number": f"{month:%Y%m}",
        "test": scene.people.of[org].test_number(draw.randint(1, 9)),
        **_supplier(scene, stated, org, draw),
        **_subscriber(scene, stated, org, when, draw),
    }


def _supplier(scene: Scene, stated: Mapping[str, Any], org: str, draw: Random) -> dict[str, str]:
    if "supplier" not in stated:
        return {}
    supplier = scene.estate.organisations[stated["supplier"]]
    engineers = [
        account.logon
        for account in scene.estate.accounts.values()
        if account.id.startswith(f"{supplier.id}.") and org in account.organisations
    ]
    hosts = [str(host) for host in ip_network(supplier.public).hosts()]
    return {
        "supplier": supplier.label,
        "engineer": draw.choice(engineers),
        "egress": draw.choice(stream(scene.seed, "egress", supplier.id).sample(hosts, 4)),
    }


def _subscriber(
    scene: Scene, stated: Mapping[str, Any], org: str, when: datetime, draw: Random
) -> dict[str, str]:
    """The subscriber whom it is about, as each system spells them."""
    group = stated.get("subscriber", "")
    if not group:
        return {}
    operator = scene.people.of[org].organisation
    who = _drawn(scene, group, org, draw)
    names = {
        f"who.{system}": spelled(who, scene.people.form(org, system, when), operator)
        for system in ("db", "mml", "crm")
    }
    names["who.mml.key"] = "IMSI" if scene.people.form(org, "mml", when) == "imsi" else "ISDN"
    number = int(hexadecimal(scene.seed, "customer", who.msisdn)[:6], 16)
    names["customer"] = f"C-{number % 10**7:07}"
    if group == "sample":
        form, of = scene.people.form(org, "db", when), scene.people.of[org]
        drawn = [of.at(draw.randrange(of.count)) for _ in range(_SAMPLE)]
        names["sample"] = ",".join(f"'{spelled(one, form, operator)}'" for one in drawn)
    return names


def _drawn(scene: Scene, group: str, org: str, draw: Random) -> Subscriber:
    of = scene.people.of[org]
    if group == "any":
        return scene.people.drawn(org, draw)
    if group == "famous":
        return scene.people.famous(org, draw)
    if group == "own":
        return of.at(draw.choice(of.group("staff_own")))
    if group == "sample":
        return of.at(draw.randrange(of.count))
    return of.at(draw.choice(of.group(group)))


def _own(
    names: Mapping[str, str], host: Host, turn: int, draw: Random, when: datetime, zone: int
) -> dict[str, str]:
    closed = local(when, zone) + timedelta(minutes=draw.randint(120, 1500))
    return {
        "i": str(turn + 1),
        "token": token(draw, 6),
        "sweep": f"{_net(host)}.{turn // 254 % 26 + 1}.{turn % 254 + 1}",
        "h.address": host.address,
        "later": f"{closed:%Y-%m-%d %H:%M}",
    }


def _net(host: Host) -> str:
    """The first two numbers of an organisation's addresses."""
    return host.organisation.net.rsplit(".", 2)[0]


def _finished(
    emit: Mapping[str, Any],
    log: str,
    fields: Mapping[str, Value],
    host: Host,
    when: datetime,
    truth: Truth,
) -> Mapping[str, Value]:
    if emit["log"] == "@db":
        return audited(log, Statement(
            user=str(fields["user"]), client=str(fields["client"]), address=host.address,
            object=str(fields["object"]), sql=str(fields["sql"]),
            action=str(fields.get("action", "SELECT")), program=str(fields["program"]),
        ))  # fmt: skip
    if log in {"sysmon", "winsec"}:
        return identified(log, fields, host.id, f"{truth.lookalike} {when.date()}", truth.uid, when)
    return fields
