"""What an indicator of compromise is, and the one form in which each kind is searched for."""

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib import resources
from ipaddress import ip_address

import msgspec

import crossline.content

__all__ = ["KINDS", "Indicator", "Kind", "Stated", "UnusableError", "day", "indicator"]


class Kind(msgspec.Struct, frozen=True):
    """One kind of indicator; the content file says what the fields mean."""

    words: str
    level: str
    not_before: str
    not_after: str
    dot_goes_on: bool


class _Content(msgspec.Struct, frozen=True):
    kinds: dict[str, Kind]
    types: dict[str, list[str]]
    defanged: dict[str, str]


_CONTENT = msgspec.convert(
    tomllib.loads(
        resources.files(crossline.content).joinpath("detections/indicators.toml").read_text("utf-8")
    ),
    _Content,
)
KINDS: dict[str, Kind] = _CONTENT.kinds
_KIND_OF_TYPE = {name: kind for kind, names in _CONTENT.types.items() for name in names}

_LABEL = r"[^\s./\\@:?#\[\]]{1,63}"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})+")
_URL = re.compile(r"[a-z][a-z0-9+.-]*://[^\s/]\S*")
_HASH = re.compile(r"[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}")
_EMAIL = re.compile(rf"[^\s@]+@{_LABEL}(?:\.{_LABEL})+")
_LEAST_NAME = 4
_EPOCH_SECONDS = re.compile(r"\d{9,11}")


class UnusableError(ValueError):
    """An entry that is not searched for; the text says why, and is the same for all like it."""


@dataclass(frozen=True, slots=True)
class Stated:
    """An entry as a feed states it: type, value, who says so, and when, in the feed's own words."""

    type: str
    value: str
    source: str
    date: str = ""


@dataclass(frozen=True, slots=True)
class Indicator:
    """One value that is searched for, in its normal form; `dated` is the earliest day stated."""

    kind: str
    value: str
    source: str
    dated: date | None = None

    @property
    def rule_id(self) -> str:
        """What stands in for a rule's id: the same for the same value from any feed."""
        return f"indicator:{self.kind}:{self.value}"


def indicator(stated: Stated) -> Indicator:
    """The indicator that an entry states.

    Raises:
        UnusableError: its type is not searched for, or its value is none of that type.
    """
    kind = _KIND_OF_TYPE.get(stated.type.strip().lower())
    if kind is None:
        raise UnusableError(f"type {stated.type.strip()[:60]!r} is not searched for")
    text = stated.value.strip().lower()
    for written, meant in _CONTENT.defanged.items():
        text = text.replace(written, meant)
    value = _FORMS[kind](text)
    if not value:
        raise UnusableError(f"is no {KINDS[kind].words} that can be searched for")
    return Indicator(kind, value, stated.source, day(stated.date))


def day(text: str) -> date | None:
    """The UTC day of an ISO date or time, or of seconds since 1970; None if it is neither."""
    text = text.strip()
    try:
        if _EPOCH_SECONDS.fullmatch(text):
            return datetime.fromtimestamp(int(text), UTC).date()
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC).date() if moment.tzinfo else moment.date()
    except (ValueError, OverflowError):
        return None


def _address(text: str) -> str:
    try:
        address = ip_address(text)
    except ValueError:
        return ""
    plain = getattr(address, "ipv4_mapped", None) or address
    # Every log is full of these.
    return "" if plain.is_loopback or plain.is_unspecified else str(plain)


def _domain(text: str) -> str:
    name = text.removeprefix("*.").rstrip(".")
    return name if _DOMAIN.fullmatch(name) and not _address(name) else ""


def _file_name(text: str) -> str:
    return text if len(text) >= _LEAST_NAME and text.isprintable() else ""


def _matching(pattern: re.Pattern[str]) -> Callable[[str], str]:
    return lambda text: text if pattern.fullmatch(text) else ""


_FORMS: dict[str, Callable[[str], str]] = {
    "address": _address,
    "domain": _domain,
    "url": _matching(_URL),
    "hash": _matching(_HASH),
    "file_name": _file_name,
    "email": _matching(_EMAIL),
}
