"""The signs and the known use of techniques and software, from `content/clusters/`."""

import math
import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

import msgspec

__all__ = ["Sign", "Software", "Use", "is_public", "signs", "softwares", "use"]


class Sign(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One kind of sign; see `signs.toml` for what each field means."""

    kind: str
    family: str
    form: str
    fields: tuple[str, ...]
    cap_bits: float
    only: str = ""
    drop: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    place: bool = False
    outside: bool = False
    unpublic: bool = False

    def is_sign(self, value: str) -> bool:
        """Whether a value in its normal form says anything."""
        return bool(
            value
            and (not self.only or re.search(self.only, value))
            and not any(re.search(pattern, value) for pattern in self.drop)
        )


class Software(msgspec.Struct, frozen=True):
    """Public software and the pattern of its marks in names and commands."""

    id: str
    pattern: str


class _Signs(msgspec.Struct, frozen=True):
    public_names: str
    sign: tuple[Sign, ...]
    software: tuple[Software, ...]


class Use(msgspec.Struct, frozen=True):
    """How many of the known groups use each technique and software."""

    groups: int
    techniques: Mapping[str, int]
    software: Mapping[str, int]

    def world_bits(self, item: str) -> float | None:
        """How rare an item is among known groups; None if the knowledge does not have it."""
        count = self.techniques.get(item) or self.software.get(item)
        return math.log2(self.groups / count) if count else None


@cache
def _file() -> _Signs:
    text = _content("signs.toml").decode()
    return msgspec.convert(tomllib.loads(text), _Signs)


def signs() -> tuple[Sign, ...]:
    """All kinds of sign, in the order of the file."""
    return _file().sign


def softwares() -> tuple[Software, ...]:
    """The public software that is told by its marks."""
    return _file().software


def is_public(name: str) -> bool:
    """Whether a file that names itself so is a public tool."""
    return re.search(_file().public_names, name.strip()) is not None


@cache
def use() -> Use:
    """The known use."""
    return msgspec.json.decode(_content("use.json"), type=Use)


def _content(name: str) -> bytes:
    return (resources.files("crossline.content") / "clusters" / name).read_bytes()
