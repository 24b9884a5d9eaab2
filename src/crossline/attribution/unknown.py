"""Signs that the actor is none of the known groups, taken from the case as a whole.

They were chosen to hold where knowledge is older than the case: how far the best group is ahead,
how much of what was seen anyone is known for, and by how many years the case is newer than the
newest report.
"""

from dataclasses import dataclass

import numpy as np

from crossline.attribution.features import FEATURES
from crossline.attribution.profiles import Floats, Observed, Profiles

__all__ = ["SIGNS", "CaseFacts", "case_facts", "case_signs"]

SIGNS: tuple[str, ...] = (
    "best_share",
    "lead",
    "spread",
    "best_nearest",
    "best_nearest_three",
    "best_recent",
    "best_software",
    "best_likelihood",
    "best_gap",
    "best_reports",
    "any_nearest",
    "any_software",
    "items",
    "software",
    "new_software",
    "new_share",
    "no_software",
    "no_year",
    "knowledge_age",
    "aged_best",
    "aged_new",
)


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What the case holds: counts of items, and whether a year is known.

    `age` is by how many years it is newer than the newest report: 0 to 4; 0 where not known.
    """

    techniques: int
    software: int
    new_software: int
    dated: bool
    age: float


def case_facts(profiles: Profiles, observed: Observed) -> CaseFacts:
    """The facts of one case beside one body of knowledge."""
    new = sum(each not in profiles.items for each in observed.software)
    age = 0.0 if observed.year is None else observed.year - profiles.newest_year
    return CaseFacts(
        len(observed.techniques),
        len(observed.software),
        new,
        observed.year is not None,
        float(np.clip(np.nan_to_num(age), 0, 4)),
    )


def case_signs(facts: CaseFacts, features: Floats, scores: Floats) -> Floats:
    """One figure for each of `SIGNS`.

    How many groups the knowledge holds is no sign: it would tell whether one had been taken out.

    Args:
        facts: what the case holds.
        features: the pair features, one row a group.
        scores: the fitted score of each group, in nats.
    """
    column = {name: features[:, at] for at, name in enumerate(FEATURES)}
    best = int(np.argmax(scores))
    ordered = np.sort(scores)[::-1]
    powers = np.exp(scores - ordered[0])
    share = float(1 / powers.sum())
    new_share = facts.new_software / max(facts.software, 1)
    figures = {
        "best_share": share,
        "lead": float(ordered[0] - ordered[1]) if len(ordered) > 1 else 0.0,
        "spread": float(ordered[0] - np.median(ordered)),
        "best_nearest": column["both_nearest"][best],
        "best_nearest_three": column["both_nearest_three"][best],
        "best_recent": column["both_recent"][best],
        "best_software": column["soft_shared_rarity"][best],
        "best_likelihood": column["tech_mean_likelihood"][best],
        "best_gap": column["time_gap"][best],
        "best_reports": column["size_reports"][best],
        "any_nearest": column["both_nearest"].max(),
        "any_software": column["soft_shared_rarity"].max(),
        "items": np.log1p(facts.techniques),
        "software": np.log1p(facts.software),
        "new_software": np.log1p(facts.new_software),
        "new_share": new_share,
        "no_software": float(facts.software == 0),
        "no_year": float(not facts.dated),
        "knowledge_age": facts.age,
        "aged_best": facts.age * share,
        "aged_new": facts.age * new_share,
    }
    return np.array([figures[name] for name in SIGNS])
