"""Routines: what an account does by itself at the same hour of the calendar, again and again.

An intruder's task repeats too. So a routine clears only what is as old as the machine's logs: a job
that began later is for a ticket to explain.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from crossline.intrusions.estate import DAY_US, Estate
from crossline.intrusions.nodes import Node
from crossline.intrusions.scoring import act_words

__all__ = ["Routine", "find_routines"]

_MINUTE_US = 60_000_000
_DAY_MIN = 1440
# A clock change moves a job that runs by local time by an hour.
_SAME_HOUR_MIN = 90
_MOST = 0.9  # share of the occurrences that must keep the hour, and of the gaps the calendar
_SHOWN = 12  # occurrences that a row names
# How often a job of each rhythm must be seen. Reasoned, not validated: three weeks of days, two
# months of weeks, half a year of months.
_NEEDED = {"daily": 20, "weekly": 8, "monthly": 6}
_OLD_D = 31  # days after the machine's first event by which the job was seen first
# Acts of an intruder that repeat by themselves, and what is never routine.
_NEVER = frozenset({"command and control", "exfiltration", "web shell", "impact"})
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Routine:
    """What one account does on one machine by the calendar, as one rule sees it."""

    words: str
    detections: tuple[str, ...]
    events: tuple[str, ...]


def find_routines(nodes: Iterable[Node], estate: Estate) -> list[Routine]:
    """Rules that fire on one machine, account and program daily, weekly or monthly at one hour.

    Args:
        nodes: detected events of one organisation, in order of time.
        estate: since when each machine has logs.
    """
    lines: dict[tuple[str, ...], list[tuple[Node, str]]] = {}
    for node in nodes:
        for fired in node.fired:
            if fired.level != "critical" and act_words(fired) not in _NEVER:
                key = (node.machine, fired.rule_id, node.account, node.process.program)
                lines.setdefault(key, []).append((node, fired.detection_id))
    old = [lines[key] for key in sorted(lines) if _as_old_as_the_logs(lines[key][0][0], estate)]
    return [routine for line in old for routine in _routine(line)]


def _as_old_as_the_logs(first: Node, estate: Estate) -> bool:
    began = estate.first.get((first.organisation, first.machine), first.time)
    return first.time - began <= _OLD_D * DAY_US


def _routine(line: Sequence[tuple[Node, str]]) -> Iterable[Routine]:
    days = sorted({node.day for node, _ in line})
    rhythm = _rhythm(days)
    if rhythm and len(days) >= _NEEDED[rhythm]:
        hour = _common_hour([node.time % DAY_US // _MINUTE_US for node, _ in line])
        if hour is not None:
            inside = [
                (node, detection)
                for node, detection in line
                if _apart(node.time % DAY_US // _MINUTE_US, hour) <= _SAME_HOUR_MIN
            ]
            yield Routine(
                f"runs {rhythm} about {hour // 60:02}:{hour % 60:02} UTC, on {len(days)} days",
                tuple(sorted({detection for _, detection in inside})),
                tuple(dict.fromkeys(node.event_id for node, _ in inside))[:_SHOWN],
            )


def _rhythm(days: Sequence[int]) -> str | None:
    """The rhythm that nearly all gaps keep; a gap may hold several beats."""
    gaps = [later - day for day, later in pairwise(days)]
    dates = [_EPOCH + timedelta(days=day) for day in days]
    if not gaps:
        return None
    kept: Mapping[str, float] = {
        "daily": sum(gap == 1 for gap in gaps) / len(gaps),
        "weekly": sum(gap % 7 == 0 for gap in gaps) / len(gaps),
        "monthly": max(
            sum(one.day == day for one in dates) / len(dates) for day in {d.day for d in dates}
        ),
    }
    return next((rhythm for rhythm, share in kept.items() if share >= _MOST), None)


def _common_hour(minutes: Sequence[int]) -> int | None:
    """The minute of the day about which nearly all stand; None if they are spread."""
    counts = Counter(minutes)
    near = {
        hour: sum(n for minute, n in counts.items() if _apart(minute, hour) <= _SAME_HOUR_MIN)
        for hour in sorted(counts)
    }
    best = max(near, key=lambda hour: near[hour])
    return best if near[best] >= _MOST * len(minutes) else None


def _apart(one: int, other: int) -> int:
    """Minutes between two times of day, over midnight too."""
    return min((one - other) % _DAY_MIN, (other - one) % _DAY_MIN)
