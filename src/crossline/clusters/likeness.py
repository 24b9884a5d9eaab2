"""How alike the observations of two intrusions are, each sign measured against chance.

Every feature is a symmetric matrix over the observations. They overlap on purpose; how much each
adds beside the others is what training finds (`levels.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from crossline.clusters.base import Base, Matrix, Vector, incidence

__all__ = ["Observed", "likeness"]

_FLOOR = 0.05
"""A technique that only one side names never counts against a pair by more than log2 of this."""
_PRIOR_ITEMS = 20.0
"""Items of the general distribution mixed into each actor's own."""


@dataclass(frozen=True, slots=True)
class Observed:
    """What was seen of one intrusion: ids of techniques and software, and the year, if known."""

    techniques: frozenset[str]
    software: frozenset[str] = frozenset()
    year: int | None = None


def likeness(base: Base, seen: Sequence[Observed]) -> dict[str, Matrix]:
    """The features of all pairs, by name; each a symmetric matrix with an unused diagonal.

    `standout*` say how many standard deviations a pair is more alike than one side is with the
    reports of other actors (the impostors of speaker verification), `agreement*` are
    Fellegi-Sunter weights in bits, `profile_*` correlate what two observations resemble.
    """
    items = sorted(set(base.items).union(*(one.techniques | one.software for one in seen)))
    found = incidence([one.techniques | one.software for one in seen], items)
    known = incidence([()] * len(base.reports), items)
    known[:, [items.index(item) for item in base.items]] = base.reports
    technique = np.array([float(item[:1] == "T") for item in items])
    rates, lasting = base.rates(items), base.repetition(items)
    rarity, agreement = -np.log2(rates), np.log2(lasting / rates)
    return {
        **_standing(found, known, rarity, technique),
        **_technique_agreement(found * technique, rates, lasting),
        **_software_agreement(found * (1 - technique), rarity, agreement, base, items),
        "profile_reports": _profile_by_reports(found, base, items),
        "profile_actors": _profile_by_actors(found, base, items),
        "years_apart": _years_apart(seen),
        "fewer_techniques": np.minimum.outer(*[(found * technique).sum(axis=1)] * 2),
        "more_techniques": np.maximum.outer(*[(found * technique).sum(axis=1)] * 2),
    }


def _unit(rows: Matrix) -> Matrix:
    return np.asarray(rows / (np.linalg.norm(rows, axis=1, keepdims=True) + 1e-9))


def _cosine(rows: Matrix) -> Matrix:
    return _unit(rows) @ _unit(rows).T


def _standing(found: Matrix, known: Matrix, rarity: Vector, technique: Vector) -> dict[str, Matrix]:
    """How far a pair stands out from impostors of the knowledge, and from the case itself."""
    whole = _cosine(found * rarity)
    within = whole.copy()
    np.fill_diagonal(within, np.nan)
    only = technique * rarity
    return {
        "standout": _against(whole, _unit(found * rarity) @ _unit(known * rarity).T),
        "standout_techniques": _against(
            _cosine(found * only), _unit(found * only) @ _unit(known * only).T
        ),
        "standout_in_case": _against(whole, within) if len(found) > 2 else np.zeros_like(whole),
    }


def _against(pairs: Matrix, others: Matrix) -> Matrix:
    centre = np.nanmean(others, axis=1, keepdims=True)
    spread = np.nanstd(others, axis=1, keepdims=True) + 1e-3
    standing = (pairs - centre) / spread
    return np.asarray(standing + standing.T)


def _technique_agreement(found: Matrix, rates: Vector, lasting: Vector) -> dict[str, Matrix]:
    agreement = np.log2(lasting / rates)
    missing = np.log2(np.maximum((1 - lasting) / (1 - rates), _FLOOR))
    alone = found @ missing
    shared = (found * agreement) @ found.T
    return {
        "agreement_techniques": shared,
        "agreement_and_absence": (found * (agreement - missing)) @ found.T
        + (alone[:, None] + alone[None, :]) / 2,
        "agreement_share": _cosine(found * agreement),
        "rarest_technique": _rarest(found, -np.log2(rates)),
    }


def _software_agreement(
    found: Matrix, rarity: Vector, agreement: Vector, base: Base, items: Sequence[str]
) -> dict[str, Matrix]:
    known = set(base.items)
    private = np.array([float(item not in known) for item in items])
    shared, counts = found @ found.T, found.sum(axis=1)
    both = np.minimum.outer(counts, counts) > 0
    return {
        "agreement_software": (found * agreement) @ found.T,
        "rarest_software": _rarest(found, rarity),
        "unknown_software": (found * private) @ found.T,
        "software_differs": (both & (shared == 0)).astype(float),
    }


def _rarest(found: Matrix, rarity: Vector) -> Matrix:
    weighed = found * rarity
    return np.array([(weighed * row).max(axis=1, initial=0.0) for row in found])


def _profile_by_reports(found: Matrix, base: Base, items: Sequence[str]) -> Matrix:
    """Correlation of how near two observations are to each known report, by what few actors use."""
    column = {item: number for number, item in enumerate(items)}
    rarity = np.log2((len(base.actors) + 1) / (base.actors.sum(axis=0) + 0.5))
    own = found[:, [column[item] for item in base.items]]
    near = _unit(own * rarity) @ _unit(base.reports * rarity).T
    return _cosine(near - near.mean(axis=0))


def _profile_by_actors(found: Matrix, base: Base, items: Sequence[str]) -> Matrix:
    """Correlation of how much likelier each known actor makes what was seen than all do."""
    general = base.actors.sum(axis=0) + 0.3
    general /= general.sum()
    own = base.actors + _PRIOR_ITEMS * general
    own /= own.sum(axis=1, keepdims=True)
    column = {item: number for number, item in enumerate(items)}
    fit = found[:, [column[item] for item in base.items]] @ np.log2(own / general).T
    standing = (fit - fit.mean(axis=0)) / (fit.std(axis=0) + 1e-9)
    return _cosine(standing - standing.mean(axis=1, keepdims=True))


def _years_apart(seen: Sequence[Observed]) -> Matrix:
    """Years between two observations; -1 where a year is not known."""
    years = np.array([np.nan if one.year is None else float(one.year) for one in seen])
    return np.asarray(np.nan_to_num(np.abs(years[:, None] - years[None, :]), nan=-1.0))
