"""What all objects of one bundle share: time, creator, marking, and crossline's own extension."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from importlib import resources

import msgspec

from crossline.kernel.errors import UsageError
from crossline.report.facts import Facts
from crossline.report.machines.ids import content_id
from crossline.report.machines.objects import Domain, ExtensionDefinition, Identity, Observable
from crossline.report.summary import as_of

__all__ = [
    "CREATOR",
    "Frame",
    "attack_flow_objects",
    "frame_of",
    "numbers",
    "own",
    "timestamp",
    "words",
]

_EXTENSION = content_id("extension-definition", "crossline")
_NOT_DATED = "1970-01-01"

CREATOR = Identity(
    id=content_id("identity", "crossline"),
    name="crossline",
    identity_class="system",
    description="The program that wrote this bundle from the logs of the organisations in it.",
)


class _Words(msgspec.Struct, frozen=True):
    extension: str
    indicator_types: dict[str, str]


class _Published(msgspec.Struct, frozen=True):
    markings: dict[str, dict[str, object]]
    attack_flow: tuple[dict[str, object], ...]


@dataclass(frozen=True)
class Frame:
    """Time of all objects (RFC 3339) and the TLP 2.0 marking as OASIS published it."""

    created: str
    marking: Mapping[str, object]

    def whole(self, each: Domain | Observable) -> dict[str, object]:
        """An object with what all objects have (STIX 2.1 section 3.2)."""
        told: dict[str, object] = msgspec.to_builtins(each)
        told |= {"spec_version": "2.1", "object_marking_refs": [self.marking["id"]]}
        if isinstance(each, Domain):
            told |= {"created": self.created, "modified": self.created}
            told["created_by_ref"] = CREATOR.id
        return told


@cache
def words() -> _Words:
    """Words of the bundle that are data."""
    path = resources.files("crossline") / "content" / "stix" / "words.toml"
    return msgspec.toml.decode(path.read_bytes(), type=_Words)


@cache
def _published() -> _Published:
    path = resources.files("crossline") / "content" / "stix" / "published.json"
    return msgspec.json.decode(path.read_bytes(), type=_Published)


def attack_flow_objects() -> tuple[dict[str, object], ...]:
    """The definition of Attack Flow and its author, as published."""
    return _published().attack_flow


def frame_of(facts: Facts) -> Frame:
    """The frame of a case: its as-of date, or 1970-01-01 where there is neither date nor log.

    Raises:
        UsageError: the as-of date of the settings is no date.
    """
    told = as_of(facts)
    dated = told if len(facts.sources) or facts.case.settings.case.as_of else _NOT_DATED
    try:
        day = date.fromisoformat(dated)
    except ValueError:
        if facts.case.settings.case.as_of:
            raise UsageError(
                f"crossline.toml: case.as_of is {told!r}: write a date as YYYY-MM-DD"
            ) from None
        day = date.fromisoformat(_NOT_DATED)
    return Frame(
        f"{day.isoformat()}T00:00:00.000Z", _published().markings[facts.case.settings.case.tlp]
    )


def timestamp(time: datetime) -> str:
    """A time as STIX writes it (section 2.16)."""
    naive = time.astimezone(UTC).replace(tzinfo=None)
    return f"{naive.isoformat(timespec='microseconds')}Z"


def numbers(**values: object) -> dict[str, dict[str, object]]:
    """The extension with these properties, without those that are None, empty lists or mappings."""
    told = {name: each for name, each in values.items() if each not in (None, (), [], {})}
    return {_EXTENSION: {"extension_type": "property-extension"} | told}


def own() -> ExtensionDefinition:
    """The definition of crossline's extension."""
    return ExtensionDefinition(
        id=_EXTENSION,
        name="crossline",
        description="What crossline knows of an object that STIX has no property for.",
        schema=words().extension,
        version="1.0.0",
        extension_types=("property-extension",),
    )
