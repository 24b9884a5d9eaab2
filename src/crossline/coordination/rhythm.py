"""When both work and when both pause.

Days and pauses are tested by rotating one calendar by whole weeks, which keeps its weekdays and
its own pauses. Holidays, days after public reports and days when most others pause do not count.
"""

from collections.abc import Sequence
from math import log, sqrt

import numpy as np
from numpy.typing import NDArray

from crossline.coordination.activity import Item, Pair
from crossline.coordination.drawing import as_extreme

__all__ = ["alike_hours", "joint_pauses", "same_days"]

_WEEKS = 12
"""Rotations to each side, in weeks."""

_SHORTEST_OVERLAP_DAYS = 21
"""Below three weeks of common time nothing is said of days and pauses (reasoned)."""

_QUIET_AFTER_REPORT_DAYS = 7
"""Activity falls for about a week after a public report, with most actors."""


def _density(hours: Sequence[int]) -> NDArray[np.float64]:
    """Hours smoothed over their neighbours; a fifth of a count added to each."""
    counts = np.asarray(hours, dtype=float)
    smooth = (np.roll(counts, 1) + 2 * counts + np.roll(counts, -1)) / 4 + 0.2
    return np.asarray(smooth / smooth.sum())


def _same_hours(first: Sequence[int], second: Sequence[int]) -> float:
    return -log(1.0001 - float(np.sqrt(_density(first) * _density(second)).sum()))


def alike_hours(pair: Pair) -> Item:
    """Hours of work alike, against how alike each side is to other clusters."""
    null = "the other side replaced by each other cluster"
    if not (sum(pair.x.hours) and sum(pair.y.hours)):
        return Item("alike_hours", {}, None, null, "hours not known of one side at least")
    alike = _same_hours(pair.x.hours, pair.y.hours)
    rivals = [
        _same_hours(side.hours, other.hours)
        for other in pair.around.others
        if sum(other.hours)
        for side in (pair.x, pair.y)
    ]
    return Item(
        "alike_hours",
        {"hours_alike": alike},
        (1 + sum(rival >= alike for rival in rivals)) / (1 + len(rivals)),
        null,
        f"hours of work alike: {alike:.2f} (other pairs: "
        f"{sum(rivals) / max(1, len(rivals)):.2f} on average)",
    )


def _common_time(pair: Pair) -> tuple[int, int] | None:
    """First and last day on which both can have been active, or None where that is too short."""
    if not (pair.x.days and pair.y.days):
        return None
    first = max(pair.x.days[0], pair.y.days[0])
    last = min(pair.x.days[-1], pair.y.days[-1])
    return (first, last) if last - first >= _SHORTEST_OVERLAP_DAYS else None


def _calendar(days: Sequence[int], first: int, last: int) -> NDArray[np.bool_]:
    """Whether each day from `first` to `last` was active; `days` may lie outside."""
    active = np.zeros(last - first + 1, dtype=bool)
    active[[day - first for day in days if first <= day <= last]] = True
    return active


def same_days(pair: Pair) -> Item:
    """Active on the same days more or less often than chance: one hand is in one place."""
    null = "one calendar rotated by whole weeks"
    span = _common_time(pair)
    if span is None:
        return Item("same_days", {}, None, null, "less than three weeks of common time")
    x, y = (_calendar(side.days, *span) for side in (pair.x, pair.y))
    both, size = int((x & y).sum()), len(x)
    expected = x.sum() * y.sum() / size
    spread = sqrt(expected * (1 - x.mean()) * (1 - y.mean()) + 0.5)
    rotated = np.array([(x & np.roll(y, 7 * week)).sum() for week in _rotations()], dtype=float)
    return Item(
        "same_days",
        {"same_days": float(both - expected) / spread},
        min(1.0, 2 * min(as_extreme(both, rotated), as_extreme(-both, -rotated))),
        null,
        f"both active on {both} days, {expected:.1f} expected by chance in {size} days",
    )


def _rotations() -> list[int]:
    return [week for week in range(-_WEEKS, _WEEKS + 1) if week]


def _readiness(pair: Pair, first: int, last: int) -> NDArray[np.float64]:
    """How ready anybody is to work on each day, relative to an ordinary working day."""
    around = pair.around
    days = np.arange(first, last + 1)
    weekly = np.bincount([day % 7 for other in around.others for day in other.days], minlength=7)
    ready = ((weekly + 1) / (weekly.max() + 1))[days % 7]
    for day in around.holidays:
        ready[days == day] = 0.1
    for report in around.public_reports:
        ready[(days > report) & (days <= report + _QUIET_AFTER_REPORT_DAYS)] *= 0.6
    return np.asarray(ready)


def _quiet(x: NDArray[np.bool_], y: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Runs of days without activity of either, as half-open ranges."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], ~(x | y), [0]))))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def joint_pauses(pair: Pair) -> Item:
    """Pauses in common, each weighed by how surprising it is for the less surprised side."""
    null = "one calendar rotated by whole weeks; holidays and days after reports count little"
    span = _common_time(pair)
    if span is None:
        return Item("joint_pauses", {}, None, null, "less than three weeks of common time")
    ready = _readiness(pair, *span)
    x, y = (_calendar(side.days, *span) for side in (pair.x, pair.y))
    costs = [
        np.concatenate(
            ([0.0], np.cumsum(-np.log1p(-np.minimum(0.9, z.sum() / ready.sum() * ready))))
        )
        for z in (x, y)
    ]

    def weight(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
        runs = _quiet(one, other)
        return float(sum(min(c[end] - c[start] for c in costs) ** 2 for start, end in runs))

    observed = weight(x, y)
    rotated = np.array(
        [weight(x, np.roll(y, 7 * week)) for week in _rotations()]
        + [weight(y, np.roll(x, 7 * week)) for week in _rotations()]
    )
    longest = max((end - start for start, end in _quiet(x, y)), default=0)
    return Item(
        "joint_pauses",
        {"joint_pauses": float((observed - rotated.mean()) / (rotated.std() + 2))},
        as_extreme(observed, rotated),
        null,
        f"longest pause in common {longest} days; weight of all {observed:.1f}, "
        f"{rotated.mean():.1f} expected by chance",
    )
