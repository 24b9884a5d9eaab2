"""What the data of the noise name: people, hosts, numbers, sites, each drawn for its place.

A few of everything are seen often and most seldom, so that being rare means something. Whoever
works from somewhere always does: people have their desks, keys and homes.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from crossline.scenario.dice import hexadecimal
from crossline.scenario.estate import Host
from crossline.scenario.record import LogSource, Value
from crossline.scenario.scene import Scene
from crossline.scenario.subscribers import Subscriber, spelled, swapped

__all__ = ["Draws", "Maker", "Place", "maker"]

_SKEW = 2.2
"""How much the first of a list are preferred: the place is the power of an even draw."""
_ROLES = {
    "client": ("wks", "care"),
    "windows": ("wks", "care", "file", "web", "jump", "nms", "backup", "exch"),
    "server": ("dc", "file", "exch", "web", "nms", "backup"),
    "linux": ("bill", "dwh", "med", "app", "aaa", "tac"),
    "element": ("rtr", "ggsn", "hlr"),
    "any": ("wks", "care", "file", "web", "exch", "bill", "med", "crm"),
}
# Where people work: engineers reach their systems from the jump hosts only.
_PEOPLE = {"staff": "wks", "care": "care", "vip": "care", "admin": "wks", "engineer": "jump"}
_REMOTE = "remote worker"
_REMOTE_SHARE = 3
_BASE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_SWAPPED_FORMS = {"tbcd", "ton+tbcd"}


class Place:
    """The log for which records are drawn: its host, organisation and world."""

    def __init__(self, source: LogSource, scene: Scene, random: Random) -> None:
        self.source, self.scene, self.random = source, scene, random
        self.estate, self.people = scene.estate, scene.people
        organisations = self.estate.organisations.values()
        self.organisation = next(o for o in organisations if o.label == source.organisation)
        hosts = self.estate.hosts_of(self.organisation.id)
        self.host = next(host for host in hosts if host.name == source.host)
        self.hosts = {
            kind: self.estate.hosts_of(self.organisation.id, *roles) or [self.host]
            for kind, roles in _ROLES.items()
        }


class Draws:
    """A record's place and time, and what its group of records has drawn so far."""

    __slots__ = ("estate", "memo", "organisation", "people", "place", "random", "role", "when")

    def __init__(self, place: Place, when: datetime, memo: dict[str, Value]) -> None:
        self.place, self.when, self.memo = place, when, memo
        self.organisation, self.estate, self.people = place.organisation, place.estate, place.people
        self.random, self.role = place.random, place.source.role

    def rank(self, count: int) -> int:
        """A place in a list of so many: the first often, the last seldom."""
        return int(count * self.random.random() ** _SKEW)

    def fixed(self, *purpose: object) -> int:
        """A number that one thing always has."""
        return int(
            hexadecimal(self.place.source.seed, "noise", self.organisation.id, *purpose)[:15], 16
        )

    def host(self, kind: str) -> Host:
        """A host of a role or a group of roles; without one, the host of the log."""
        if kind not in self.place.hosts:
            found = self.estate.hosts_of(self.organisation.id, kind)
            self.place.hosts[kind] = found or [self.place.host]
        hosts = self.place.hosts[kind]
        return hosts[self.rank(len(hosts))]

    def person(self, kind: str) -> str:
        """An account of daily life; workstations have an owner who does not change."""
        if kind == "owner":
            return self.owner()
        if kind == _REMOTE:
            crowd = self.crowd("staff")[::_REMOTE_SHARE] + self.crowd("engineer")
            return crowd[self.rank(len(crowd))]
        crowd = self.crowd(kind)
        return crowd[self.rank(len(crowd))]

    def crowd(self, kind: str) -> tuple[str, ...]:
        """All accounts of a kind."""
        return self.estate.people[self.organisation.id, kind]

    def owner(self) -> str:
        """Who works at the host of the log: at desks one person, on servers an administrator."""
        kind = {"wks": "staff", "care": "care"}.get(self.role, "admin")
        crowd = self.crowd(kind)
        return crowd[self.fixed("owner", self.place.source.host) % len(crowd)]

    def desk(self, kind: str, person: str) -> Host:
        """Where somebody sits."""
        role = _PEOPLE.get(kind, "wks")
        self.host(role)
        hosts = self.place.hosts[role]
        return hosts[self.fixed("desk", person) % len(hosts)]

    def subscriber(self) -> Subscriber:
        """The one whom this group of records is about."""
        found = self.memo.get("subscriber")
        if found is None:
            who = self.people.drawn(self.organisation.id, self.random)
            self.memo["subscriber"] = (who.cc, who.nsn, who.imsi, who.imei)
            return who
        return Subscriber(*found)  # type: ignore[misc]

    def program(self, name: str, user: str) -> Value:
        """What the data do not say about a program: its user, level and maker."""
        accounts = {"owner": self.owner(), "admin": self.owner()}
        if name == "user":
            known = accounts.get(user)
            return f"{self.organisation.netbios}\\{known}" if known else "NT AUTHORITY\\SYSTEM"
        if name == "level":
            return {"owner": "Medium", "admin": "High"}.get(user, "System")
        made = {"company": "Microsoft Corporation", "product": "Microsoft Windows"}
        return made.get(name, "10.0.14393.0 (rs1_release.160715-1616)")


Maker = Callable[[Draws], Value]


def maker(name: str) -> Maker:
    """What draws the thing of a name.

    Raises:
        LookupError: nothing has this name.
    """
    word, _, rest = name.partition(" ")
    if word in _WITH_ARGUMENT:
        return _WITH_ARGUMENT[word](rest)
    if name in _PLAIN:
        return _PLAIN[name]
    head, _, attribute = name.partition(".")
    if head in {*_PEOPLE, "owner", _REMOTE}:
        return _person(head, attribute)
    if head in _DOTTED:
        return _DOTTED[head](attribute)
    return _host(head, attribute)


def _integer(span: str) -> Maker:
    least, _, most = span.partition("-")
    first, width = int(least), int(most) - int(least) + 1
    return lambda draws: first + int(draws.random.random() * width)


def _hex(length: str) -> Maker:
    digits = int(length)
    return lambda draws: f"{draws.random.getrandbits(4 * digits):0{digits}x}"


def _key(of: str) -> Maker:
    """The fingerprint of the key that a person or the host has."""

    def value(draws: Draws) -> str:
        owner = draws.memo.get(of, draws.place.source.host)
        digits = int(hexadecimal(draws.place.source.seed, "key", owner), 16)
        return "".join(_BASE[digits >> 6 * place & 63] for place in range(42)) + "8"

    return value


def _person(kind: str, attribute: str) -> Maker:
    def value(draws: Draws) -> Value:
        person = str(draws.memo.setdefault(kind, draws.memo.get(kind) or draws.person(kind)))
        if not attribute:
            return person
        if attribute == "home":
            lease = draws.fixed("lease", person, draws.when.year)
            return f"{_outside(draws.fixed('home', person)).rpartition('.')[0]}.{1 + lease % 254}"
        return _of_host(draws, draws.desk(kind, person), attribute)

    return value


def _host(kind: str, attribute: str) -> Maker:
    if kind not in _ROLES and kind != "host" and not attribute:
        raise LookupError(kind)

    def value(draws: Draws) -> Value:
        place = f"{kind} chosen"
        name = draws.memo.get(place)
        if name is None:
            host = draws.place.host if kind == "host" else draws.host(kind)
            draws.memo[place] = host.id
        else:
            host = draws.estate.hosts[str(name)]
        return _of_host(draws, host, attribute)

    return value


def _of_host(draws: Draws, host: Host, attribute: str) -> Value:
    if attribute == "address":
        return draws.estate.address(host, draws.when)
    return {"name": host.name, "NAME": host.name.upper(), "fqdn": host.fqdn}[attribute]


def _organisation(attribute: str) -> Maker:
    def value(draws: Draws) -> Value:
        org = draws.organisation
        if attribute == "address":
            return f"{org.public.rpartition('.')[0]}.{1 + draws.random.getrandbits(7)}"
        return {
            "NETBIOS": org.netbios,
            "domain": org.domain,
            "windows": org.windows_domain,
            "WINDOWS": org.windows_domain.upper(),
            "net": org.net.rsplit(".", 2)[0],
        }[attribute]

    return value


def _outside(number: int) -> str:
    """An address of the internet's homes: of the range that providers share."""
    return f"100.{64 + number % 64}.{number >> 6 & 0xFF}.{1 + (number >> 14) % 254}"


def _site(attribute: str) -> Maker:
    if attribute != "address":
        raise LookupError(attribute)

    def value(draws: Draws) -> str:
        number = int(
            hexadecimal(draws.place.source.seed, "site", draws.memo.get("site", ""))[:8], 16
        )
        return f"198.19.{number & 0xFF}.{1 + (number >> 8) % 254}"

    return value


def _number(system: str) -> Maker:
    def value(draws: Draws) -> str:
        org = draws.organisation
        form = draws.people.form(org.id, system, draws.when)
        text = spelled(draws.subscriber(), form, org)
        return f"0x{text}" if form == "ton+tbcd" else text

    return value


def _register_key(draws: Draws) -> str:
    """A subscriber as a parameter of a register's command."""
    text = str(_number("mml")(draws))
    by_imsi = draws.people.form(draws.organisation.id, "mml", draws.when) == "imsi"
    return f'{"IMSI" if by_imsi else "ISDN"}="{text}"'


def _imsi(draws: Draws) -> str:
    form = draws.people.form(draws.organisation.id, "radius", draws.when)
    who = draws.subscriber()
    return f"0x{swapped(who.imsi)}" if form in _SWAPPED_FORMS else who.imsi


def _local(draws: Draws) -> datetime:
    return draws.when + timedelta(minutes=draws.place.source.zone)


def _later(draws: Draws) -> str:
    return f"{_local(draws) + timedelta(minutes=20 + draws.rank(4000)):%Y-%m-%d %H:%M}"


_WITH_ARGUMENT: dict[str, Callable[[str], Maker]] = {
    "int": _integer,
    "hex": _hex,
    "key": lambda of: _key(of.removeprefix("of ")),
}
_PLAIN: dict[str, Maker] = {
    "port": lambda draws: 32_768 + draws.random.getrandbits(14),
    "visitor": lambda draws: _outside(draws.random.getrandbits(22)),
    "date": lambda draws: f"{_local(draws):%Y%m%d}",
    "month": lambda draws: f"{_local(draws):%Y-%m}",
    "later": _later,
    "imsi": lambda draws: draws.subscriber().imsi,
    "imeisv": lambda draws: draws.subscriber().imei[:14] + "01",
    "register key": _register_key,
    "imsi.radius": _imsi,
}
_DOTTED: dict[str, Callable[[str], Maker]] = {
    "org": _organisation,
    "number": _number,
    "site": _site,
}
