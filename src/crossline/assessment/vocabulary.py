"""The shipped data of this stage: acts, grades, signs of assets, dates of disclosure."""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib import resources
from typing import Any, Literal

import msgspec
import re2

__all__ = [
    "Act",
    "Blocked",
    "Grades",
    "Hole",
    "Pattern",
    "Sign",
    "acts",
    "blocked_by",
    "grades",
    "holes",
    "signs",
]

Layer = Literal["application", "estate", "host"]
Privilege = Literal["none", "read", "write", "admin"]


class Pattern(msgspec.Struct, frozen=True, kw_only=True):
    """What an event must look like: empty lists fit all; every part of `where` must fit.

    `where` holds pairs of a field (spellings separated by `|`; `*`: any field) and a regular
    expression over its whole value, case ignored.
    """

    formats: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    techniques: tuple[str, ...] = ()
    where: tuple[tuple[str, str], ...] = ()

    def fits(
        self, form: str, code: str | None, technique: str | None, fields: Mapping[str, str]
    ) -> bool:
        """Whether an event of this format, code, technique and fields is such an event."""
        return (
            (not self.formats or form in self.formats)
            and (not self.codes or code in self.codes)
            and (not self.techniques or _under(technique, self.techniques))
            and all(_holds(names, pattern, fields) for names, pattern in self.where)
        )


class Act(Pattern, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One entry of `acts.toml`; see there."""

    name: str
    layer: Layer
    privilege: Privilege
    outcome: Literal["reached", "attempted"] = "reached"
    asset_class: str = ""
    used: str = "I0"
    shows: str = ""
    bulk: bool = False


class Sign(Pattern, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A log that only hosts of one class write."""

    asset_class: str


class Hole(Pattern, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A hole by the traces of its use, and the day on which it became public."""

    name: str
    public: date


class Grades(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What rights on one class of system allow, by privilege; `host`: control of its machine."""

    read: str
    write: str
    admin: str
    host: str


class Blocked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a mitigation of these words blocks; see `mitigations.toml`."""

    words: str
    novelties: tuple[str, ...]
    exercise: bool = False


def _under(technique: str | None, wanted: tuple[str, ...]) -> bool:
    return technique is not None and any(
        technique == each or technique.startswith(f"{each}.") for each in wanted
    )


@cache
def _compiled(pattern: str) -> Any:
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    return re2.compile(pattern, options)


def _holds(names: str, pattern: str, fields: Mapping[str, str]) -> bool:
    regex = _compiled(pattern)
    values = fields.values() if names == "*" else map(fields.get, names.split("|"))
    return any(value is not None and regex.fullmatch(value) for value in values)


def _content(name: str) -> dict[str, Any]:
    path = resources.files("crossline.content") / "assessment" / name
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def acts() -> tuple[Act, ...]:
    """What events of stories show, in the order in which they are tried."""
    return msgspec.convert(_content("acts.toml")["act"], tuple[Act, ...])


@cache
def signs() -> tuple[Sign, ...]:
    """Which logs give a host's class away."""
    return msgspec.convert(_content("asset_signs.toml")["sign"], tuple[Sign, ...])


@cache
def holes() -> tuple[Hole, ...]:
    """Dated holes."""
    return msgspec.convert(_content("disclosures.toml")["hole"], tuple[Hole, ...])


@cache
def grades() -> dict[str, Grades]:
    """Grades by asset class."""
    return msgspec.convert(_content("grades.toml"), dict[str, Grades])


@cache
def _blocked() -> tuple[Blocked, ...]:
    return msgspec.convert(_content("mitigations.toml")["mitigation"], tuple[Blocked, ...])


def blocked_by(text: str) -> Blocked | None:
    """What a mitigation blocks, by its kind and description; None where no words are known."""
    return next((each for each in _blocked() if _compiled(each.words).search(text)), None)
