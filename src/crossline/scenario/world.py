"""The invented estate as declared: organisations, hosts, accounts and programs."""

import hashlib
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

__all__ = [
    "Account",
    "Host",
    "Organisation",
    "Program",
    "World",
    "content",
    "content_hashes",
    "load_world",
]

_CONTENT = files("crossline.content") / "demo"


@dataclass(frozen=True, slots=True)
class Organisation:
    """One organisation: its Windows domain and its zone (hours ahead of UTC)."""

    name: str
    domain: str
    dns: str
    sid: str
    hours_ahead: float


@dataclass(frozen=True, slots=True)
class Account:
    """One domain account; `kind` says what it does (staff, admin, service, backup, supplier)."""

    name: str
    kind: str
    sid: str
    domain: str

    @property
    def privileged(self) -> bool:
        """Whether its sessions get administrative rights."""
        return self.kind in {"admin", "backup"}


@dataclass(frozen=True, slots=True)
class Host:
    """One computer and what it logs; days count from the start of the world."""

    name: str
    organisation: Organisation
    role: str
    address: str
    logs: tuple[str, ...]
    owner: str
    sysmon_from: int
    silent: tuple[int, int]
    command_lines: bool

    @property
    def fqdn(self) -> str:
        """Name as Windows writes it in Computer."""
        return f"{self.name}.{self.organisation.dns}"

    @property
    def domain(self) -> str:
        """NetBIOS name of its domain."""
        return self.organisation.domain

    @property
    def domain_sid(self) -> str:
        """Security identifier of its domain."""
        return self.organisation.sid

    @property
    def dns(self) -> str:
        """DNS name of its domain."""
        return self.organisation.dns


@dataclass(frozen=True, slots=True)
class Program:
    """One program file: path, version resource, and hashes in Sysmon's form."""

    name: str
    image: str
    description: str
    original: str
    product: str
    company: str
    version: str
    hashes: str


@dataclass(frozen=True, slots=True)
class World:
    """Everything that does not change while the world runs."""

    seed: str
    start: datetime
    days: int
    hosts: dict[str, Host]
    accounts: dict[str, tuple[Account, ...]]
    programs: dict[str, Program]

    def account(self, organisation: str, name: str) -> Account:
        """The account of that name; raises LookupError if the world has none."""
        for account in self.accounts[organisation]:
            if account.name == name:
                return account
        raise LookupError(f"no account {name} in {organisation}")

    def moment(self, day: int, seconds: float) -> datetime:
        """UTC time at so many seconds after midnight UTC of a day of the world."""
        return self.start + timedelta(days=day, seconds=seconds)


def content(name: str) -> Traversable:
    """A content file of the demo."""
    return _CONTENT / name


def load_world() -> World:
    """Read the declared world."""
    declared = tomllib.loads(content("world.toml").read_text("utf-8"))
    organisations = {
        name: Organisation(name, row["domain"], row["dns"], row["sid"], _hours(row["zone"]))
        for name, row in declared["organisation"].items()
    }
    return World(
        seed=declared["seed"],
        start=datetime.combine(declared["start"], time(), UTC),
        days=declared["days"],
        hosts={
            name: _host(name, row, organisations[row["organisation"]])
            for name, row in declared["host"].items()
        },
        accounts={
            name: tuple(
                Account(
                    account,
                    row["kind"],
                    f"{organisations[name].sid}-{row['rid']}",
                    organisations[name].domain,
                )
                for account, row in rows.items()
            )
            for name, rows in declared["account"].items()
        },
        programs=_programs(),
    )


def content_hashes(text: str) -> str:
    """Hashes of an invented file, in the form of Sysmon; the same text has the same hashes."""
    data = text.encode()
    sha256 = hashlib.sha256(data).hexdigest().upper()
    md5 = hashlib.md5(data, usedforsecurity=False).hexdigest().upper()
    imphash = hashlib.md5(b"imports " + data, usedforsecurity=False).hexdigest().upper()
    return f"MD5={md5},SHA256={sha256},IMPHASH={imphash}"


def _hours(zone: str) -> float:
    hours, _, minutes = zone.partition(":")
    return int(hours) + int(minutes) / 60


def _host(name: str, row: dict[str, Any], organisation: Organisation) -> Host:
    silent = row.get("silent", [0, 0])
    return Host(
        name=name,
        organisation=organisation,
        role=row["role"],
        address=row["address"],
        logs=tuple(row["logs"]),
        owner=row.get("owner", ""),
        sysmon_from=row.get("sysmon_from", 0),
        silent=(silent[0], silent[1]),
        command_lines=row.get("command_lines", True),
    )


def _programs() -> dict[str, Program]:
    declared = tomllib.loads(content("programs.toml").read_text("utf-8"))
    programs = {}
    for name, row in declared["program"].items():
        vendor = declared["vendor"][row["vendor"]]
        programs[name] = Program(
            name=name,
            image=row["image"],
            description=row["description"],
            original=row["original"],
            product=vendor["product"],
            company=vendor["company"],
            version=vendor["version"],
            hashes=content_hashes(f"{row.get('content', name)} {vendor['version']}"),
        )
    return programs
