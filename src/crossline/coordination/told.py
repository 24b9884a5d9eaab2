"""Relations between clusters as told in words: from an analyst's sentences to weighed items.

A sentence is taken for the items whose field terms it holds (`content/coordination/told.toml`);
one item counts once, in its strongest sentence. That nothing was found is missing evidence, never
evidence against.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from math import log

from crossline import content
from crossline.coordination.weighing import Weighed, softmax

__all__ = [
    "Fact",
    "ToldItem",
    "follower",
    "item_bits",
    "missing_items",
    "told_items",
    "weigh_told",
]

# "None reported", "no overlap found", "not told": absence in a text is not proof of absence.
_ABSENCE = re.compile(
    r"^\s*(none|nothing|no)\b|\bnot (told|reported|found|seen|known|observed|stated)\b"
    r"|\bno (\w+ ){0,4}(found|reported|told|seen|observed|known|stated)\b",
    re.IGNORECASE,
)
_HEDGE = re.compile(r"\b(possibl|may|might|perhaps|unclear|could|suspect|speculat)", re.IGNORECASE)

_HEDGED = 0.5
_INFERRED = 0.7
"""Shares of an item's bits that a hedged and an inferred fact keep (reasoned, not validated)."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One sentence told of a pair.

    Attributes:
        kind: The analyst's word for the relation; may be empty.
        text: The sentence.
        share: How much of it counts, 0 to 1: facts of a whole report, or of any pair, less.
        inferred: Whether the fact was concluded and not read.
        where: Its place in the case, for people.
    """

    kind: str
    text: str
    share: float = 1.0
    inferred: bool = False
    where: str = ""

    @property
    def is_absence(self) -> bool:
        """Whether it only tells that something was not found or not told."""
        return bool(_ABSENCE.search(self.kind) or _ABSENCE.search(self.text))

    @property
    def weight(self) -> float:
        """The share of an item's bits that this fact carries."""
        hedged = _HEDGED if _HEDGE.search(self.text) else 1.0
        return self.share * (_INFERRED if self.inferred else 1.0) * hedged


@dataclass(frozen=True, slots=True)
class ToldItem:
    """An item of evidence and the fact it rests on."""

    name: str
    fact: Fact

    @property
    def bits(self) -> dict[str, float]:
        """Bits for each relation, centred over the relations."""
        table = _terms().items[self.name].bits
        mean = sum(table.values()) / len(_terms().prior)
        return {name: (table.get(name, 0.0) - mean) * self.fact.weight for name in _terms().prior}

    @property
    def family(self) -> str:
        """Items of one family are one line of evidence."""
        return _terms().items[self.name].family


@dataclass(frozen=True, slots=True)
class Terms:
    """One item of the table: the words it is known by and the bits it weighs."""

    kinds: re.Pattern[str]
    words: re.Pattern[str]
    bits: Mapping[str, float]
    family: str
    asks: str
    implied_by: Sequence[str] = ()
    positive: bool = False
    directed: bool = False


@dataclass(frozen=True, slots=True)
class _Table:
    prior: Mapping[str, float]
    items: Mapping[str, Terms] = field(default_factory=dict)


def _pattern(words: Sequence[str]) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(words) + ")", re.IGNORECASE)


@cache
def _terms() -> _Table:
    path = resources.files(content).joinpath("coordination/told.toml")
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    items = {
        name: Terms(**{**item, "kinds": _pattern(item["kinds"]), "words": _pattern(item["words"])})
        for name, item in table["items"].items()
    }
    return _Table(table["prior"], items)


def _named(fact: Fact) -> list[str]:
    """The items a fact is evidence for: those its kind names, else those its words name."""
    terms = _terms().items
    absent = fact.is_absence
    by_kind = [name for name, term in terms.items() if term.kinds.search(fact.kind)]
    by_words = [name for name, term in terms.items() if term.words.search(fact.text)]
    return [
        name
        for name in dict.fromkeys((*by_kind, *by_words))
        if not absent or (terms[name].positive and name in by_words)
    ]


def told_items(facts: Iterable[Fact]) -> tuple[ToldItem, ...]:
    """The items that the facts are evidence for, each once, in its weightiest fact.

    An item that another one implies is left out.
    """
    best: dict[str, ToldItem] = {}
    for fact in sorted(facts, key=lambda fact: (-fact.weight, fact.kind, fact.text)):
        for name in _named(fact):
            best.setdefault(name, ToldItem(name, fact))
    terms = _terms().items
    return tuple(
        item
        for name, item in sorted(best.items())
        if not any(other in best for other in terms[name].implied_by)
    )


def missing_items(items: Iterable[ToldItem]) -> "dict[str, Terms]":
    """Items that nothing was told of: their line of evidence and the record that would tell."""
    told = {item.name for item in items}
    return {
        name: term
        for name, term in _terms().items.items()
        if name not in told and term.bits and not told.intersection(term.implied_by)
    }


def item_bits(name: str) -> Mapping[str, float]:
    """The bits of one item for each relation it bears on."""
    return _terms().items[name].bits


def weigh_told(items: Iterable[ToldItem]) -> Weighed:
    """Weigh told items; bits are reasoned, so the probabilities are not calibrated."""
    parts = {item.name: item.bits for item in items}
    scores = {
        relation: log(prior) + log(2) * sum(parts[name][relation] for name in sorted(parts))
        for relation, prior in _terms().prior.items()
    }
    return Weighed(softmax(scores), parts)


def follower(items: Iterable[ToldItem], x: str, y: str) -> str | None:
    """Which of `x` and `y` lives off the other, where a fact names it first; else None."""
    for item in items:
        if not _terms().items[item.name].directed:
            continue
        names = re.findall(rf"\b({re.escape(x)}|{re.escape(y)})\b", item.fact.text)
        if names:
            return str(names[0])
    return None
