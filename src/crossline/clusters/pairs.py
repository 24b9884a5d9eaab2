"""What two intrusions have in common, weighed in bits: is one hand behind both?

Fellegi-Sunter in form: the prior against a common hand, and for each sign in common what it adds.
The caps are reasoned, not validated (`signs.toml`), so the probability is not calibrated.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from crossline.clusters.traits import Trait
from crossline.clusters.vocabulary import signs, use
from crossline.settings import ClusterSettings

__all__ = ["Shared", "richness", "weigh_pair"]

_UNWEIGHED = frozenset({"schedule", "target"})
"""Hours are a region's, and the same persons interest many: neither shows a common hand."""
_OWN_BITS = 4.0
"""Signs that may count this much are an intruder's own choice or making."""
_OF_A_FILE = frozenset({"path", "build", "software"})


@dataclass(frozen=True, slots=True)
class Shared:
    """One sign in common: its weight, and the events of both sides that show it."""

    kind: str
    value: str
    bits: float
    events: tuple[str, ...]


def weigh_pair(
    one: Sequence[Trait],
    other: Sequence[Trait],
    ordinary_days: dict[tuple[str, str], int],
    settings: ClusterSettings,
) -> list[Shared]:
    """The signs that two intrusions share, each with its bits; by kind and value.

    Of one family only the strongest counts, and of what one artefact shows (a file with its name,
    place, hash and make) only the strongest; what is common or already counted has 0 bits.
    """
    by_key = {each.key: each for each in other}
    common = [
        (each, by_key[each.key])
        for each in one
        if each.key in by_key and each.family not in _UNWEIGHED
    ]
    weights = {mine.key: _bits(mine, theirs, ordinary_days, settings) for mine, theirs in common}
    counted = {mine.key for mine in _independent(common, weights)}
    return [
        Shared(
            *mine.key,
            weights[mine.key] if mine.key in counted else 0.0,
            tuple(sorted(mine.events | theirs.events)),
        )
        for mine, theirs in sorted(common, key=lambda pair: pair[0].key)
    ]


def _bits(
    mine: Trait, theirs: Trait, ordinary_days: dict[tuple[str, str], int], settings: ClusterSettings
) -> float:
    if mine.kind in ("technique", "software"):
        rarity = use().world_bits(mine.value)
        cap = settings.technique_cap_bits if mine.kind == "technique" else settings.tool_cap_bits
        return min(cap, max(0.0, (rarity or 0.0) - settings.common_bits))
    sign = next(each for each in signs() if each.kind == mine.kind)
    days = ordinary_days.get(mine.key, 0)
    doublings = max(0.0, math.log2((days + 1) / (settings.ordinary_days + 1)))
    bits = max(0.0, sign.cap_bits - settings.ordinary_bits * doublings)
    return bits / 2 if sign.place and mine.places & theirs.places else bits


def _independent(
    common: Iterable[tuple[Trait, Trait]], weights: dict[tuple[str, str], float]
) -> Iterator[Trait]:
    """The signs that count, strongest first: one a family, and one of each file."""
    families: set[str] = set()
    files: list[tuple[frozenset[str], frozenset[str]]] = []
    for mine, theirs in sorted(common, key=lambda pair: (-weights[pair[0].key], pair[0].key)):
        same_file = mine.family in _OF_A_FILE and any(
            mine.events & seen[0] and theirs.events & seen[1] for seen in files
        )
        if mine.family in families or same_file or not weights[mine.key]:
            continue
        families.add(mine.family)
        if mine.family in _OF_A_FILE:
            files.append((mine.events, theirs.events))
        yield mine


def richness(traits: Sequence[Trait]) -> int:
    """How many signs of its own hand an intrusion shows: what another of that hand might share."""
    own = {each.kind for each in signs() if each.cap_bits >= _OWN_BITS}
    return len({each.key for each in traits if each.kind in own})
