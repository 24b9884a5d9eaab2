"""Each sign as it stands within the case: a figure says little but beside its rivals."""

import numpy as np

from crossline.attribution.profiles import Floats

__all__ = ["VIEWS", "relative_views"]

VIEWS = ("raw", "z", "gap", "rank")


def relative_views(features: Floats) -> Floats:
    """Four views of every column, side by side in the order of `VIEWS`.

    Args:
        features: one row a group, one column a sign.

    Returns:
        The figures; their distance from the mean in standard deviations; their lead over the best
        other group, in the same unit; the share of groups that are not better.
    """
    centred = features - features.mean(axis=0)
    spread = features.std(axis=0)
    scale = np.where(spread > 1e-9, spread, 1)
    return np.hstack([features, centred / scale, _lead(features) / scale, _rank(features)])


def _lead(features: Floats) -> Floats:
    """How far each row is above the best of the others; 0 where there is no other."""
    if len(features) < 2:
        return np.zeros_like(features)
    top = np.partition(features, -2, axis=0)[-2:]
    best_other = np.where(features == top[1], np.where(top[0] == top[1], top[1], top[0]), top[1])
    lead: Floats = features - best_other
    return lead


def _rank(features: Floats) -> Floats:
    """Share of rows that are not above each row's figure; ties share the lower place."""
    order = np.sort(features, axis=0)
    ranks = [
        np.searchsorted(order[:, column], features[:, column], side="left")
        for column in range(features.shape[1])
    ]
    return np.column_stack(ranks) / max(len(features) - 1, 1)
