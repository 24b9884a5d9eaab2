"""Groups by mean link: two groups become one when their members, on average, belong together."""

from collections.abc import Collection

import numpy as np

from crossline.clusters.base import Matrix

__all__ = ["mean_link"]

Pair = tuple[int, int]


def mean_link(
    scores: Matrix,
    least: float,
    together: Collection[Pair] = (),
    apart: Collection[Pair] = (),
) -> list[list[int]]:
    """Join groups, the strongest mean link first, while it is at least `least`.

    Args:
        scores: symmetric, one row an element; any scale. The diagonal is not used.
        least: the weakest mean score between two groups that joins them.
        together: pairs that are joined whatever they score.
        apart: pairs that never stand in one group; they win over `together`.

    Returns:
        Groups of row numbers, each sorted, in the order of their first member. Of equal links the
        one between the lowest rows is joined first.
    """
    size = len(scores)
    groups: dict[int, list[int]] = {row: [row] for row in range(size)}
    sums = np.array(scores, dtype=float)
    barred = np.eye(size, dtype=bool)
    for x, y in apart:
        barred[x, y] = barred[y, x] = True
    where = list(range(size))
    for x, y in sorted(together):
        _join(groups, sums, barred, where, where[x], where[y])
    while len(groups) > 1:
        rows = sorted(groups)
        sizes = np.array([len(groups[row]) for row in rows], dtype=float)
        means = sums[np.ix_(rows, rows)] / np.outer(sizes, sizes)
        means[barred[np.ix_(rows, rows)]] = -np.inf
        best_x, best_y = divmod(int(np.argmax(means)), len(rows))
        if means[best_x, best_y] < least:
            break
        _join(groups, sums, barred, where, rows[best_x], rows[best_y])
    return sorted(sorted(group) for group in groups.values())


def _join(
    groups: dict[int, list[int]],
    sums: Matrix,
    barred: np.ndarray[tuple[int, int], np.dtype[np.bool_]],
    where: list[int],
    x: int,
    y: int,
) -> None:
    if x == y or barred[x, y]:
        return
    keep, drop = min(x, y), max(x, y)
    groups[keep] += groups.pop(drop)
    sums[keep] += sums[drop]
    sums[:, keep] += sums[:, drop]
    barred[keep] |= barred[drop]
    barred[:, keep] |= barred[:, drop]
    for row in groups[keep]:
        where[row] = keep
