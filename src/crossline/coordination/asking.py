"""Who asked for the same person, where and when: what parts tasking from a common interest.

One order to two hands leaves the same person asked for at two operators within days and never
twice at one; a common interest leaves double work; a guest's list follows its host's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log, log2

import numpy as np
from numpy.typing import NDArray

from crossline.coordination.activity import Item
from crossline.coordination.drawing import as_extreme

__all__ = ["Asked", "Stay", "asking_items", "rounds"]

AT_ONCE_DAYS = 9
AGAIN_DAYS = 14
"""Windows of one order and of double work (reasoned: within and beyond a working week)."""

_ROUND_DAYS = 3
"""Questions for one person at one place no further apart are one round."""

_TAKEOVER_DAYS = 14
_FOLLOWS_DAYS = (5, 90)
_SHIFT_DAYS = 5
_ROTATION = "one side's days of asking rotated as a whole; persons, places and rounds held fixed"

_ORDERED_ELSEWHERE = 2.5
_ORDERED_HERE = 0.1
"""Rates of repeats under one order, in those by chance (reasoned, not validated)."""

_FULL_BITS = 4.0
"""Bits between one order and a common interest at which an item counts in full."""

_TELLING = 0.3
"""Repeats expected by chance below which a lack of them tells nothing."""


@dataclass(frozen=True, slots=True, order=True)
class Asked:
    """One person asked for at one organisation on one day (days from any one origin)."""

    person: str
    organisation: str
    day: int


@dataclass(frozen=True, slots=True)
class Stay:
    """One intrusion of a cluster: where, its last day, and the day its access was lost."""

    organisation: str
    last_day: int
    lost_day: int


def rounds(asked: Sequence[Asked]) -> list[Asked]:
    """Questions joined to rounds: of those close together only the first is kept."""
    kept: list[Asked] = []
    last: Asked | None = None
    for each in sorted(set(asked)):
        same = last and (last.person, last.organisation) == (each.person, each.organisation)
        if not (same and last and each.day - last.day <= _ROUND_DAYS):
            kept.append(each)
        last = each
    return kept


def asking_items(
    x: Sequence[Asked], y: Sequence[Asked], x_stays: Sequence[Stay], y_stays: Sequence[Stay]
) -> list[Item]:
    """Items on the persons whom both asked for; none where they share nobody."""
    persons = {each.person for each in x} & {each.person for each in y}
    x = rounds([each for each in x if each.person in persons])
    y = rounds([each for each in y if each.person in persons])
    if not persons:
        return []
    return [
        *_close_items(x, y),
        *_takes_over(x, y, x_stays, y_stays),
        *_list_follows(x, y),
    ]


def _close(x: Sequence[Asked], y: Sequence[Asked]) -> tuple[list[Asked], list[Asked]]:
    """Rounds of x that y repeats at once elsewhere, and again at the same place."""
    elsewhere, here = [], []
    for one in x:
        for other in y:
            gap = abs(one.day - other.day)
            if one.person != other.person:
                continue
            if one.organisation != other.organisation and gap <= AT_ONCE_DAYS:
                elsewhere.append(one)
            elif one.organisation == other.organisation and gap <= AGAIN_DAYS:
                here.append(one)
    return elsewhere, here


def _rotated(asked: Sequence[Asked], first: int, span: int, shift: int) -> list[Asked]:
    return [
        Asked(each.person, each.organisation, first + (each.day - first + shift) % span)
        for each in asked
    ]


def _close_items(x: Sequence[Asked], y: Sequence[Asked]) -> list[Item]:
    """Rounds repeated within days elsewhere, and again at the same place, against chance.

    A common interest repeats by chance; one order repeats elsewhere more often and at the same
    place hardly ever. Both are weighed as Poisson counts, so that a lack tells as well.
    """
    drawn = _rotations(x, y)
    if not len(drawn):
        return []
    counts = _close(x, y)
    means = drawn.mean(axis=0)
    items = []
    for name, found, column, rate in (
        ("asked_elsewhere_at_once", counts[0], 0, _ORDERED_ELSEWHERE),
        ("asked_here_again", counts[1], 1, _ORDERED_HERE),
    ):
        count, expected = len(found), float(means[column])
        if not count and expected < _TELLING:
            continue
        ordered = count * log2(rate) - (rate - 1) * expected / log(2)
        sign = 1 if rate > 1 else -1
        says = f"{count} rounds repeated by the other side, {expected:.1f} expected by chance"
        items.append(
            Item(
                name,
                {"strength": max(-1.0, min(1.0, sign * ordered / _FULL_BITS))},
                as_extreme(count, drawn[:, column]),
                _ROTATION,
                says,
                _persons(found),
            )
        )
    return items


def _rotations(x: Sequence[Asked], y: Sequence[Asked]) -> NDArray[np.int64]:
    """Repeats elsewhere and here for each rotation of y's calendar."""
    days = [each.day for each in (*x, *y)]
    first, span = min(days), max(days) - min(days) + 1
    shifts = range(2 * AGAIN_DAYS, span - 2 * AGAIN_DAYS, _SHIFT_DAYS)
    counts = [[len(part) for part in _close(x, _rotated(y, first, span, s))] for s in shifts]
    return np.array(counts, dtype=np.int64).reshape(-1, 2)


def _persons(asked: Sequence[Asked]) -> tuple[str, ...]:
    return tuple(sorted({each.person for each in asked}))


def _takes_over(
    x: Sequence[Asked], y: Sequence[Asked], x_stays: Sequence[Stay], y_stays: Sequence[Stay]
) -> list[Item]:
    """Persons whom one side asks for, for the first time, just after the other lost a place."""
    taken = {*_after_end(x, y, x_stays), *_after_end(y, x, y_stays)}
    if not taken:
        return []
    days = [each.day for each in (*x, *y)]
    first, span = min(days), max(days) - min(days) + 1
    drawn = [
        len(
            {
                *_after_end(x, _rotated(y, first, span, shift), x_stays),
                *_after_end(_rotated(y, first, span, shift), x, y_stays),
            }
        )
        for shift in range(_SHIFT_DAYS, span, _SHIFT_DAYS)
    ]
    says = f"{len(taken)} persons asked for first when the other side had just lost a place"
    p_value = as_extreme(len(taken), np.array(drawn))
    return [Item("takes_over", {}, p_value, _ROTATION, says, tuple(sorted(taken)))]


def _after_end(x: Sequence[Asked], y: Sequence[Asked], stays: Sequence[Stay]) -> set[str]:
    """Persons of x that y asks for elsewhere, never before, once x has lost a place."""
    firsts: dict[str, Asked] = {}
    for each in sorted(y, key=lambda each: each.day):
        firsts.setdefault(each.person, each)
    return {
        person
        for stay in stays
        for person in {
            each.person
            for each in x
            if each.organisation == stay.organisation and each.day <= stay.last_day
        }
        if person in firsts
        and firsts[person].organisation != stay.organisation
        and 0 <= firsts[person].day - stay.lost_day <= _TAKEOVER_DAYS
    }


def _list_follows(x: Sequence[Asked], y: Sequence[Asked]) -> list[Item]:
    """One side's first question always follows the other's, by weeks."""
    firsts = []
    for side in (x, y):
        first: dict[str, int] = {}
        for each in side:
            first[each.person] = min(each.day, first.get(each.person, each.day))
        firsts.append(first)
    lags = {person: firsts[1][person] - firsts[0][person] for person in sorted(firsts[0])}
    low, high = _FOLLOWS_DAYS
    later = sum(low <= lag <= high for lag in lags.values())
    earlier = sum(low <= -lag <= high for lag in lags.values())
    count, most = later + earlier, max(later, earlier)
    if count < 2 or min(later, earlier):
        return []
    says = f"the one side asks for {most} of {len(lags)} shared persons first, by weeks"
    p_value = float(2.0 ** (1 - count))
    null = "which side asked first is drawn for each person"
    direction = float(later - earlier)
    return [Item("list_follows", {}, p_value, null, says, tuple(lags), direction)]
