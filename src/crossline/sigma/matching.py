"""Rules over a batch of events: hits for reports, signals for correlations."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from crossline.sigma.batches import Batch
from crossline.sigma.columns import ClassTable
from crossline.sigma.evaluating import candidates, evaluate, reasons
from crossline.sigma.planning import Plan
from crossline.sigma.rules import Test

__all__ = ["HITS", "SIGNALS", "Matches", "match"]

_FIELDS = pa.map_(pa.string(), pa.string())

HITS = pa.schema(
    [
        ("row", pa.int64()),
        ("rule", pa.int32()),
        ("matched", _FIELDS),
        ("suppressed_by", pa.string()),
    ]
)
"""One rule holding for one event: the event's row, the rule's number, fields and values why, and
the id of the filter that suppresses it (null: none does)."""

SIGNALS = pa.schema(
    [
        ("row", pa.int64()),
        ("rule", pa.int32()),
        ("time", pa.timestamp("us", tz="UTC")),
        ("event_id", pa.string()),
        ("values", _FIELDS),
    ]
)
"""One event of a rule that correlations refer to: its time, id, and the fields they ask for."""

_MAX_MATCHED = 12
"""Fields shown for one hit; the first ones in the order of the rule's tests."""
_MAX_BYTES = 24 * 1024 * 1024
"""Events are matched in parts of about this size; several times as much is in use meanwhile."""
_MAX_SHOWN = 1000
"""Characters shown of one value."""

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Matches:
    """What `match` found. `events_checked` counts, per rule, the events of its log source."""

    hits: pa.Table
    signals: pa.Table
    events_checked: NDArray[np.int64]


def match(plan: Plan, events: pa.Table | pa.RecordBatch) -> Matches:
    """Run all rules of a plan over events.

    Args:
        plan: the rules.
        events: rows of the `events` table; read are `format`, `channel`, `provider`,
            `event_code`, `host`, `fields`, and for signals `time` and `event_id` (an event
            without time gives no signal).

    Returns:
        Hits ordered by row and rule (rules that only serve correlations give none), also those
        that a filter suppresses; signals, without those; and the events looked at per rule.
        Nothing is kept between calls but a cache of values.
    """
    table = pa.Table.from_batches([events]) if isinstance(events, pa.RecordBatch) else events
    found = _Found(plan, table)
    parts = max(1, table.nbytes // _MAX_BYTES)
    step = max(1, -(-table.num_rows // parts))
    for first in range(0, table.num_rows, step):
        plan.forget()
        _match_batch(plan, Batch.of(plan, table.slice(first, step), first), found)
    return Matches(found.hits(), found.signals(), found.checked)


def _match_batch(plan: Plan, batch: Batch, found: "_Found") -> None:
    for part in batch.classes:
        table = ClassTable(plan, batch, part)
        found.checked[list(part.rules.rules)] += int(np.count_nonzero(table.chosen))
        for rule in candidates(table):
            held = evaluate(plan.programs[rule][0], table, table.chosen)
            if held.any():
                found.add(rule, table, held)


class _Found:
    """Collects what rules hold for; an event seen through two views counts once per rule."""

    def __init__(self, plan: Plan, events: pa.Table) -> None:
        self.plan = plan
        self.events = events
        self.checked = np.zeros(len(plan.rules), np.int64)
        self._hits: dict[tuple[int, int], tuple[dict[str, str], str | None]] = {}
        self._signals: dict[tuple[int, int], dict[str, str]] = {}

    def add(self, rule: int, table: ClassTable, held: Mask) -> None:
        stopped = _stopped(self.plan, rule, table, held)
        if not self.plan.rules[rule].silent:
            shown = _shown(self.plan, rule, table, held)
            for row in np.flatnonzero(held).tolist():
                key = int(table.order[row]), rule
                if key not in self._hits or self._hits[key][1]:
                    self._hits[key] = shown[row], stopped.get(row)
        rows = [row for row in np.flatnonzero(held).tolist() if row not in stopped]
        wanted = self.plan.wanted.get(rule)
        if wanted is not None:
            columns = [table.column(name).texts_of_rows(rows) for name in wanted]
            for place, row in enumerate(rows):
                values = {
                    name: text
                    for name, column in zip(wanted, columns, strict=True)
                    if (text := column[place]) is not None
                }
                self._signals.setdefault((int(table.order[row]), rule), values)

    def hits(self) -> pa.Table:
        keys = sorted(self._hits)
        found = [self._hits[key] for key in keys]
        matched, stopped = _maps([fields for fields, _ in found]), [by for _, by in found]
        columns = [*_rows_and_rules(keys), matched, pa.array(stopped, pa.string())]
        return pa.Table.from_arrays(columns, schema=HITS)

    def signals(self) -> pa.Table:
        keys = sorted(self._signals)
        rows, rules = _rows_and_rules(keys)
        values = _maps([self._signals[key] for key in keys])
        if not keys:
            return SIGNALS.empty_table()
        events = pa.table({name: self.events[name] for name in ("time", "event_id")}).take(rows)
        times = events["time"].cast(SIGNALS.field("time").type)
        columns = [rows, rules, times, events["event_id"], values]
        table = pa.Table.from_arrays(columns, schema=SIGNALS)
        return table.filter(table["time"].is_valid())


def _stopped(plan: Plan, rule: int, table: ClassTable, held: Mask) -> dict[int, str]:
    """Per row that filters keep from the rule, the id of the first of them."""
    stopped: dict[int, str] = {}
    for name, program in plan.filters.get(rule, ()):
        kept = evaluate(program, table, held)
        for row in np.flatnonzero(held & ~kept).tolist():
            stopped.setdefault(row, name)
    return stopped


def _rows_and_rules(keys: Sequence[tuple[int, int]]) -> tuple[pa.Array, pa.Array]:
    rows = pa.array([row for row, _ in keys], pa.int64())
    return rows, pa.array([rule for _, rule in keys], pa.int32())


def _maps(items: Iterable[dict[str, str]]) -> pa.Array:
    return pa.array([list(item.items()) for item in items], _FIELDS)


def _shown(plan: Plan, rule: int, table: ClassTable, held: Mask) -> dict[int, dict[str, str]]:
    """Per row the fields and values that carried the rule."""
    shown: defaultdict[int, dict[str, str]] = defaultdict(dict)
    for number, rows in reasons(plan.programs[rule][0], table, held):
        test = plan.numbers.tests[number]
        for row, name, text in _carriers(test, number, table, rows):
            fields = shown[row]
            if len(fields) < _MAX_MATCHED:
                fields.setdefault(name, text[:_MAX_SHOWN])
    return shown


def _carriers(
    test: Test, number: int, table: ClassTable, rows: Mask
) -> Iterable[tuple[int, str, str]]:
    """Rows, fields and values of the cells that pass a test."""
    column = table.column(test.field)
    if test.kind in {"null", "exists"}:
        return
    passing = column.passing(number, test, rows)
    cells = np.flatnonzero(rows[column.rows] & np.isin(column.codes, passing))
    name = test.field or "keywords"
    for row, code in zip(column.rows[cells].tolist(), column.codes[cells].tolist(), strict=True):
        yield row, name, column.text(code)
