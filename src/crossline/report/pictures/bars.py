"""Hypothesis bars: rivals on one scale from 0 to 1, with the bands of likelihood behind."""

from collections.abc import Sequence
from dataclasses import dataclass

from crossline.kernel.words import likelihood_word, percent

__all__ = ["BANDS", "Bar", "Bars", "bars"]

_LEFT, _WIDTH, _ROW = 330.0, 620.0, 26.0
# Every other band of ICD 203, first row, shaded: very unlikely, roughly even, very likely.
BANDS = ((0.05, 0.20), (0.45, 0.55), (0.80, 0.95))


@dataclass(frozen=True, slots=True)
class Bar:
    """One hypothesis; places in the picture's own units, `whisker` is the 90 % interval."""

    label: str
    value: str
    y: float
    width: float
    whisker: tuple[float, float] | None
    hatched: bool
    title: str


@dataclass(frozen=True, slots=True)
class Bars:
    """The picture: one sentence that reads it, the shaded bands, and its rows, likeliest first."""

    reading: str
    bands: tuple[tuple[float, float], ...]
    rows: tuple[Bar, ...]
    left: float
    width: float
    height: float


Share = tuple[str, float, float | None, float | None]


def bars(reading: str, shares: Sequence[Share], calibrated: bool) -> Bars:
    """Draw (label, probability, low, high) in the order given.

    Scores that are not calibrated are drawn hatched and get no word of likelihood.
    """
    rows = tuple(
        _bar(place, label, share, low, high, calibrated)
        for place, (label, share, low, high) in enumerate(shares)
    )
    bands = tuple((_x(low), round(_WIDTH * (high - low), 1)) for low, high in BANDS)
    return Bars(reading, bands, rows, _LEFT, _WIDTH, _ROW * len(rows) + 6)


def _x(share: float) -> float:
    return round(_LEFT + _WIDTH * share, 1)


def _bar(
    place: int, label: str, share: float, low: float | None, high: float | None, calibrated: bool
) -> Bar:
    interval = None if low is None or high is None else (_x(low), _x(high))
    word = likelihood_word(share) if calibrated else "score, not calibrated"
    spread = "" if interval is None else f", {percent(low or 0.0)} to {percent(high or 0.0)}"
    return Bar(
        label=label,
        value=percent(share),
        y=4 + _ROW * place,
        width=round(_WIDTH * share, 1),
        whisker=interval,
        hatched=not calibrated,
        title=f"{label}: {word} ({percent(share)}{spread})",
    )
