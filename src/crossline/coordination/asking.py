"""Who asked for the same person, where and when: what parts tasking from a common interest.

One order to two hands leaves the same person asked for at two operators within days and never
twice at one; a common interest leaves double work; a guest's list follows its host's.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

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


@dataclass(frozen=True, slots=True, order=True)
class Asked:
    """One person asked for at one organisation on one day (days from any one origin)."""

    person: str
    organisation: str
    day: int


@dataclass(frozen=True, slots=True)
class Stay:
    """One intrusion of a cluster: where, and its last day."""

    organisation: str
    last_day: int


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
    days = [each.day for each in (*x, *y)]
    first, span = min(days), max(days) - min(days) + 1
    elsewhere, here = _close(x, y)
    shifts = range(2 * AGAIN_DAYS, span - 2 * AGAIN_DAYS, _SHIFT_DAYS)
    drawn = np.array(
        [[len(part) for part in _close(x, _rotated(y, first, span, shift))] for shift in shifts]
    ).reshape(-1, 2)
    if not len(drawn):
        return []
    items = []
    if elsewhere:
        items.append(_item("asked_elsewhere_at_once", elsewhere, drawn[:, 0], AT_ONCE_DAYS))
    if here:
        items.append(_item("asked_here_again", here, drawn[:, 1], AGAIN_DAYS))
    elif _places(x) & _places(y):
        p_value = as_extreme(0.0, -drawn[:, 1].astype(float))
        says = f"nobody asked for twice at one place, {drawn[:, 1].mean():.1f} expected by chance"
        items.append(Item("never_double", {}, p_value, _ROTATION, says, _persons(x)))
    return items


def _item(name: str, found: Sequence[Asked], drawn: np.ndarray, days: int) -> Item:
    says = (
        f"{len(found)} rounds repeated by the other side within {days} days, "
        f"{drawn.mean():.1f} expected by chance"
    )
    return Item(name, {}, as_extreme(len(found), drawn), _ROTATION, says, _persons(found))


def _places(asked: Sequence[Asked]) -> set[str]:
    return {each.organisation for each in asked}


def _persons(asked: Sequence[Asked]) -> tuple[str, ...]:
    return tuple(sorted({each.person for each in asked}))


def _takes_over(
    x: Sequence[Asked], y: Sequence[Asked], x_stays: Sequence[Stay], y_stays: Sequence[Stay]
) -> list[Item]:
    """Persons whom one side asks for first within a fortnight of the other's end elsewhere."""
    taken = {*_after_end(x, y, x_stays), *_after_end(y, x, y_stays)}
    if not taken:
        return []
    says = f"{len(taken)} persons asked for first when the other side had just gone"
    return [Item("takes_over", {}, None, "none: counted as found", says, tuple(sorted(taken)))]


def _after_end(x: Sequence[Asked], y: Sequence[Asked], stays: Sequence[Stay]) -> set[str]:
    first_of_y: dict[str, Asked] = {}
    for each in sorted(y, key=lambda each: each.day):
        first_of_y.setdefault(each.person, each)
    return {
        one.person
        for stay in stays
        for one in x
        if one.organisation == stay.organisation and one.day <= stay.last_day
        for other in [first_of_y.get(one.person)]
        if other
        and other.organisation != stay.organisation
        and 0 <= other.day - stay.last_day <= _TAKEOVER_DAYS
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
