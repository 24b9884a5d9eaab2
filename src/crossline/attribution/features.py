"""What speaks for each known group: one row a group, one column a sign.

Columns are comparisons of what was observed with what is known of a group. None of them knows
which group it is; the weights that join them were fitted elsewhere and hold for any knowledge.
Rarity weights are those of term-frequency adjustment (Fellegi and Sunter 1969).
"""

import numpy as np

from crossline.attribution.likelihoods import likelihoods
from crossline.attribution.nearness import cosine, nearness
from crossline.attribution.profiles import Floats, Observed, Profiles

__all__ = ["FEATURES", "pair_features"]

FEATURES: tuple[str, ...] = (
    "tech_likelihood",
    "tech_mean_likelihood",
    "tech_cosine",
    "tech_nearest",
    "tech_nearest_three",
    "tech_shared_rarity",
    "tech_covered",
    "tech_parents_covered",
    "tech_rarest",
    "tech_few_users",
    "tech_repeated",
    "tech_through_software",
    "tech_unlike_software",
    "soft_shared_rarity",
    "soft_shared",
    "soft_covered",
    "soft_rarest",
    "soft_nearest",
    "soft_mentioned",
    "soft_neighbours",
    "both_nearest",
    "both_nearest_three",
    "both_recent",
    "time_density",
    "time_gap",
    "time_after_last",
    "time_before_first",
    "size_techniques",
    "size_reports",
    "size_software",
    "tech_reports_mixed",
    "tech_report_likelihood",
    "tech_counted_likelihood",
    "tech_counted_mean",
    "soft_likelihood",
    "soft_absent",
    "tech_recent_likelihood",
    "both_recent_three",
    "both_lately_three",
    "tech_bundled_likelihood",
    "tech_recent_three",
)


def pair_features(profiles: Profiles, observed: Observed) -> Floats:
    """Compare an observation with every group.

    Returns:
        One row for each of `profiles.groups`, one column for each of `FEATURES`. Signs that could
        not be taken (no software, no year) are 0 for every group.
    """
    at = profiles.techniques
    seen = np.zeros(len(profiles.items))
    for item in (*observed.techniques, *observed.software):
        if item in profiles.items:
            seen[profiles.items[item]] = 1
    columns = {
        **_techniques(profiles, seen[:at], len(observed.techniques)),
        **_software(profiles, seen[at:], len(observed.software)),
        **likelihoods(profiles, observed, seen),
        **nearness(profiles, observed, seen),
        **_time(profiles, observed.year),
        "size_techniques": np.log1p(profiles.uses[:, :at].sum(axis=1)),
        "size_reports": np.log1p(np.bincount(profiles.bag_group)),
        "size_software": np.log1p(profiles.uses[:, at:].sum(axis=1)),
    }
    return np.column_stack([columns[name] for name in FEATURES])


def _techniques(profiles: Profiles, seen: Floats, named: int) -> dict[str, Floats]:
    at = profiles.techniques
    uses, rarity = profiles.uses[:, :at], profiles.rarity[:at]
    total = max(named, 1)
    weight = max(float((seen * rarity).sum()), 1e-9)
    shared = uses * seen
    parents = profiles.parent[:at]
    families = np.zeros((len(uses), at))
    np.maximum.at(families.T, parents, uses.T)
    through = np.minimum(profiles.uses[:, at:] @ profiles.software_techniques, 1)
    few = seen * (profiles.users[:at] <= 5)
    return {
        "tech_cosine": cosine(uses * rarity, seen * rarity),
        "tech_shared_rarity": shared @ rarity,
        "tech_covered": (shared @ rarity) / weight,
        "tech_parents_covered": families[:, parents] @ (seen * rarity) / weight,
        "tech_rarest": (shared * rarity).max(axis=1, initial=0),
        "tech_few_users": uses @ few,
        "tech_repeated": np.log1p(profiles.counts[:, :at]) @ (seen * rarity) / total,
        "tech_through_software": np.maximum(through - uses, 0) @ (seen * rarity) / weight,
        "tech_unlike_software": np.maximum(uses, through) @ (seen * rarity) / weight,
    }


def _software(profiles: Profiles, seen: Floats, named: int) -> dict[str, Floats]:
    at = profiles.techniques
    uses, rarity = profiles.uses[:, at:], profiles.rarity[at:]
    shared = uses * seen
    together = uses.T @ (uses * rarity)
    likely = together[seen > 0].sum(axis=0) if seen.any() else np.zeros(len(seen))
    return {
        "soft_shared_rarity": shared @ rarity,
        "soft_shared": shared.sum(axis=1),
        "soft_covered": shared.sum(axis=1) / max(named, 1),
        "soft_rarest": (shared * rarity).max(axis=1, initial=0),
        "soft_mentioned": profiles.mentions @ (seen * rarity),
        "soft_neighbours": cosine(uses * (1 - seen), likely * (1 - seen)),
    }


def _time(profiles: Profiles, year: int | None) -> dict[str, Floats]:
    groups = len(profiles.groups)
    names = ("time_density", "time_gap", "time_after_last", "time_before_first")
    if year is None:
        return {name: np.zeros(groups) for name in names}
    known = ~np.isnan(profiles.bag_year)
    of, away = profiles.bag_group[known], profiles.bag_year[known] - year
    near = np.bincount(of, np.exp(-np.abs(away) / 2), groups)
    gap, last, first = np.full(groups, 10.0), np.full(groups, -10.0), np.full(groups, 10.0)
    np.minimum.at(gap, of, np.abs(away))
    np.maximum.at(last, of, away)
    np.minimum.at(first, of, away)
    return {
        "time_density": np.log((near + 0.05) / (np.bincount(of, minlength=groups) + 1)),
        "time_gap": np.minimum(gap, 10),
        "time_after_last": np.clip(-last, 0, 10),
        "time_before_first": np.clip(first, 0, 10),
    }
