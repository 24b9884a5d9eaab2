"""Correlations over the signals of all batches: grouped, sorted by time, inner ones first.

Signals stay in columns until a window takes them up one after the other, so that memory depends
on what lies within a timespan and not on how many events there are.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from crossline.sigma.folding import fold
from crossline.sigma.planning import Plan
from crossline.sigma.rules import Correlation
from crossline.sigma.windows import Signal, findings

__all__ = ["FINDINGS", "correlate"]

_FIELDS = pa.map_(pa.string(), pa.string())
_TIME = pa.timestamp("us", tz="UTC")

FINDINGS = pa.schema(
    [
        ("rule", pa.int32()),
        ("time", _TIME),
        ("group", _FIELDS),
        ("event_ids", pa.list_(pa.string())),
    ]
)
"""One finding: the correlation, the time of the event that completed it, its group's values (by
field or alias, as recorded in the first event), and the events it rests on in order of time."""

_EVENTS = pa.schema([("time", pa.int64()), ("events", pa.list_(pa.string())), ("values", _FIELDS)])
"""Events of a rule, or findings of an inner correlation: time in microseconds, what it rests on,
and the fields known of it."""

_TAKEN = 10_000
"""Signals taken out of the columns at a time."""


def correlate(plan: Plan, signals: pa.Table) -> pa.Table:
    """Run all correlations of a plan.

    Args:
        plan: the rules.
        signals: the signals of all batches (`matching.SIGNALS`), in any order.

    Returns:
        Findings (`FINDINGS`) of the correlations that report, ordered by rule, time and events.
    """
    run = _Run(plan, signals)
    rows = []
    for number, rule in enumerate(plan.rules):
        if isinstance(rule, Correlation) and not rule.silent:
            for event in run.of(number).to_pylist():
                values = dict(event["values"])
                group = [(key, values[key]) for key in rule.group_by]
                rows.append((number, event["time"], group, event["events"]))
    rows.sort(key=lambda row: (row[0], row[1], row[3]))
    columns = [[row[place] for row in rows] for place in range(len(FINDINGS))]
    arrays = [pa.array(column, field.type) for column, field in zip(columns, FINDINGS, strict=True)]
    return pa.Table.from_arrays(arrays, schema=FINDINGS)


class _Run:
    """Events per rule; what correlations find is worked out when first asked for."""

    def __init__(self, plan: Plan, signals: pa.Table) -> None:
        self.plan = plan
        self.signals = signals
        self.number_of = {rule.rule_id: number for number, rule in enumerate(plan.rules)}
        self._found: dict[int, pa.Table] = {}

    def of(self, number: int) -> pa.Table:
        """The events of a rule, or the findings of a correlation as events (`_EVENTS`)."""
        if number not in self._found:
            rule = self.plan.rules[number]
            self._found[number] = (
                self._correlated(rule) if isinstance(rule, Correlation) else self._base(number)
            )
        return self._found[number]

    def _base(self, number: int) -> pa.Table:
        table = self.signals.filter(pc.equal(self.signals["rule"], number)).combine_chunks()
        ids = table["event_id"].combine_chunks()
        alone = pa.ListArray.from_arrays(pa.array(range(len(ids) + 1), pa.int32()), ids)
        times = table["time"].cast(_TIME).cast(pa.int64())
        return pa.Table.from_arrays([times, alone, table["values"]], schema=_EVENTS)

    def _correlated(self, rule: Correlation) -> pa.Table:
        found = [
            _finding(rule, window)
            for _, group in groupby(self._signals(rule), itemgetter(0))
            for window in findings(rule, (signal for _, signal in group))
        ]
        return pa.Table.from_pylist(found, schema=_EVENTS)

    def _signals(self, rule: Correlation) -> Iterator[tuple[int, Signal]]:
        """The events that take part, by group and time, each with the number of its group."""
        positions: dict[str, list[int]] = {}
        for position, rule_id in enumerate(rule.referred):
            positions.setdefault(rule_id, []).append(position)
        serves = {places[0]: tuple(places) for places in positions.values()}
        parts = [
            _taking_part(rule, rule_id, places[0], self.of(self.number_of[rule_id]))
            for rule_id, places in positions.items()
        ]
        table = pa.concat_tables(parts).combine_chunks()
        groups = _groups(table, len(rule.group_by))
        first_ids = pc.list_element(table["events"], 0) if table.num_rows else table["time"]
        keys = pa.table({"g": groups, "t": table["time"], "e": first_ids, "n": table["serves"]})
        order = pc.sort_indices(keys, [(name, "ascending") for name in "gten"]).to_numpy()
        for start in range(0, len(order), _TAKEN):
            rows = order[start : start + _TAKEN]
            for group, row in zip(groups[rows].tolist(), table.take(rows).to_pylist(), strict=True):
                yield group, _signal(rule, row, serves)


def _taking_part(rule: Correlation, rule_id: str, position: int, table: pa.Table) -> pa.Table:
    """Events of one rule with the fields of group and values as columns; a group must be whole."""
    columns = {name: table[name] for name in _EVENTS.names}
    columns["serves"] = pa.array(np.full(table.num_rows, position, np.int32))
    for prefix, keys in (("group", rule.group_by), ("value", rule.fields)):
        for place, key in enumerate(keys):
            field = rule.aliases.get(key, {}).get(rule_id, key)
            columns[f"{prefix}{place}"] = pc.map_lookup(table["values"], field, "first")
    result = pa.table(columns)
    for place in range(len(rule.group_by)):
        result = result.filter(result[f"group{place}"].is_valid())
    return result


def _groups(table: pa.Table, fields: int) -> NDArray[np.int64]:
    """The number of each row's group: rows agree if their values do, letter case ignored."""
    numbers = np.zeros(table.num_rows, np.int64)
    for place in range(fields):
        coded = table[f"group{place}"].combine_chunks().dictionary_encode()
        folded = [fold(text) for text in coded.dictionary.to_pylist()]
        ranks = {text: rank for rank, text in enumerate(sorted(set(folded)))}
        of_code = np.array([ranks[text] for text in folded], np.int64)
        pairs = numbers * max(1, len(ranks)) + of_code[coded.indices.to_numpy()]
        numbers = np.unique(pairs, return_inverse=True)[1]
    return numbers


def _signal(
    rule: Correlation, row: dict[str, Any], serves: Mapping[int, tuple[int, ...]]
) -> Signal:
    values = (row[f"value{place}"] for place in range(len(rule.fields)))
    return Signal(
        time_us=row["time"],
        rules=serves[row["serves"]],
        group=tuple(row[f"group{place}"] for place in range(len(rule.group_by))),
        values=tuple(None if value is None else fold(value) for value in values),
        events=tuple(row["events"]),
        known=tuple(sorted(row["values"])),
    )


def _finding(rule: Correlation, window: Sequence[Signal]) -> dict[str, object]:
    """A finding as an event: its group, and what else all its events agree on, for chains."""
    group = dict(zip(rule.group_by, window[0].group, strict=True))
    events = list(dict.fromkeys(event for signal in window for event in signal.events))
    values = {**_agreed(window), **group}
    return {"time": window[-1].time_us, "events": events, "values": list(values.items())}


def _agreed(window: Sequence[Signal]) -> dict[str, str]:
    agreed = dict(window[0].known)
    for signal in window[1:]:
        known = {name: fold(text) for name, text in signal.known}
        agreed = {n: text for n, text in agreed.items() if known.get(n) == fold(text)}
    return agreed
