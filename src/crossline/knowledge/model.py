"""What is known of groups, as facts with sources: the one shape that all readers give."""

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Campaign", "Claim", "Group", "Knowledge", "Relation", "Report", "Software", "Technique"]


@dataclass(frozen=True, slots=True)
class Claim:
    """A name that somebody gave to something: a claim with source and date, never an identity."""

    name: str
    source: str
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A group as one source draws it. `sponsors` holds who is said to stand behind it."""

    name: str
    names: tuple[Claim, ...] = ()
    sponsors: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True)
class Software:
    """A malware or tool."""

    name: str
    type: str = ""
    names: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign and the groups that it is attributed to; dates as `YYYY-MM-DD`."""

    name: str
    first_seen: str | None = None
    last_seen: str | None = None
    attributed_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Technique:
    """An ATT&CK technique; `parent` is set for sub-techniques."""

    name: str
    parent: str | None = None
    tactics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """A public report; `year` is null where no date is known."""

    name: str
    date: str | None = None
    year: int | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Relation:
    """A group, software or campaign uses a technique or software, as said in `reports`."""

    source: str
    target: str
    reports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Knowledge:
    """A body of knowledge: objects by id, and the relations between them."""

    groups: Mapping[str, Group] = field(default_factory=dict)
    software: Mapping[str, Software] = field(default_factory=dict)
    campaigns: Mapping[str, Campaign] = field(default_factory=dict)
    techniques: Mapping[str, Technique] = field(default_factory=dict)
    reports: Mapping[str, Report] = field(default_factory=dict)
    relations: tuple[Relation, ...] = ()
