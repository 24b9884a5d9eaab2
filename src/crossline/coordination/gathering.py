"""Brings the tables of a case into the shapes that the evidence functions compare."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import log2
from typing import Any

from crossline.coordination.activity import Activity, Surroundings
from crossline.coordination.asking import Asked, Stay
from crossline.store import Tables, select

__all__ = ["Entry", "Gathered", "gather"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MEMBER = 0.5
"""An intrusion counts for a cluster that more likely than not holds it."""

_WATCHED = 0.5
"""A person counts as watched where that is more likely than not."""

_LOST_WITHIN_DAYS = 60
"""A mitigation so long after a story's last event may still have ended it (reasoned)."""

_MOST_EVENTS = 20
"""Events cited for one value."""

_RARE_BITS = 3.0
"""A trait this rare in the estates outside the stories may mark a hand or a source (reasoned)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A way in that another intrusion opened: the guest's intrusion, the opener's, how probable."""

    intrusion: str
    parent: str
    probability: float
    event: str | None


@dataclass(slots=True)
class Gathered:
    """One cluster: what it did, whom it asked for, and the events that show each value."""

    activity: Activity
    asked: list[Asked]
    stays: list[Stay]
    intrusions: frozenset[str]
    appeared: dict[tuple[str, str], int]
    """First day of each mark of a build, by its kind and value."""
    entries: list[Entry]
    shown_by: dict[str, list[str]] = field(default_factory=dict)


def _day(time: datetime) -> int:
    return (time - _EPOCH).days


def gather(
    tables: Tables, mitigations: Iterable[Mapping[str, str]] = ()
) -> tuple[dict[str, Gathered], Surroundings]:
    """Every cluster of the case, and what they all moved in (without other clusters).

    Args:
        tables: The case's tables.
        mitigations: Rows of the side table: a story's access is lost with the mitigation that
            its organisation takes next, within two months of its last event.
    """
    members = defaultdict(set)
    for row in tables.read("cluster_members").to_pylist():
        if row["probability"] is None or row["probability"] >= _MEMBER:
            members[row["cluster_id"]].add(row["intrusion_id"])
    parts = {
        "events": _story_events(tables),
        "asked": _questions(tables),
        "traits": _with_artefact(tables.read("traits").to_pylist()),
        "stays": _with_loss(tables.read("intrusions").to_pylist(), mitigations),
        "entries": tables.read("entries").to_pylist(),
    }
    clusters = {
        cluster: _gathered(frozenset(intrusions), parts)
        for cluster, intrusions in sorted(members.items())
    }
    return clusters, _surroundings(tables, clusters.values())


def _story_events(tables: Tables) -> list[dict[str, Any]]:
    """Who did what where and when: one row for each event of a story."""
    query = """
        SELECT s.intrusion_id, i.organisation, s.event_id, s.host, lower(s.account) AS account,
            s.time
        FROM intrusion_events s JOIN intrusions i USING (intrusion_id)
        WHERE s.time IS NOT NULL ORDER BY s.intrusion_id, s.time, s.event_id
    """
    sources = {name: tables.read(name) for name in ("intrusion_events", "intrusions")}
    return list(select(sources, query).to_pylist())


def _questions(tables: Tables) -> list[dict[str, Any]]:
    """Every question of a story for a person who is more likely than not watched."""
    query = f"""
        SELECT x.intrusion_id, x.organisation, x.subscriber, e.event_id, e.time
        FROM (SELECT *, unnest(rests_on) AS event_id FROM exposure
              WHERE watched_probability >= {_WATCHED}) x
        JOIN (SELECT event_id, min(time) AS time FROM events
              WHERE event_id IN (SELECT unnest(rests_on) FROM exposure) GROUP BY event_id) e
        USING (event_id) WHERE e.time IS NOT NULL
        ORDER BY x.intrusion_id, x.subscriber, e.time, e.event_id
    """  # noqa: S608 - a constant of this module
    sources = {"exposure": tables.read("exposure"), "events": tables.dataset("events")}
    return list(select(sources, query).to_pylist())


def _gathered(intrusions: frozenset[str], parts: Mapping[str, list[dict[str, Any]]]) -> Gathered:
    mine = {
        name: [row for row in rows if row["intrusion_id"] in intrusions]
        for name, rows in parts.items()
    }
    shown: dict[str, list[str]] = defaultdict(list)
    hosts: dict[str, set[int]] = defaultdict(set)
    accounts: dict[str, set[int]] = defaultdict(set)
    hours = [0] * 24
    for row in mine["events"]:
        hours[row["time"].hour] += 1
        for kind, uses in (("host", hosts), ("account", accounts)):
            if row[kind]:
                value = f"{row['organisation']}/{row[kind]}"
                uses[value].add(_day(row["time"]))
                _cite(shown, value, row["event_id"])
    for row in mine["asked"]:
        _cite(shown, row["subscriber"], row["event_id"])
    asked = [
        Asked(row["subscriber"], row["organisation"], _day(row["time"])) for row in mine["asked"]
    ]
    rare = [row for row in mine["traits"] if _marks(row)]
    for row in rare:
        for event in row["rests_on"][:_MOST_EVENTS]:
            _cite(shown, row["artefact"], event)
    days = {_day(row["time"]) for row in (*mine["events"], *mine["asked"])}
    return Gathered(
        Activity(
            organisations=frozenset(row["organisation"] for row in mine["stays"]),
            watched=_firsts(asked),
            hosts={value: tuple(sorted(each)) for value, each in hosts.items()},
            accounts={value: tuple(sorted(each)) for value, each in accounts.items()},
            builds=frozenset(r["artefact"] for r in rare if r["family"] == "build"),
            infrastructure=frozenset(r["value"] for r in rare if r["family"] == "infrastructure"),
            days=tuple(sorted(days)),
            hours=tuple(hours),
        ),
        asked,
        [
            Stay(r["organisation"], _day(r["last_seen"]), r["lost_day"])
            for r in mine["stays"]
            if r["last_seen"]
        ],
        intrusions,
        _appeared(rare),
        _entries(mine["entries"]),
        shown,
    )


def _with_loss(
    stays: list[dict[str, Any]], mitigations: Iterable[Mapping[str, str]]
) -> list[dict[str, Any]]:
    """Each story with the day on which its access was lost."""
    taken = [(row["organisation"], _told_day(row.get("time", ""))) for row in mitigations]
    for stay in stays:
        if stay["last_seen"]:
            last = _day(stay["last_seen"])
            days = [
                day
                for place, day in taken
                if place == stay["organisation"] and day and 0 <= day - last <= _LOST_WITHIN_DAYS
            ]
            stay["lost_day"] = min(days, default=last)
    return stays


def _told_day(text: str) -> int | None:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    return _day(time if time.tzinfo else time.replace(tzinfo=UTC))


def _cite(shown: dict[str, list[str]], value: str, event: str) -> None:
    if event not in shown[value] and len(shown[value]) < _MOST_EVENTS:
        shown[value].append(event)


def _with_artefact(traits: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each trait with the artefact that it marks: marks that one event shows are one artefact.

    A build's hash, name and import hash count once; so do versions that share a mark.
    """
    parent: dict[str, str] = {}

    def root(key: str) -> str:
        while parent.setdefault(key, key) != key:
            key = parent[key]
        return key

    for trait in traits:
        if trait["family"] != "build" or not _marks(trait):
            continue
        mark = f"{trait['kind']} {trait['value']}"
        for event in trait["rests_on"]:
            one, other = sorted((root(mark), root(event)))
            # Events begin with `ev_`; the smallest mark stays the name of the whole.
            first, second = (other, one) if one.startswith("ev_") else (one, other)
            parent[second] = first
    for trait in traits:
        mark = f"{trait['kind']} {trait['value']}"
        trait["artefact"] = root(mark) if mark in parent else trait["value"]
    return traits


def _appeared(traits: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], int]:
    days: dict[tuple[str, str], int] = {}
    for trait in traits:
        if trait["family"] == "build" and trait["first_time"]:
            mark, day = (trait["kind"], trait["value"]), _day(trait["first_time"])
            days[mark] = min(day, days.get(mark, day))
    return days


def _marks(trait: Mapping[str, Any]) -> bool:
    """Whether a trait is rare enough to be counted; what is not known to be common counts."""
    rarities = [trait[name] for name in ("world_bits", "estate_bits") if trait[name] is not None]
    return not rarities or min(rarities) >= _RARE_BITS


def _firsts(asked: Iterable[Asked]) -> dict[str, int]:
    firsts: dict[str, int] = {}
    for each in asked:
        firsts[each.person] = min(each.day, firsts.get(each.person, each.day))
    return firsts


def _entries(rows: Iterable[Mapping[str, Any]]) -> list[Entry]:
    return [
        Entry(row["intrusion_id"], row["parent_intrusion_id"], row["probability"], row["event_id"])
        for row in rows
        if row["parent_intrusion_id"] and row["probability"]
    ]


def _surroundings(tables: Tables, clusters: Iterable[Gathered]) -> Surroundings:
    """What is common to all: hosts, accounts and persons with their strata, and what is logged."""
    classes = {
        f"{row['organisation']}/{row['host']}": row["asset_class"]
        for row in tables.read("reach", ["organisation", "host", "asset_class"]).to_pylist()
    }
    coverage = tables.read("coverage", ["organisation", "host", "state"]).to_pylist()
    hosts = {f"{row['organisation']}/{row['host']}" for row in coverage if row["host"]}
    accounts: set[str] = set()
    for cluster in clusters:
        hosts.update(cluster.activity.hosts)
        accounts.update(cluster.activity.accounts)
    seen: dict[str, list[bool]] = defaultdict(list)
    for row in coverage:
        seen[row["organisation"]].append(row["state"] == "seen")
    return Surroundings(
        seen={name: sum(states) / len(states) for name, states in seen.items()},
        home={value: value.split("/", 1)[0] for value in (*hosts, *accounts)},
        host_kind={host: classes.get(host, "other") for host in sorted(hosts)},
        account_kind=dict.fromkeys(sorted(accounts), "account"),
        person_kind=_prominence(tables),
    )


def _prominence(tables: Tables) -> dict[str, tuple[str, ...]]:
    """Each person's stratum: how often everyday life asks for them, in powers of two.

    Who is prominent is asked for by many; drawing within a stratum keeps prominence fixed.
    """
    query = """
        SELECT subscriber, count(*) AS times FROM (
            SELECT unnest(subscribers) AS subscriber FROM events
            WHERE len(subscribers) > 0
              AND event_id NOT IN (SELECT event_id FROM intrusion_events))
        GROUP BY subscriber ORDER BY subscriber
    """
    sources = {
        "events": tables.dataset("events"),
        "intrusion_events": tables.read("intrusion_events", ["event_id"]),
    }
    found = select(sources, query).to_pylist()
    kinds: dict[str, tuple[str, ...]] = {
        row["subscriber"]: (str(int(log2(row["times"]))),) for row in found
    }
    for row in tables.read("exposure", ["subscriber"]).to_pylist():
        kinds.setdefault(row["subscriber"], ("0",))
    return kinds
