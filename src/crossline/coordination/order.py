"""Who comes first on what both use: one follows the other, or hands on where it stops.

The null model deals one side's days anew among all it used in the shared organisations: its
calendar is held fixed, so a side that arrived late as a whole is not taken for a follower.
"""

from collections.abc import Callable, Mapping
from math import log

import numpy as np
from numpy.typing import NDArray

from crossline.coordination.activity import Item, Pair
from crossline.coordination.drawing import as_extreme, seeded

__all__ = ["handed_on", "who_is_first"]

_FOLLOWS_WITHIN_DAYS = 60
"""A follower lives off an access while it is fresh (reasoned)."""

_HANDED_ON_WITHIN_DAYS = 30
"""One who takes an account over begins within a month of its last use (reasoned)."""

_DEALS = 400

_Spans = NDArray[np.int64]
"""First and last day of use: the last axis has length 2."""
_Count = Callable[[_Spans, _Spans], NDArray[np.int64]]


def _spans(uses: Mapping[str, tuple[int, ...]], values: list[str]) -> _Spans:
    return np.array([(min(uses[value]), max(uses[value])) for value in values]).reshape(-1, 2)


def _inside(uses: Mapping[str, tuple[int, ...]], pair: Pair) -> list[str]:
    home, places = pair.around.home, pair.shared_organisations
    return sorted(value for value in uses if home.get(value) in places)


def _dealt(pair: Pair, part: str, count: _Count) -> tuple[int, NDArray[np.int64]]:
    """What `count` finds on the values used by both, as it was and as dealt anew.

    `count(x, y)` counts from the spans of `x` to those of `y`. Half of the deals deal `y` anew,
    half `x`.
    """
    x, y = getattr(pair.x, part), getattr(pair.y, part)
    shared = [value for value in _inside(x, pair) if value in y]
    if not shared:
        return 0, np.zeros(2 * _DEALS, dtype=np.int64)
    held_x, held_y = _spans(x, shared), _spans(y, shared)
    random = seeded(shared)
    order = random.random((_DEALS, max(len(x), len(y))))

    def deals(uses: Mapping[str, tuple[int, ...]]) -> _Spans:
        every = _spans(uses, _inside(uses, pair))
        every = every[np.lexsort(every.T)]
        chosen = np.argsort(order[:, : len(every)], axis=1)[:, : len(shared)]
        return np.asarray(every[chosen])

    dealt = np.concatenate((count(held_x, deals(y)), count(deals(x), held_y)))
    return int(count(held_x, held_y)), dealt


def _follows(x: _Spans, y: _Spans) -> NDArray[np.int64]:
    """Values on which y comes soon after x, less those on which x comes soon after y."""
    lags = y[..., 0] - x[..., 0]
    near = np.abs(lags) <= _FOLLOWS_WITHIN_DAYS
    return np.asarray((np.sign(lags) * near).sum(axis=-1))


def _hands_on(x: _Spans, y: _Spans) -> NDArray[np.int64]:
    """Values that y begins to use soon after x stopped."""
    lags = y[..., 0] - x[..., 1]
    return np.asarray(((lags >= 0) & (lags <= _HANDED_ON_WITHIN_DAYS)).sum(axis=-1))


def who_is_first(pair: Pair) -> Item:
    """On shared hosts and accounts: does one side arrive soon after the other, one way?"""
    null = "days dealt anew among what one side used in the shared organisations"
    parts = [_dealt(pair, part, _follows) for part in ("hosts", "accounts")]
    surplus = sum(found for found, _ in parts)
    dealt = sum((each for _, each in parts), start=np.zeros(2 * _DEALS, dtype=np.int64))
    if not dealt.any() and not surplus:
        return Item("who_is_first", {}, None, null, "nothing shared within the time of a follower")
    beyond = (surplus - dealt.mean()) / (dealt.std() + 1)
    return Item(
        "who_is_first",
        {"one_way": float(abs(beyond))},
        as_extreme(abs(surplus - dealt.mean()), np.abs(dealt - dealt.mean())),
        null,
        f"one side soon after the other on {abs(surplus)} more hosts and accounts than the other "
        f"way round, {abs(float(dealt.mean())):.1f} expected by chance",
        direction=float(beyond),
    )


def handed_on(pair: Pair) -> Item:
    """Accounts that one side begins to use soon after the other stopped."""
    null = "days dealt anew among the accounts one side used in the shared organisations"
    if not (_inside(pair.x.accounts, pair) and _inside(pair.y.accounts, pair)):
        return Item("handed_on", {}, None, null, "no organisation with accounts of both")
    forth, forth_dealt = _dealt(pair, "accounts", _hands_on)
    back, back_dealt = _dealt(pair, "accounts", lambda x, y: _hands_on(y, x))
    found, dealt = forth + back, forth_dealt + back_dealt
    return Item(
        "handed_on",
        {"handed_on": log((found + 0.5) / (float(dealt.mean()) + 0.5))},
        as_extreme(found, dealt),
        null,
        f"{found} accounts taken up within {_HANDED_ON_WITHIN_DAYS} days of the other's last use, "
        f"{dealt.mean():.1f} expected by chance",
        direction=float(forth - back),
    )
