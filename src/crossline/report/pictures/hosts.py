"""The hosts of one intrusion in the order of their first sign, over the time of the story."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from crossline.kernel.words import counted
from crossline.report.pictures.axis import Tick, axis_over
from crossline.report.pictures.timeline import columns
from crossline.report.wording import clipped, duration

__all__ = ["HostRow", "HostStrip", "host_strip"]

LABELS, PLOT = 226, 868
_ROW = 24
_MOST_ROWS = 20
_BINS = 289


@dataclass(frozen=True, slots=True)
class HostRow:
    """One host, or the counted rest: where it stands, first sign, and its acts as (x, height)."""

    y: int
    label: str
    title: str
    first: float
    last: float
    columns: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class HostStrip:
    """The picture: ticks, rows, height, and what it shows in one sentence."""

    ticks: tuple[Tick, ...]
    rows: tuple[HostRow, ...]
    height: int
    reading: str


def host_strip(acts: Iterable[tuple[str, datetime]]) -> HostStrip:
    """Draw (host, time) pairs; hosts after the first twenty are counted in one row."""
    times: dict[str, list[datetime]] = defaultdict(list)
    for host, time in acts:
        times[host].append(time)
    order = sorted(times, key=lambda host: (min(times[host]), host))
    axis = axis_over([time for each in times.values() for time in each], LABELS, PLOT)
    shown = [(host, times[host]) for host in order[:_MOST_ROWS]]
    rest = order[_MOST_ROWS:]
    if rest:
        shown.append((f"{len(rest):,} further hosts", [t for host in rest for t in times[host]]))
    rows = tuple(
        HostRow(
            y=n * _ROW,
            label=clipped(host, 30),
            title=f"{clipped(host, 200)}: {counted(len(when), 'event')}",
            first=axis.x(min(when)),
            last=axis.x(max(when)),
            columns=columns(when, axis, _BINS, 18),
        )
        for n, (host, when) in enumerate(shown)
    )
    return HostStrip(axis.ticks(), rows, len(rows) * _ROW, _reading(order, times))


def _reading(order: list[str], times: dict[str, list[datetime]]) -> str:
    if not order:
        return "No event of this story has a time."
    first = clipped(order[0], 60)
    if len(order) == 1:
        return f"All signs are on {first}."
    passed = duration(min(times[order[-1]]) - min(times[order[0]]))
    return (
        f"{counted(len(order), 'host')} in {passed}: first {first}, last {clipped(order[-1], 60)}."
    )
