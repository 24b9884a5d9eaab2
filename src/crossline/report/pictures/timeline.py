"""The timeline by organisation: a lane each, with a row for each intrusion."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import log2

from crossline.report.pictures.axis import Axis, Tick, axis_over
from crossline.report.window import Window

__all__ = ["Activity", "Lane", "Timeline", "TimelineRow", "columns", "timeline"]

LABELS, PLOT = 226, 868
_ROW, _HEAD, _BAR = 22, 24, 16
_BINS = 217
_ROWS_A_LANE = 12
_LANES_AT_FIRST = 12


@dataclass(frozen=True, slots=True)
class Activity:
    """What one row of the picture is drawn from.

    `story` is the intrusion's id, empty for detections that stand alone; `open` draws an arrow;
    `left_out` counts events without a time and those outside the months drawn.
    """

    organisation: str
    label: str
    story: str
    times: Sequence[datetime]
    open: bool = False
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One row: its place, its span from x to x, and columns as (x, height)."""

    y: int
    label: str
    story: str
    span: tuple[float, float] | None
    columns: tuple[tuple[float, float], ...]
    open: bool
    title: str


@dataclass(frozen=True, slots=True)
class Lane:
    """One organisation: its rows, and the stretches without any log as (x, width)."""

    name: str
    rows: tuple[TimelineRow, ...]
    blind: tuple[tuple[float, float], ...]
    height: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """The picture: ticks, lanes (the first and the folded), and what it shows in one sentence."""

    ticks: tuple[Tick, ...]
    lanes: tuple[Lane, ...]
    more: tuple[Lane, ...]
    reading: str
    left_out: int


def timeline(
    activities: Sequence[Activity],
    held: dict[str, Window],
    names: dict[str, str],
    reading: str,
) -> Timeline:
    """Draw activities, already in order, in lanes.

    `held` gives the first and the last record of each organisation, `names` how it is called;
    activities lie within the case's window.
    """
    times = [time for span in held.values() for time in span]
    times += [time for each in activities for time in each.times]
    axis = axis_over(times, LABELS, PLOT)
    lanes = tuple(
        _lane(
            names.get(organisation) or organisation,
            [each for each in activities if each.organisation == organisation],
            span,
            axis,
        )
        for organisation, span in held.items()
    )
    left_out = sum(each.left_out for each in activities)
    return Timeline(
        axis.ticks(), lanes[:_LANES_AT_FIRST], lanes[_LANES_AT_FIRST:], reading, left_out
    )


def _lane(name: str, rows: list[Activity], held: Window, axis: Axis) -> Lane:
    drawn = tuple(_row(each, _HEAD + n * _ROW, axis) for n, each in enumerate(_folded(name, rows)))
    return Lane(name, drawn, tuple(_blind(held, axis)), _HEAD + max(1, len(drawn)) * _ROW + 4)


def _folded(name: str, rows: list[Activity]) -> Iterator[Activity]:
    """The first rows of a lane; further intrusions become one row, with their number."""
    stories = [each for each in rows if each.story]
    yield from stories[:_ROWS_A_LANE]
    rest = stories[_ROWS_A_LANE:]
    if rest:
        times = [time for each in rest for time in each.times]
        yield Activity(name, f"{len(rest):,} further intrusions", "further", times)
    yield from (each for each in rows if not each.story)


def _row(activity: Activity, y: int, axis: Axis) -> TimelineRow:
    times = activity.times
    span = (axis.x(min(times)), axis.x(max(times))) if times and activity.story else None
    title = f"{activity.label}: {len(times):,} events" if times else f"{activity.label}: none"
    return TimelineRow(
        y, activity.label, activity.story, span, columns(times, axis), activity.open, title
    )


def columns(
    times: Sequence[datetime], axis: Axis, bins: int = _BINS, tallest: float = _BAR
) -> tuple[tuple[float, float], ...]:
    """Counts by stretch of the axis as (x, height); height grows with the logarithm of a count."""
    wide = axis.width / bins
    counts = Counter(min(bins - 1, int((axis.x(time) - axis.left) / wide)) for time in times)
    most = log2(1 + max(counts.values(), default=1))
    return tuple(
        (round(axis.left + n * wide, 1), round(4 + (tallest - 4) * log2(1 + count) / most, 1))
        for n, count in sorted(counts.items())
    )


def _blind(held: Window, axis: Axis) -> Iterator[tuple[float, float]]:
    first, last = axis.x(held[0]), axis.x(held[1])
    if first - axis.left > 10:
        yield (axis.left, round(first - axis.left, 1))
    if axis.left + axis.width - last > 10:
        yield (last, round(axis.left + axis.width - last, 1))
