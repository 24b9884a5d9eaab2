"""The intruders as one seed draws them: their words, names and addresses, and when they work."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from ipaddress import ip_network
from random import Random
from typing import Any

from crossline.scenario.content import table
from crossline.scenario.days import is_holiday, moment
from crossline.scenario.dice import hexadecimal, stream

__all__ = ["Actor", "Infrastructure", "Loader", "cast", "loader"]

_PLACES = 3
"""How many addresses an actor uses of each of its networks."""


@dataclass(frozen=True, slots=True)
class Infrastructure:
    """Addresses and the name that an actor uses during some days (of the specification)."""

    id: str
    dns: str
    addresses: tuple[str, ...]
    days: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Actor:
    """One intruder; `traits` are templates whose words are drawn already."""

    id: str
    zone: int
    weekdays: tuple[int, ...]
    hours: tuple[tuple[int, int], ...]
    holidays: tuple[str, ...]
    country: str
    traits: Mapping[str, str]
    infrastructure: tuple[Infrastructure, ...]

    def works_on(self, day: int, seed: int) -> bool:
        """Whether a day of its own calendar is a working day."""
        if moment(day).weekday() not in self.weekdays:
            return False
        return not any(is_holiday(day, kind, self.country, seed) for kind in self.holidays)

    def start(self, day: int, draw: Random) -> datetime:
        """A moment within its hours on a day of its own calendar."""
        lengths = [end - begin for begin, end in self.hours]
        hour = draw.uniform(0, sum(lengths))
        for (begin, _), length in zip(self.hours, lengths, strict=True):
            if hour <= length:
                return moment(day, (begin + hour) * 3600, self.zone)
            hour -= length
        raise ValueError(f"{self.id} has no hours")

    def active(self, day: int, wanted: str = "") -> Infrastructure | None:
        """The infrastructure of a day of the specification: the wanted one or the newest."""
        held = [
            infra
            for infra in self.infrastructure
            if infra.id == wanted or (not wanted and infra.days[0] <= day <= infra.days[1])
        ]
        return held[-1] if held else None


@dataclass(frozen=True, slots=True)
class Loader:
    """What a delivered loader shows of its family and version."""

    product: str
    version: str
    imphash: str


@cache
def cast(seed: int, world: str) -> Mapping[str, Actor]:
    """The actors of a world under a seed, by letter."""
    nets = _networks(seed)
    return {name: _actor(seed, world, name, nets) for name in table("actors")}


def loader(seed: int, family: str, version: str) -> Loader:
    """What a version of a loader family shows; another seed gives families other names."""
    draw = stream(seed, "family", family)
    first, second = draw.sample(table("pools")["word"], 2)
    build = int(hexadecimal(seed, "build", family, version)[:4], 16)
    return Loader(
        product=f"{first.capitalize()} {second.capitalize()} Component",
        version=f"{version.removeprefix('S')}.0.{build}.0",
        imphash=hexadecimal(seed, "imphash", family, version)[:32],
    )


def _networks(seed: int) -> Mapping[str, str]:
    """The network of each infrastructure, by its id."""
    stated = {
        infra["id"]: infra["net"] for actor in table("actors").values() for infra in actor["infra"]
    }
    if seed == 0:
        return stated
    parts = [str(part) for net in table("pools")["net"] for part in ip_network(net).subnets(4)]
    return dict(zip(stated, stream(seed, "networks").sample(parts, len(stated)), strict=True))


def _actor(seed: int, world: str, name: str, nets: Mapping[str, str]) -> Actor:
    stated = table("actors")[name]
    words = _words(seed, name)
    traits = _traits(seed, world, name, stated["traits"], words)
    return Actor(
        id=name,
        zone=stated["zone"],
        weekdays=tuple(stated["weekdays"]),
        hours=tuple((begin, end) for begin, end in stated["hours"]),
        holidays=tuple(stated["holidays"]),
        country=stated.get("country", ""),
        traits=traits,
        infrastructure=tuple(
            Infrastructure(
                id=row["id"],
                dns=_with(row["dns"], words),
                addresses=_addresses(seed, row["id"], nets[row["id"]]),
                days=(row["days"][0], row["days"][1]),
            )
            for row in stated["infra"]
        ),
    )


def _addresses(seed: int, name: str, net: str) -> tuple[str, ...]:
    hosts = [str(host) for host in ip_network(net).hosts()]
    return tuple(stream(seed, "addresses", name).sample(hosts, _PLACES))


def _words(seed: int, name: str) -> Mapping[str, str]:
    """The words w1, w2 ... and service words s1, s2 ... of an actor; no two actors share one."""
    pools, names = table("pools"), list(table("actors"))
    words = stream(seed, "words").sample(pools["word"], len(pools["word"]))
    services = stream(seed, "service words").sample(pools["svc_word"], len(pools["svc_word"]))
    place = names.index(name)
    return {
        **{f"w{n}": word for n, word in enumerate(words[place :: len(names)], 1)},
        **{f"s{n}": word for n, word in enumerate(services[place :: len(names)], 1)},
    }


def _traits(
    seed: int, world: str, name: str, stated: Mapping[str, str], words: Mapping[str, str]
) -> Mapping[str, str]:
    given: dict[str, Any] = {**stated, **_places(seed, name, stated)}
    given |= table("worlds")[world].get("traits", {}).get(name, {})
    traits: dict[str, str] = {}
    for trait, text in given.items():
        traits[trait] = _with(text, {**words, **traits})
    return traits


def _places(seed: int, name: str, stated: Mapping[str, str]) -> Mapping[str, str]:
    """Where another seed lets an actor keep its shells and archives.

    The red team copies the folder of the actor whom it plays.
    """
    if seed == 0:
        return {}
    pools = table("pools")
    if name == "R":
        return {"shell_place": _places(seed, "A", table("actors")["A"]["traits"])["shell_place"]}
    draw, drawn = stream(seed, "places", name), {}
    if "shell_place" in stated:
        on_mail = stated["shell_place"] in pools["shell_mail"]
        drawn["shell_place"] = draw.choice(pools["shell_mail" if on_mail else "shell_web"])
    if "stage_place" in stated:
        drawn["stage_place"] = draw.choice(pools["stage"])
    return drawn


def _with(text: str, words: Mapping[str, str]) -> str:
    """Put words in for what they name; other names stay for the record that is written."""
    for word, value in words.items():
        text = text.replace(f"{{{word}}}", value)
    return text
