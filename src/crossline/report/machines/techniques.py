"""Names and tactics of ATT&CK techniques, as STIX objects and layers quote them."""

import re
from collections.abc import Iterable
from functools import cache
from importlib import resources

import msgspec

__all__ = ["attack_version", "known", "technique_name", "technique_tactics"]

_FORM = re.compile(r"T\d{4}(?:\.\d{3})?")


class _Attack(msgspec.Struct, frozen=True):
    version: str
    techniques: dict[str, list[str]]


@cache
def _attack() -> _Attack:
    path = resources.files("crossline") / "content" / "attack" / "techniques.json"
    return msgspec.json.decode(path.read_bytes(), type=_Attack)


def attack_version() -> str:
    """The version of ATT&CK that the names are from: `18.1`."""
    return _attack().version


def known(techniques: Iterable[str | None]) -> list[str]:
    """The ids among these that ATT&CK has, in upper case, each once, sorted."""
    ids = {each.upper() for each in techniques if each}
    return sorted(each for each in ids if _FORM.fullmatch(each) and each in _attack().techniques)


def technique_name(technique: str) -> str:
    """The name of a known technique, after its parent's for a sub-technique."""
    names = _attack().techniques
    parent, dot, _ = technique.partition(".")
    below = names[technique][0]
    return f"{names[parent][0]}: {below}" if dot and parent in names else below


def technique_tactics(technique: str) -> list[str]:
    """The tactics of a known technique by their short names: `credential-access`."""
    return _attack().techniques[technique][1:]
