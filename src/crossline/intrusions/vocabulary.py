"""The shipped data of this stage: what fields mean, what is too common, what acts are called."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

import msgspec

__all__ = [
    "ARRIVALS",
    "CONNECTIONS",
    "KINDS",
    "OWN_ADDRESSES",
    "RATES",
    "STOPS",
    "VIEWS",
    "Act",
    "Arrival",
    "Kind",
    "OwnAddress",
    "Stops",
    "View",
    "act_of",
]

_NOT_NAMED = frozenset({"formats", "codes", "creates", "logon", "observer"})

Form = Literal["hash", "path", "folder", "page", "name", "address", "account", "encoded"]


class View(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where records of some formats and event ids name what acted: field names, best first."""

    formats: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    creates: bool = False
    logon: bool = False
    observer: bool = False
    guid: tuple[str, ...] = ()
    pid: tuple[str, ...] = ()
    image: tuple[str, ...] = ()
    parent_guid: tuple[str, ...] = ()
    parent_pid: tuple[str, ...] = ()
    parent_image: tuple[str, ...] = ()
    account: tuple[str, ...] = ()
    session: tuple[str, ...] = ()
    logon_type: tuple[str, ...] = ()
    address: tuple[str, ...] = ()
    workstation: tuple[str, ...] = ()
    target: tuple[str, ...] = ()

    @property
    def named(self) -> dict[str, tuple[str, ...]]:
        """What the view can name (`guid`, `pid`, …), with the fields that hold it, best first."""
        own = msgspec.structs.asdict(self)
        return {what: own[what] for what in own if what not in _NOT_NAMED}

    @property
    def field_names(self) -> frozenset[str]:
        """All fields that the view names."""
        return frozenset(
            part for names in self.named.values() for name in names for part in name.split("\\")
        )

    def fits(self, form: str, code: str) -> bool:
        """Whether the view speaks of records of this format and event id."""
        return (not self.formats or form in self.formats) and (not self.codes or code in self.codes)


class OwnAddress(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Records that state an address of the machine itself, in `field`, where `flag` is `value`."""

    formats: tuple[str, ...]
    codes: tuple[str, ...]
    flag: str
    value: str
    field: str


class Arrival(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Records of a connection to the machine, where `flag` is `value`, from the address in `field`.

    Only connections to one of these `ports` count; the field `port` holds it.
    """

    formats: tuple[str, ...]
    codes: tuple[str, ...]
    flag: str
    value: str
    field: str
    port: str
    ports: tuple[str, ...]


class Kind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A kind of value that two events may share."""

    name: str
    words: str
    family: Literal["artefact", "network", "account"]
    form: Form
    fields: tuple[str, ...]
    codes: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()


class Stops(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What never ties two events together."""

    processes: frozenset[str]
    sessions: frozenset[str]
    accounts: tuple[str, ...]
    remote_logon_types: frozenset[str]
    services: frozenset[str]


@dataclass(frozen=True, slots=True)
class Act:
    """What some techniques come to; `order` is its usual place in an attack, from 0."""

    order: int
    words: str


def _content(name: str) -> dict[str, object]:
    path = resources.files("crossline") / "content" / "intrusions" / f"{name}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _acts() -> dict[str, Act]:
    listed = msgspec.convert(_content("acts")["act"], list[dict[str, str | list[str]]])
    return {
        technique: Act(order, str(entry["words"]))
        for order, entry in reversed(list(enumerate(listed)))
        for technique in entry["techniques"]
    }


_VIEWS = _content("views")

VIEWS = msgspec.convert(_VIEWS["view"], tuple[View, ...])
CONNECTIONS = msgspec.convert(_VIEWS["connection"], View)
OWN_ADDRESSES = msgspec.convert(_VIEWS["own_address"], tuple[OwnAddress, ...])
ARRIVALS = msgspec.convert(_VIEWS["arrival"], tuple[Arrival, ...])
KINDS = msgspec.convert(_content("kinds")["kind"], tuple[Kind, ...])
STOPS = msgspec.convert(_content("stops"), Stops)
RATES = msgspec.convert(_content("rates")["level"], dict[str, float])
_ACTS = _acts()


@cache
def act_of(technique: str) -> Act | None:
    """The act of an ATT&CK technique: its own, else its parent's; None if no list has it."""
    return _ACTS.get(technique) or _ACTS.get(technique.partition(".")[0])
