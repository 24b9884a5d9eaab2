"""Reads an analyst's own profile of a group: one TOML file, every statement with its source."""

import tomllib
from typing import Annotated

import msgspec

from crossline.knowledge.model import Claim, Group, Knowledge, Relation, Report, Software, Technique

__all__ = ["decode_profile"]


class _Statement(msgspec.Struct, forbid_unknown_fields=True):
    source: str
    date: str | None = None
    techniques: tuple[str, ...] = ()
    software: tuple[str, ...] = ()


class _Name(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    source: str
    date: str | None = None


class _Profile(msgspec.Struct, forbid_unknown_fields=True):
    id: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_.:-]{1,64}$")]
    name: str
    reports: tuple[_Statement, ...]
    names: tuple[_Name, ...] = ()
    sponsors: tuple[_Name, ...] = ()


def decode_profile(data: bytes) -> Knowledge:
    """Knowledge of one group.

    The file has `id`, `name`, a `[[reports]]` for each source with `source`, `date` (YYYY-MM-DD),
    `techniques` and `software`, and, where they are known, `[[names]]` and `[[sponsors]]` with
    `name`, `source` and `date`.

    Raises:
        ValueError: not TOML, or not of this form.
    """
    profile = msgspec.convert(tomllib.loads(data.decode("utf-8")), type=_Profile)
    reports = {f"{profile.id}: {each.source}": each for each in profile.reports}
    return Knowledge(
        groups={profile.id: Group(profile.name, _claims(profile.names), _claims(profile.sponsors))},
        software={s: Software(s) for each in profile.reports for s in each.software},
        techniques={
            t: Technique(t, t.partition(".")[0] if "." in t else None)
            for each in profile.reports
            for t in each.techniques
        },
        reports={
            key: Report(each.source, each.date, int(each.date[:4]) if each.date else None)
            for key, each in reports.items()
        },
        relations=tuple(
            Relation(profile.id, item, (key,))
            for key, each in reports.items()
            for item in (*each.techniques, *each.software)
        ),
    )


def _claims(names: tuple[_Name, ...]) -> tuple[Claim, ...]:
    return tuple(Claim(each.name, each.source, each.date) for each in names)
