"""The coverage calendar: months by sources, so that what could not be seen is seen."""

from collections import Counter, defaultdict
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from crossline.kernel.words import counted
from crossline.report.window import Window, month_names
from crossline.report.wording import clipped

__all__ = ["STATES", "Calendar", "CalendarCell", "CalendarGroup", "CalendarRow", "calendar"]

LABELS, PLOT = 226, 798
STATES = (
    ("seen", "log held"),
    ("partial", "held in part"),
    ("silent", "silent between months with log"),
    ("never", "no such log"),
    ("unknown", "before its first or after its last record"),
)
_LARGEST_CELL = 28.0
_ROW, _HEAD = 17, 20
_GROUPS_AT_FIRST = 12
_LETTERS, _LETTER, _YEAR = "JFMAMJJASOND", 9, 34


@dataclass(frozen=True, slots=True)
class CalendarCell:
    """One month of one source: its state, the share of its hosts held, words for a pointer."""

    x: float
    state: str
    share: float
    title: str


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """One kind of log of one organisation; `held` of its `months` are seen in full."""

    y: int
    label: str
    held: int
    months: int
    cells: tuple[CalendarCell, ...]


@dataclass(frozen=True, slots=True)
class CalendarGroup:
    """One organisation: its name, the rows of its logs, how many hosts it has, height in all."""

    name: str
    hosts: int
    rows: tuple[CalendarRow, ...]
    height: int


@dataclass(frozen=True, slots=True)
class Calendar:
    """The picture: months as (x, letter, year where it changes), organisations, counts, finding.

    `outside` counts months with a log that are not drawn.
    """

    months: tuple[tuple[float, str, str], ...]
    cell: float
    groups: tuple[CalendarGroup, ...]
    more: tuple[CalendarGroup, ...]
    counts: tuple[tuple[str, str, int], ...]
    reading: str
    outside: int


def calendar(coverage: pa.Table, names: dict[str, str], window: Window | None) -> Calendar:
    """Draw the months of `coverage` within the window, hosts of one log taken together."""
    months = month_names(window) if window else []
    outside = len(set(_held_months(coverage)) - set(months))
    cell = min(_LARGEST_CELL, PLOT / max(1, len(months)))
    tally = _tally(coverage)
    groups = tuple(
        _group(name, tally[organisation], months, cell, hosts)
        for organisation, name, hosts in _organisations(coverage, names)
    )
    states = Counter(each.state for group in groups for row in group.rows for each in row.cells)
    return Calendar(
        months=tuple(_head(months, cell)),
        cell=round(cell, 2),
        groups=groups[:_GROUPS_AT_FIRST],
        more=groups[_GROUPS_AT_FIRST:],
        counts=tuple((state, words, states[state]) for state, words in STATES),
        reading=_reading(states, groups),
        outside=outside,
    )


def _held_months(coverage: pa.Table) -> list[str]:
    held: list[str] = coverage.filter(pc.greater(coverage["events"], 0))["month"].to_pylist()
    return held


def _organisations(coverage: pa.Table, names: dict[str, str]) -> list[tuple[str, str, int]]:
    hosts: dict[str, set[str]] = defaultdict(set)
    pairs = coverage.group_by(["organisation", "host"]).aggregate([])
    for row in pairs.to_pylist():
        hosts[row["organisation"]].add(row["host"])
    found = [(each, names.get(each) or each, len(members)) for each, members in hosts.items()]
    return sorted(found, key=lambda each: (each[1].casefold(), each[0]))


def _tally(coverage: pa.Table) -> dict[str, dict[str, dict[str, Counter[str]]]]:
    """Hosts by state, for each organisation, log and month."""
    tally: dict[str, dict[str, dict[str, Counter[str]]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(Counter))
    )
    keys = ["organisation", "format", "month", "state"]
    for row in coverage.group_by(keys).aggregate([([], "count_all")]).to_pylist():
        tally[row["organisation"]][row["format"]][row["month"]][row["state"]] += row["count_all"]
    return tally


def _head(months: list[str], cell: float) -> list[tuple[float, str, str]]:
    """Where each month stands, its letter where there is room, its year where that begins."""
    head = []
    for n, month in enumerate(months):
        begins = n == 0 or month.endswith("-01")
        next_year = 13 - int(month[5:])
        room = n + next_year >= len(months) or next_year * cell > _YEAR
        letter = _LETTERS[int(month[5:]) - 1] if cell >= _LETTER else ""
        head.append((round(LABELS + n * cell, 1), letter, month[:4] if begins and room else ""))
    return head


def _group(
    name: str,
    logs: dict[str, dict[str, Counter[str]]],
    months: list[str],
    cell: float,
    hosts: int,
) -> CalendarGroup:
    held = [
        log for log, by_month in logs.items()
        if any(_together(states) != "never" for states in by_month.values())
    ]  # fmt: skip
    rows = [
        _row(log, logs[log], _HEAD + n * _ROW, months, cell) for n, log in enumerate(sorted(held))
    ]
    return CalendarGroup(clipped(name, 90), hosts, tuple(rows), _HEAD + len(rows) * _ROW + 6)


def _row(
    log: str, by_month: dict[str, Counter[str]], y: int, months: list[str], cell: float
) -> CalendarRow:
    cells = tuple(
        _cell(LABELS + m * cell, log, month, by_month.get(month, Counter()))
        for m, month in enumerate(months)
    )
    held = sum(each.state == "seen" for each in cells)
    months_known = sum(each.state != "unknown" for each in cells)
    return CalendarRow(y, clipped(log, 30), held, months_known, cells)


def _cell(x: float, log: str, month: str, states: Counter[str]) -> CalendarCell:
    state = _together(states)
    told = dict(STATES)
    parts = [f"{told[each]}: {states[each]:,}" for each, _ in STATES if states[each]]
    hosts = "; hosts by state: " + ", ".join(parts) if parts else ""
    return CalendarCell(round(x, 1), state, _share(states), f"{log}, {month}: {told[state]}{hosts}")


def _together(states: Counter[str]) -> str:
    """The state of several hosts: that of the hosts that keep such a log at all, if it is one."""
    keeping = {state for state, hosts in states.items() if hosts and state != "never"}
    if not keeping:
        return "never" if states else "unknown"
    if len(keeping) == 1:
        return keeping.pop()
    return "partial" if keeping & {"seen", "partial"} else "silent"


def _share(states: Counter[str]) -> float:
    """How much of the hosts that keep such a log is held; a month held in part counts half."""
    keeping = states.total() - states["never"]
    return round((states["seen"] + states["partial"] / 2) / keeping, 2) if keeping else 0.0


def _reading(states: Counter[str], groups: tuple[CalendarGroup, ...]) -> str:
    if not states:
        return "No month of any log is known."
    known = states.total() - states["unknown"]
    full = f"{states['seen']:,} of {counted(known, 'source-month')} hold a full log"
    if not states["seen"]:
        full = f"None of {counted(known, 'source-month')} holds a full log"
    holes = [
        (sum(each.state == "silent" for each in row.cells), group.name, row.label)
        for group in groups
        for row in group.rows
    ]
    worst = max(holes, key=lambda hole: hole[0], default=(0, "", ""))
    if not worst[0]:
        return f"{full}; none is silent between months that have it."
    return f"{full}; most silent is {worst[2]} at {worst[1]}, {counted(worst[0], 'month')}."
