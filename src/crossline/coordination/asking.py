"""Who asked for the same person, where and when: what parts tasking from a common interest.

One order to two hands leaves the same person asked for at two operators within days and never
twice at one; a common interest leaves double work; a guest's list follows its host's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb

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
_LONG_DAYS = 90
_FOLLOWS_DAYS = (5, 90)
_SHIFT_DAYS = 5
_ROTATION = "one side's days of asking rotated as a whole; places drawn as all its rounds have them"


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
    """Repeats within days: more than chance in time, and at one place or at two.

    The places are tested apart from the times: of repeats by a common interest as many fall on
    one place as places of all rounds for the same persons agree.
    """
    elsewhere, here = _close(x, y)
    count = len(elsewhere) + len(here)
    together, pairs = _agreeing(x, y)
    if not count or not pairs:
        return []
    share = together / pairs
    items = []
    if elsewhere:
        p_value = max(_in_time(x, y, len(elsewhere)), _by_place(len(elsewhere), count, 1 - share))
        items.append(_item("asked_elsewhere_at_once", elsewhere, p_value))
    if here:
        p_value = max(_in_time(x, y, count), _by_place(len(here), count, share))
        items.append(_item("asked_here_again", here, p_value))
    elif share > 0:
        items.append(_item("never_double", elsewhere, (1 - share) ** count))
    return items


def _agreeing(x: Sequence[Asked], y: Sequence[Asked]) -> tuple[int, int]:
    """Pairs of rounds for one person, whenever: at one place, and in all."""
    pairs = [(one, other) for one in x for other in y if one.person == other.person]
    return sum(one.organisation == other.organisation for one, other in pairs), len(pairs)


def _by_place(hits: int, count: int, share: float) -> float:
    """Probability of so many hits or more, each with probability `share` (binomial).

    Where all rounds agree, or none does, places tell nothing and only the time counts.
    """
    if share in (0, 1):
        return 0.0
    return sum(
        comb(count, k) * share**k * (1 - share) ** (count - k) for k in range(hits, count + 1)
    )


def _in_time(x: Sequence[Asked], y: Sequence[Asked], found: int) -> float:
    """Probability of so many repeats within days when one calendar is rotated as a whole."""
    days = [each.day for each in (*x, *y)]
    first, span = min(days), max(days) - min(days) + 1
    shifts = range(2 * AGAIN_DAYS, span - 2 * AGAIN_DAYS, _SHIFT_DAYS)
    drawn = np.array(
        [sum(map(len, _close(x, _rotated(y, first, span, shift)))) for shift in shifts]
    )
    return as_extreme(found, drawn)


def _item(name: str, found: Sequence[Asked], p_value: float) -> Item:
    says = f"{len(found)} rounds repeated by the other side within days"
    return Item(name, {}, min(1.0, p_value), _ROTATION, says, _persons(found))


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
    """Persons of x that y, who long had not, asks for elsewhere once x has lost a place."""
    taken = set()
    for stay in stays:
        held = {
            e.person for e in x if e.organisation == stay.organisation and e.day <= stay.last_day
        }
        for each in y:
            recent = any(
                other.person == each.person and 0 < each.day - other.day <= _LONG_DAYS
                for other in y
            )
            if (
                each.person in held
                and each.organisation != stay.organisation
                and 0 <= each.day - stay.lost_day <= _TAKEOVER_DAYS
                and not recent
            ):
                taken.add(each.person)
    return taken


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
