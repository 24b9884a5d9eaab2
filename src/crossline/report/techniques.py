"""Names and tactics of ATT&CK techniques, as the page and the machines' files quote them."""

import re
from collections.abc import Iterable
from functools import cache
from importlib import resources

import msgspec

__all__ = ["attack", "attack_version", "known", "technique_name", "technique_tactics"]

_FORM = re.compile(r"T\d{4}(?:\.\d{3})?")


class Attack(msgspec.Struct, frozen=True):
    """The shipped facts of ATT&CK: technique id to its name and its tactics."""

    version: str
    notice: str
    tactics: list[str]
    techniques: dict[str, list[str]]


@cache
def attack() -> Attack:
    """The facts, read once."""
    path = resources.files("crossline") / "content" / "attack" / "techniques.json"
    return msgspec.json.decode(path.read_bytes(), type=Attack)


def attack_version() -> str:
    """The version of ATT&CK that the names are from: `18.1`."""
    return attack().version


def known(techniques: Iterable[str | None]) -> list[str]:
    """The ids among these that ATT&CK has, in upper case, each once, sorted."""
    ids = {each.upper() for each in techniques if each}
    return sorted(each for each in ids if _FORM.fullmatch(each) and each in attack().techniques)


def technique_name(technique: str) -> str:
    """The name of a technique, after its parent's for a sub-technique; empty if unknown."""
    names = attack().techniques
    parent, _, below = technique.partition(".")
    told = [names[each][0] for each in (parent, technique) if each in names]
    return ": ".join(told) if below else "".join(told[:1])


def technique_tactics(technique: str) -> list[str]:
    """The tactics of a known technique by their short names: `credential-access`."""
    return attack().techniques[technique][1:]
