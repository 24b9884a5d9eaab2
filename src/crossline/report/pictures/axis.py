"""A time axis from seconds to decades: where a time stands, and which times get a label."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

__all__ = ["Axis", "Tick", "axis_over"]

_SECOND, _MINUTE, _HOUR, _DAY = 1, 60, 3_600, 86_400
_STEPS = (
    *(n * _SECOND for n in (1, 5, 15, 30)),
    *(n * _MINUTE for n in (1, 5, 15, 30)),
    *(n * _HOUR for n in (1, 3, 6, 12)),
    *(n * _DAY for n in (1, 2, 7, 14)),
)
_MONTH_STEPS = (1, 3, 6, 12, 24, 60, 120, 240)
_MONTH = 30.44 * _DAY


@dataclass(frozen=True, slots=True)
class Tick:
    """A labelled time: its place, its label, and the larger unit where that changes."""

    x: float
    label: str
    context: str = ""


@dataclass(frozen=True, slots=True)
class Axis:
    """A straight line from `start` at `left` to `end` at `left + width`."""

    start: datetime
    end: datetime
    left: float
    width: float

    def x(self, time: datetime) -> float:
        """Where a time stands, kept within the axis, to a tenth of a unit."""
        share = (time - self.start) / (self.end - self.start)
        return round(self.left + self.width * min(1.0, max(0.0, share)), 1)

    def ticks(self, most: int = 9) -> tuple[Tick, ...]:
        """At most about `most` labelled times, at round values of seconds to decades."""
        span = (self.end - self.start).total_seconds()
        step = next((each for each in _STEPS if span / each <= most), None)
        if step:
            return tuple(self._labelled(_even(self, step), *_formats(step)))
        months = next((n for n in _MONTH_STEPS if span / (n * _MONTH) <= most), _MONTH_STEPS[-1])
        forms = ("%b", "%Y") if months < 12 else ("%Y", "")
        return tuple(self._labelled(_months(self, months), *forms))

    def _labelled(self, times: Iterator[datetime], label: str, larger: str) -> Iterator[Tick]:
        before = ""
        for time in times:
            context = time.strftime(larger) if larger else ""
            yield Tick(self.x(time), time.strftime(label), context if context != before else "")
            before = context


def _formats(step: int) -> tuple[str, str]:
    """How a time is labelled, and in what larger unit, for steps of so many seconds."""
    if step < _MINUTE:
        return "%H:%M:%S", "%d %b %Y"
    return ("%H:%M", "%d %b %Y") if step < _DAY else ("%d %b", "%Y")


def _even(axis: Axis, step: int) -> Iterator[datetime]:
    first = -(-int(axis.start.timestamp()) // step) * step
    for second in range(first, int(axis.end.timestamp()) + 1, step):
        yield datetime.fromtimestamp(second, UTC)


def _months(axis: Axis, step: int) -> Iterator[datetime]:
    month = axis.start.year * 12 + axis.start.month - 1
    month = -(-month // step) * step
    while (time := datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC)) <= axis.end:
        if time >= axis.start:
            yield time
        month += step


def axis_over(times: list[datetime], left: float, width: float) -> Axis:
    """An axis over all these times with a little air at both ends; a day where there are none."""
    start = min(times, default=datetime(1970, 1, 1, tzinfo=UTC))
    end = max(times, default=start + timedelta(days=1))
    air = max((end - start) * 0.01, timedelta(seconds=1))
    return Axis(start - air, end + air, left, width)
