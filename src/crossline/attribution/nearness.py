"""How like the reports on a group the case is: cosine to single reports, in several measures."""

import numpy as np

from crossline.attribution.profiles import Floats, Observed, Profiles

__all__ = ["best_of_group", "cosine", "nearness"]

YEARS_OF_MEMORY = 3.0
LONG_MEMORY = 8.0
"""Years in which a report's likeness falls to a third, for two measures; both enter the fit."""


def nearness(profiles: Profiles, observed: Observed, seen: Floats) -> dict[str, Floats]:
    """Signs by likeness to a group's reports, one figure a group.

    Args:
        profiles: the knowledge.
        observed: the case; its year, where known, favours reports of that time.
        seen: 1 for each item observed.
    """
    at, rarity = profiles.techniques, profiles.rarity
    weighted, wanted = profiles.bags * rarity, seen * rarity
    tech = cosine(weighted[:, :at], wanted[:at])
    soft = cosine(weighted[:, at:], wanted[at:])
    both = cosine(weighted, wanted)
    gap = np.abs(profiles.bag_year - (np.nan if observed.year is None else observed.year))
    recent = _memory(gap, YEARS_OF_MEMORY)

    def best(likeness: Floats, of: int = 3) -> Floats:
        return best_of_group(profiles, likeness, of)

    return {
        "tech_nearest": best(tech, 1),
        "tech_nearest_three": best(tech),
        "tech_recent_three": best(tech * recent),
        "soft_nearest": best(soft, 1),
        "both_nearest": best(both, 1),
        "both_nearest_three": best(both),
        "both_recent": best(both * recent, 1),
        "both_recent_three": best(both * recent),
        "both_lately_three": best(both * _memory(gap, LONG_MEMORY)),
    }


def best_of_group(profiles: Profiles, likeness: Floats, of: int) -> Floats:
    """Mean of a group's `of` most similar bags; missing ones count as 0."""
    order = np.lexsort((-likeness, profiles.bag_group))
    starts = np.searchsorted(profiles.bag_group, np.arange(len(profiles.groups)))
    rank = np.arange(len(likeness)) - starts[profiles.bag_group[order]]
    top = order[rank < of]
    return np.bincount(profiles.bag_group[top], likeness[top], len(profiles.groups)) / of


def cosine(rows: Floats, wanted: Floats) -> Floats:
    """Cosine of each row to a vector; 0 where either is empty."""
    size = np.linalg.norm(rows, axis=1) * np.linalg.norm(wanted)
    found: Floats = np.divide(rows @ wanted, size, out=np.zeros(len(rows)), where=size > 0)
    return found


def _memory(gap: Floats, years: float) -> Floats:
    """Weight of a report by its distance in years; an undated one counts as rather far."""
    far = 2 * YEARS_OF_MEMORY if years == YEARS_OF_MEMORY else years
    return np.exp(-np.nan_to_num(gap, nan=far) / years)
