"""Reads the threat actors of a MISP galaxy: names and who is said to stand behind them.

An actor becomes a group of its own with the galaxy's id. It is not merged with a group of another
source that shares a name; `joining.sponsor_claims` lists the claims side by side.
"""

import msgspec

from crossline.knowledge.model import Claim, Group, Knowledge

__all__ = ["decode_misp"]


class _Meta(msgspec.Struct):
    synonyms: tuple[str, ...] = ()
    country: str | None = None
    sponsor: str | None = msgspec.field(default=None, name="cfr-suspected-state-sponsor")


class _Value(msgspec.Struct):
    value: str
    uuid: str
    meta: _Meta = msgspec.field(default_factory=_Meta)


class _Galaxy(msgspec.Struct):
    values: tuple[_Value, ...]
    version: int | str = ""


def decode_misp(data: bytes) -> Knowledge:
    """The actors of a galaxy cluster file (`values`, each with `value`, `uuid` and `meta`).

    Raises:
        msgspec.MsgspecError: not JSON, or not of this form.
    """
    galaxy = msgspec.json.decode(data, type=_Galaxy)
    source = f"MISP galaxy, version {galaxy.version}"
    return Knowledge(groups={f"misp:{each.uuid}": _group(each, source) for each in galaxy.values})


def _group(actor: _Value, source: str) -> Group:
    said = actor.meta.sponsor or actor.meta.country
    return Group(
        actor.value,
        tuple(Claim(name, source) for name in actor.meta.synonyms),
        (Claim(said, f"{source}, on {actor.value}"),) if said else (),
    )
