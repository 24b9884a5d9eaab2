"""Reads and writes the compact JSON form: ids, names, relations and reports, no prose."""

import gzip
from pathlib import Path
from typing import Any

import msgspec

from crossline.kernel.errors import UsageError
from crossline.knowledge.model import (
    Campaign,
    Claim,
    Group,
    Knowledge,
    Relation,
    Report,
    Software,
    Technique,
)

__all__ = ["decode_compact", "encode_compact", "read_compact"]


class _Group(msgspec.Struct, omit_defaults=True):
    name: str = ""
    aliases: tuple[str, ...] = ()
    names: tuple[Claim, ...] = ()
    sponsors: tuple[Claim, ...] = ()


class _Software(msgspec.Struct, omit_defaults=True):
    name: str = ""
    aliases: tuple[str, ...] = ()
    type: str | None = None
    names: tuple[Claim, ...] = ()


class _Campaign(msgspec.Struct, omit_defaults=True):
    name: str = ""
    first_seen: str | None = None
    last_seen: str | None = None
    attributed_to: tuple[str, ...] = ()


class _Technique(msgspec.Struct, omit_defaults=True):
    name: str = ""
    parent: str | None = None
    tactics: tuple[str, ...] = ()


class _Report(msgspec.Struct, omit_defaults=True):
    name: str = ""
    date: str | None = None
    year: int | None = None
    url: str | None = None


class _File(msgspec.Struct, omit_defaults=True):
    groups: dict[str, _Group]
    relations: list[list[str | list[str] | None]]
    software: dict[str, _Software] = {}
    campaigns: dict[str, _Campaign] = {}
    techniques: dict[str, _Technique] = {}
    reports: dict[str, _Report] = {}


def read_compact(path: Path) -> Knowledge:
    """Knowledge from a compact JSON file, gzipped or not.

    Raises:
        UsageError: the file is missing or not of this form; the message says where.
    """
    try:
        data = path.read_bytes()
        return decode_compact(gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data)
    except FileNotFoundError:
        raise UsageError(f"{path}: no such file") from None
    except (msgspec.MsgspecError, ValueError, OSError, EOFError) as error:
        raise UsageError(f"{path}: not compact knowledge: {error}") from None


def decode_compact(data: bytes) -> Knowledge:
    """Knowledge from the bytes of compact JSON.

    A relation is `[source, target, [reports]]`; further plain values in it (an id before, a date
    after) are allowed and not used.

    Raises:
        msgspec.MsgspecError: not JSON, or not of this form.
        ValueError: a relation without source, target and reports.
    """
    file = msgspec.json.decode(data, type=_File)
    return Knowledge(
        groups={
            k: Group(v.name, v.names or _claims(v.aliases), v.sponsors)
            for k, v in file.groups.items()
        },
        software={
            k: Software(v.name, v.type or "", v.names or _claims(v.aliases))
            for k, v in file.software.items()
        },
        campaigns={
            k: Campaign(v.name, v.first_seen, v.last_seen, v.attributed_to)
            for k, v in file.campaigns.items()
        },
        techniques={k: Technique(v.name, v.parent, v.tactics) for k, v in file.techniques.items()},
        reports={k: Report(v.name, v.date, v.year, v.url) for k, v in file.reports.items()},
        relations=tuple(_relation(number, row) for number, row in enumerate(file.relations)),
    )


def encode_compact(knowledge: Knowledge) -> bytes:
    """Knowledge as compact JSON, in one order whatever order it came in."""
    relations = sorted(
        [each.source, each.target, sorted(each.reports)] for each in knowledge.relations
    )
    file = _File(
        groups={
            k: _Group(v.name, (), v.names, v.sponsors) for k, v in sorted(knowledge.groups.items())
        },
        software={
            k: _Software(v.name, (), v.type, v.names) for k, v in sorted(knowledge.software.items())
        },
        campaigns={
            k: _Campaign(v.name, v.first_seen, v.last_seen, v.attributed_to)
            for k, v in sorted(knowledge.campaigns.items())
        },
        techniques={
            k: _Technique(v.name, v.parent, v.tactics)
            for k, v in sorted(knowledge.techniques.items())
        },
        reports={
            k: _Report(v.name, v.date, v.year, v.url) for k, v in sorted(knowledge.reports.items())
        },
        relations=relations,  # type: ignore[arg-type]
    )
    return msgspec.json.encode(file)


def _claims(names: tuple[str, ...]) -> tuple[Claim, ...]:
    return tuple(Claim(name, "") for name in names)


def _relation(number: int, row: list[Any]) -> Relation:
    place = next((at for at, value in enumerate(row) if isinstance(value, list)), 0)
    if place < 2 or not all(isinstance(value, str) for value in row[:place]):
        raise ValueError(f"relations[{number}]: write [source, target, [reports]]")
    return Relation(row[place - 2], row[place - 1], tuple(row[place]))
