"""How likely the case is if a group is behind it, against the share of each item among all.

Multinomials with Dirichlet smoothing, one a group or one a report of the group; all in nats.
"""

import numpy as np

from crossline.attribution.profiles import Floats, Observed, Profiles

__all__ = ["likelihoods"]

PRIOR_MASS = 20.0
GROUP_MASS = 5.0
YEARS_OF_MEMORY = 3.0
BUNDLED = 0.4
"""Weight of a technique that an observed software explains already; reasoned, not validated."""


def likelihoods(profiles: Profiles, observed: Observed, seen: Floats) -> dict[str, Floats]:
    """Signs by likelihood, one figure a group; 0 where nothing was observed."""
    at = profiles.techniques
    tech, soft = seen[:at], seen[at:]
    said = _ratio(np.log1p(profiles.counts[:, :at]), profiles)
    counted = said @ tech
    likelihood = _with_parents(profiles) @ tech
    present, absent = _software(profiles)
    explained = profiles.software_techniques[soft > 0].any(axis=0)
    best, mixed = _by_report(profiles, tech)
    return {
        "tech_likelihood": likelihood,
        "tech_mean_likelihood": likelihood / max(len(observed.techniques), 1),
        "tech_counted_likelihood": counted,
        "tech_counted_mean": counted / max(tech.sum(), 1),
        "tech_recent_likelihood": _recent(profiles, observed.year, tech, counted),
        "tech_bundled_likelihood": said @ (tech * np.where(explained, BUNDLED, 1)),
        "tech_report_likelihood": best,
        "tech_reports_mixed": mixed,
        "soft_likelihood": present @ soft,
        "soft_absent": absent @ (1 - soft) if soft.any() else np.zeros(len(profiles.groups)),
    }


def _share(profiles: Profiles) -> Floats:
    users: Floats = profiles.users[: profiles.techniques] + 0.5
    share: Floats = users / users.sum()
    return share


def _ratio(counts: Floats, profiles: Profiles) -> Floats:
    """Log ratio of each technique under each group to its share among all groups."""
    share = _share(profiles)
    size = counts.sum(axis=1, keepdims=True)
    ratio: Floats = np.log((counts + PRIOR_MASS * share) / (size + PRIOR_MASS) / share)
    return ratio


def _with_parents(profiles: Profiles) -> Floats:
    """The same, with half of the prior mass from the technique's parent."""
    at = profiles.techniques
    uses, share, parents = profiles.uses[:, :at], _share(profiles), profiles.parent[:at]
    families = np.zeros((len(uses), at))
    np.add.at(families.T, parents, uses.T)
    of_family = np.zeros(at)
    np.add.at(of_family, parents, share)
    size = np.maximum(uses.sum(axis=1, keepdims=True), 1)
    back = families[:, parents] * share / of_family[parents] / size
    prior = 0.5 * share + 0.5 * back
    ratio: Floats = np.log((uses + PRIOR_MASS * prior) / (size + PRIOR_MASS) / share)
    return ratio


def _recent(profiles: Profiles, year: int | None, tech: Floats, undated: Floats) -> Floats:
    """Reports of the case's time count more; without a year, all count alike."""
    if year is None:
        return undated
    gap = np.nan_to_num(np.abs(profiles.bag_year - year), nan=2 * YEARS_OF_MEMORY)
    weight = np.exp(-gap / YEARS_OF_MEMORY)
    counts = np.zeros((len(profiles.groups), profiles.techniques))
    bags = profiles.bags[:, : profiles.techniques]
    np.add.at(counts, profiles.bag_group, bags * weight[:, None])
    return _ratio(np.log1p(2 * counts), profiles) @ tech


def _by_report(profiles: Profiles, tech: Floats) -> tuple[Floats, Floats]:
    """The best of a group's reports, and their mixture, flattened by half."""
    at, groups = profiles.techniques, len(profiles.groups)
    uses, bags, share = profiles.uses[:, :at], profiles.bags[:, :at], _share(profiles)
    of_group = uses / np.maximum(uses.sum(axis=1, keepdims=True), 1)
    mass = bags.sum(axis=1, keepdims=True) + GROUP_MASS + PRIOR_MASS
    said = bags + GROUP_MASS * of_group[profiles.bag_group] + PRIOR_MASS * share
    each = np.log(said / mass / share) @ tech
    best = np.full(groups, -1e9)
    np.maximum.at(best, profiles.bag_group, each)
    below = np.exp((each - best[profiles.bag_group]) / 2)
    reports = np.bincount(profiles.bag_group, minlength=groups)
    mixed = best + 2 * np.log(np.bincount(profiles.bag_group, below, groups) / reports)
    return best, mixed


def _software(profiles: Profiles) -> tuple[Floats, Floats]:
    """Log ratios of a software being named, and of its not being named, in a group's report."""
    counts = profiles.counts[:, profiles.techniques :]
    reports = np.bincount(profiles.bag_group, minlength=len(profiles.groups))[:, None]
    among_all = (counts.sum(axis=0) + 0.3) / len(profiles.bag_group)
    share = (counts + 2 * among_all) / (reports + 2)
    named = np.log(share / among_all)
    unnamed = np.log((1 - np.minimum(share, 0.95)) / (1 - np.minimum(among_all, 0.5)))
    return named, unnamed
