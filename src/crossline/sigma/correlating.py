"""Correlations over the signals of all batches: grouped, sorted by time, inner ones first."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa

from crossline.sigma.folding import fold
from crossline.sigma.planning import Plan
from crossline.sigma.rules import Correlation
from crossline.sigma.windows import Signal, findings

__all__ = ["FINDINGS", "correlate"]

FINDINGS = pa.schema(
    [
        ("rule", pa.int32()),
        ("time", pa.timestamp("us", tz="UTC")),
        ("group", pa.map_(pa.string(), pa.string())),
        ("event_ids", pa.list_(pa.string())),
    ]
)
"""One finding: the correlation, the time of the event that completed it, its group's values (by
field or alias, as recorded in the first event), and the events it rests on in order of time."""


@dataclass(frozen=True)
class _Event:
    """One event of a rule, or one finding of an inner correlation."""

    time_us: int
    events: tuple[str, ...]
    values: dict[str, str]


def correlate(plan: Plan, signals: pa.Table) -> pa.Table:
    """Run all correlations of a plan.

    Args:
        plan: the rules.
        signals: the signals of all batches (`matching.SIGNALS`), in any order.

    Returns:
        Findings (`FINDINGS`) of the correlations that report, ordered by rule, time and events.
    """
    run = _Run(plan, signals)
    rows = [
        (number, event.time_us, [(k, event.values[k]) for k in rule.group_by], list(event.events))
        for number, rule in enumerate(plan.rules)
        if isinstance(rule, Correlation) and not rule.silent
        for event in run.of(number)
    ]
    rows.sort(key=lambda row: (row[0], row[1], row[3]))
    columns = [[row[place] for row in rows] for place in range(len(FINDINGS))]
    arrays = [pa.array(column, field.type) for column, field in zip(columns, FINDINGS, strict=True)]
    return pa.Table.from_arrays(arrays, schema=FINDINGS)


class _Run:
    """Events per rule; what correlations find is worked out when first asked for."""

    def __init__(self, plan: Plan, signals: pa.Table) -> None:
        self.plan = plan
        self.number_of = {rule.rule_id: number for number, rule in enumerate(plan.rules)}
        self._events: dict[int, list[_Event]] = defaultdict(list)
        self._found: dict[int, list[_Event]] = {}
        times = signals["time"].cast(pa.int64()).to_pylist()
        for rule, time, event_id, values in zip(
            signals["rule"].to_pylist(),
            times,
            signals["event_id"].to_pylist(),
            signals["values"].to_pylist(),
            strict=True,
        ):
            self._events[rule].append(_Event(time, (event_id,), dict(values)))

    def of(self, number: int) -> list[_Event]:
        """The events of a rule, or the findings of a correlation as events with group values."""
        rule = self.plan.rules[number]
        if not isinstance(rule, Correlation):
            return self._events[number]
        if number not in self._found:
            self._found[number] = list(self._correlated(rule))
        return self._found[number]

    def _correlated(self, rule: Correlation) -> Iterator[_Event]:
        groups: defaultdict[tuple[str, ...], list[Signal]] = defaultdict(list)
        for signal in self._signals(rule):
            groups[tuple(map(fold, signal.group))].append(signal)
        for key in sorted(groups):
            ordered = sorted(groups[key], key=lambda s: (s.time_us, s.events, s.rules))
            for window in findings(rule, ordered):
                yield _finding(rule, window)

    def _signals(self, rule: Correlation) -> Iterator[Signal]:
        """The events that take part: those that have all fields of the group."""
        served: defaultdict[str, list[int]] = defaultdict(list)
        for position, rule_id in enumerate(rule.referred):
            served[rule_id].append(position)
        for rule_id, positions in served.items():
            fields = _fields_of(rule, rule_id)
            for event in self.of(self.number_of[rule_id]):
                group = tuple(event.values.get(fields[key]) for key in rule.group_by)
                if None not in group:
                    yield _signal(rule, event, tuple(positions), group, fields)


def _fields_of(rule: Correlation, rule_id: str) -> dict[str, str]:
    """Per field or alias that the correlation names, the field in the events of one rule."""
    keys = (*rule.group_by, *rule.fields)
    return {key: rule.aliases.get(key, {}).get(rule_id, key) for key in keys}


def _signal(
    rule: Correlation,
    event: _Event,
    positions: tuple[int, ...],
    group: Sequence[str | None],
    fields: dict[str, str],
) -> Signal:
    values = tuple(event.values.get(fields[key]) for key in rule.fields)
    return Signal(
        time_us=event.time_us,
        rules=positions,
        group=tuple(value or "" for value in group),
        values=tuple(None if value is None else fold(value) for value in values),
        events=event.events,
        known=tuple(sorted(event.values.items())),
    )


def _finding(rule: Correlation, window: Sequence[Signal]) -> _Event:
    """A finding as an event: its group, and what else all its events agree on, for chains."""
    group = dict(zip(rule.group_by, window[0].group, strict=True))
    events = tuple(dict.fromkeys(e for signal in window for e in signal.events))
    return _Event(window[-1].time_us, events, {**_agreed(window), **group})


def _agreed(window: Iterable[Signal]) -> dict[str, str]:
    agreed: dict[str, str] | None = None
    for signal in window:
        if agreed is None:
            agreed = dict(signal.known)
            continue
        known = {name: fold(text) for name, text in signal.known}
        agreed = {n: text for n, text in agreed.items() if known.get(n) == fold(text)}
    return agreed or {}
