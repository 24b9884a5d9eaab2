"""The organisations of the world with their hosts and accounts, as one seed names them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from crossline.scenario.content import table
from crossline.scenario.days import day_of, local
from crossline.scenario.dice import chosen, stream

__all__ = ["Account", "Country", "Estate", "Host", "Organisation", "build_estate"]

_LEASE_HOURS = 8
_LEASES = (100, 40)
"""First last-octet of leased addresses, and how many there are."""


@dataclass(frozen=True, slots=True)
class Country:
    """One country: its clock (minutes ahead of UTC) and its numbering plan."""

    id: str
    name: str
    zone: int
    cc: str
    mcc: str
    trunk: str
    nsn_length: int


@dataclass(frozen=True, slots=True)
class Organisation:
    """An operator or supplier; `label` is its name in the case, `id` that of the specification."""

    id: str
    label: str
    name: str
    kind: str
    country: Country
    net: str
    public: str
    mnc: str
    database: str
    numbers: Mapping[str, str]
    later_numbers: Mapping[str, Mapping[str, Any]]
    partners: tuple[str, ...]

    @property
    def is_supplier(self) -> bool:
        """Whether it serves operators instead of subscribers."""
        return not self.database

    @property
    def zone(self) -> int:
        """Minutes that its clocks are ahead of UTC."""
        return self.country.zone

    @property
    def word(self) -> str:
        """Its name as one lower-case word."""
        return self.name.split()[0].lower()

    @property
    def domain(self) -> str:
        """Its mail domain."""
        return f"{self.word}.example"

    @property
    def windows_domain(self) -> str:
        """Its Windows domain's DNS name."""
        return f"corp.{self.domain}"

    @property
    def netbios(self) -> str:
        """Its Windows domain's short name."""
        return self.word.upper()


@dataclass(frozen=True, slots=True)
class Host:
    """One computer or network element; `id` is that of the specification, such as O1.dc1."""

    id: str
    organisation: Organisation
    role: str
    number: int
    name: str
    address: str

    @property
    def logs(self) -> tuple[str, ...]:
        """The kinds of log it keeps."""
        stated = table("estate")["roles"][self.role]["logs"]
        return tuple(self.organisation.database if log == "@db" else log for log in stated)

    @property
    def os(self) -> str:
        """`win`, `linux`, `ne` (network element) or `app`."""
        return str(table("estate")["roles"][self.role]["os"])

    @property
    def fqdn(self) -> str:
        """Its name with the domain."""
        org = self.organisation
        return f"{self.name}.{org.windows_domain if self.os == 'win' else org.domain}"


@dataclass(frozen=True, slots=True)
class Account:
    """One account with its names at logon, in databases and on network elements."""

    id: str
    kind: str
    logon: str
    database: str
    element: str
    organisations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Estate:
    """Everything that stands before anything happens.

    Attributes:
        seed: what it was drawn with.
        organisations: by the specification's id (O1 ... S2).
        hosts: by the specification's id.
        accounts: those of the plot, by id.
        people: names of the accounts of daily life by (organisation id, kind); kinds: staff, care,
            vip, admin, engineer.
    """

    seed: int
    organisations: Mapping[str, Organisation]
    hosts: Mapping[str, Host]
    accounts: Mapping[str, Account]
    people: Mapping[tuple[str, str], tuple[str, ...]]

    def host(self, organisation: str, role: str) -> Host | None:
        """The first host of a role in an organisation."""
        return self.hosts.get(f"{organisation}.{role}1")

    def hosts_of(self, organisation: str, *roles: str) -> list[Host]:
        """The hosts of an organisation, of some roles if any are given."""
        return [
            host
            for host in self.hosts.values()
            if host.organisation.id == organisation and (not roles or host.role in roles)
        ]

    def address(self, host: Host, when: datetime) -> str:
        """A host's address at a time; workstations of some organisations lease theirs (G19)."""
        leasing = table("estate")["leases"]
        if host.organisation.id not in leasing["organisations"] or host.role != leasing["role"]:
            return host.address
        here = local(when, host.organisation.zone)
        slot = (day_of(here), here.hour // _LEASE_HOURS)
        first, count = _LEASES
        shift = stream(self.seed, "lease", host.organisation.id, *slot).randrange(count)
        spacing = count // len(self.hosts_of(host.organisation.id, host.role))
        last = first + (shift + spacing * (host.number - 1)) % count
        return f"{host.address.rpartition('.')[0]}.{last}"


def build_estate(seed: int) -> Estate:
    """The estate of a seed; seed 0 has the specification's own names."""
    organisations = _organisations(seed)
    hosts = {host.id: host for org in organisations.values() for host in _hosts(seed, org)}
    accounts = _accounts(seed)
    people = {
        (org, kind): _people(seed, org, kind, accounts)
        for org in organisations
        for kind in table("estate")["people"]
    }
    return Estate(seed, organisations, hosts, accounts, people)


def _countries(seed: int) -> dict[str, Country]:
    """Countries by id; another seed gives names, codes and clocks anew, one with odd minutes."""
    rows, pools = table("organisations")["countries"], table("pools")
    draw = stream(seed, "countries")
    count = len(rows)
    names, codes = draw.sample(pools["country"], count), draw.sample(pools["cc"], count)
    networks, zones = draw.sample(pools["mcc"], count), _zones(draw, pools["zone"], count)
    if seed == 0:
        names, zones = pools["country"][:count], [row["zone"] for row in rows]
        codes, networks = [row["cc"] for row in rows], [row["mcc"] for row in rows]
    return {
        row["id"]: Country(row["id"], name, zone, cc, mcc, row["trunk"], row["nsn_length"])
        for row, name, zone, cc, mcc in zip(rows, names, zones, codes, networks, strict=True)
    }


def _zones(draw: Random, pool: list[int], count: int) -> list[int]:
    odd = draw.choice([zone for zone in pool if zone % 60])
    zones = [odd, *draw.sample([zone for zone in pool if zone % 60 == 0], count - 1)]
    draw.shuffle(zones)
    return zones


def _organisations(seed: int) -> dict[str, Organisation]:
    stated, pools = table("organisations"), table("pools")
    rows = [*stated["operators"], *stated["suppliers"]]
    draw = stream(seed, "organisations")
    operators = draw.sample(pools["operator"], len(stated["operators"]))
    suppliers = draw.sample(pools["supplier"], len(stated["suppliers"]))
    octets = draw.sample(range(10, 120), len(rows))
    labels = [f"org-{number}" for number in draw.sample(range(1, len(rows) + 1), len(rows))]
    if seed == 0:
        operators, suppliers = pools["operator"], pools["supplier"]
        octets = [int(row["net"].split(".")[1]) for row in rows]
        labels = [row["id"] for row in rows]
    names = [*operators[: len(stated["operators"])], *suppliers[: len(stated["suppliers"])]]
    countries = _countries(seed)
    return {
        row["id"]: _organisation(row, label, name, octet, countries[row["country"]])
        for row, label, name, octet in zip(rows, labels, names, octets, strict=True)
    }


def _organisation(
    row: Mapping[str, Any], label: str, name: str, octet: int, country: Country
) -> Organisation:
    public = str(row.get("public") or row["egress"])
    return Organisation(
        id=row["id"],
        label=label,
        name=name,
        kind=row["kind"],
        country=country,
        net=f"10.{octet}.0.0/16",
        public=f"198.18.{octet}.0/{public.split('/')[1]}",
        mnc=row.get("mnc", ""),
        database=row.get("database", ""),
        numbers=row.get("numbers", {}),
        later_numbers=row.get("later_numbers", {}),
        partners=tuple(row.get("suppliers") or row["serves"]),
    )


def _hosts(seed: int, org: Organisation) -> list[Host]:
    roles, hosts = list(table("estate")["roles"]), list[Host]()
    pattern = _pattern(seed, org)
    for role, count in table("estate")["hosts"][org.id].items():
        for number in range(1, count + 1):
            draw = stream(seed, "host", org.id, role, number)
            net = f"10.{org.net.split('.')[1]}.{roles.index(role) + 1}"
            name = _host_name(pattern, org, role, number, len(hosts) + 1, draw)
            place = f"{net}.{10 + number * 3 + draw.randrange(3)}"
            hosts.append(Host(f"{org.id}.{role}{number}", org, role, number, name, place))
    return hosts


def _pattern(seed: int, org: Organisation) -> str:
    """How an organisation names its hosts; another seed gives it another one's pattern."""
    patterns = table("estate")["host_names"]
    if seed == 0 or org.is_supplier:
        return str(patterns[org.id])
    operators = [row["id"] for row in table("organisations")["operators"]]
    drawn = stream(seed, "host names").sample(operators, len(operators))
    return str(patterns[drawn[operators.index(org.id)]])


def _host_name(
    pattern: str, org: Organisation, role: str, number: int, ordinal: int, draw: Random
) -> str:
    state = table("estate")["roles"][role]
    name = pattern.format(
        C=org.word[:3].upper(),
        c=org.word[0],
        ROLE=state["short"],
        ROLE3=state["short"],
        role=role,
        nn=f"{ordinal if '{ROLE' not in pattern and '{role' not in pattern else number:02}",
        SITE=draw.choice(table("pools")["site"]),
    )
    return name if state["os"] == "win" else name.lower()


def _accounts(seed: int) -> dict[str, Account]:
    """The accounts of the plot; no two of one organisation share a surname."""
    accounts: dict[str, Account] = {}
    surnames: dict[str, list[str]] = {}
    for name, stated in table("estate")["accounts"].items():
        org = name.split(".")[0]
        pool = table("pools")["last"]
        if org not in surnames:
            surnames[org] = stream(seed, "surnames", org).sample(pool, len(pool))
        accounts[name] = _account(seed, name, stated, surnames[org].pop())
    return accounts


def _account(seed: int, name: str, stated: Mapping[str, Any], last: str) -> Account:
    first = stream(seed, "first name", name).choice(table("pools")["first"])
    logon = chosen(stated["logon"], seed, "logon", name).format(first=first, last=last)
    return Account(
        id=name,
        kind=stated["kind"],
        logon=logon,
        database=chosen(stated.get("database", [logon]), seed, "database", name),
        element=chosen(stated.get("element", [logon]), seed, "element", name),
        organisations=tuple(stated.get("at", [name.split(".")[0]])),
    )


def _people(seed: int, org: str, kind: str, accounts: Mapping[str, Account]) -> tuple[str, ...]:
    """Names of one kind of people, those of the plot's accounts among them."""
    pools, stated = table("pools"), table("estate")["people"][kind]
    names = {
        stated["logon"].format(first=first, last=last)
        for first in pools["first"]
        for last in pools["last"]
    }
    lives = {
        accounts[name].logon
        for name, row in table("estate")["accounts"].items()
        if name.startswith(f"{org}.") and row.get("life") == kind
    }
    count = min(stated["count"] - len(lives), len(names - lives))
    drawn = stream(seed, "people", org, kind).sample(sorted(names - lives), count)
    return tuple(sorted({*drawn, *lives}))
