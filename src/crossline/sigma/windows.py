"""Sliding windows over the events of one group: where a correlation's condition is met.

Events come sorted by time. A window holds what lies within the timespan, both ends included, and
is emptied by a finding, so that separate bursts give separate findings. Source: Sigma correlation
rules specification 2.1.0; where it is silent the reading is named at the function.
"""

import math
import operator
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, pairwise

from crossline.sigma.predicates import number_of
from crossline.sigma.rules import Bound, Correlation

__all__ = ["Signal", "findings"]

_OPERATORS: dict[str, Callable[[float, float], bool]] = {
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
    "eq": operator.eq,
    "neq": operator.ne,
}
_MICROSECONDS = 1_000_000


@dataclass(frozen=True, slots=True)
class Signal:
    """One event, or one finding of an inner correlation, as an outer one sees it.

    `time_us` is in microseconds UTC. `rules` are the positions in the correlation's list that it
    serves. `values` are those of the correlation's fields. `events` are the ids it rests on.
    """

    time_us: int
    rules: tuple[int, ...]
    group: tuple[str, ...]
    values: tuple[str | None, ...]
    events: tuple[str, ...]
    known: tuple[tuple[str, str], ...]


def findings(rule: Correlation, signals: Iterable[Signal]) -> Iterator[list[Signal]]:
    """The signals of each completed window of one group, in the order of time.

    Args:
        rule: the correlation.
        signals: signals of one group, sorted by time; the last one of a finding completed it.
    """
    span = rule.timespan_s * _MICROSECONDS
    if rule.kind == "temporal_ordered":
        return _in_order(signals, span, len(rule.refers_to), rule.bounds)
    if rule.kind == "temporal":
        every = Bound("gte", len(set(rule.referred)))
        return _on_the_way_up(_Kinds(), signals, span, rule.bounds or (every,))
    if rule.fields:
        signals = (signal for signal in signals if _counts(rule, signal))
    measure = _MEASURES[rule.kind](rule)
    rising = rule.kind in {"event_count", "value_count", "value_sum"}
    if rising and any(bound.operator in {"gt", "gte", "eq"} for bound in rule.bounds):
        return _on_the_way_up(measure, signals, span, rule.bounds)
    return _complete(measure, signals, span, rule.bounds)


def _counts(rule: Correlation, signal: Signal) -> bool:
    """Whether a signal has the values that are counted; numbers for sums and their like."""
    if rule.kind == "value_count":
        return None not in signal.values
    return signal.values[0] is not None and number_of(signal.values[0]) is not None


def _met(bounds: Iterable[Bound], value: float) -> bool:
    return all(_OPERATORS[bound.operator](value, bound.limit) for bound in bounds)


class _Measure:
    """A number over the signals of a window, kept up as they come and go."""

    def add(self, signal: Signal, sign: int) -> None:
        raise NotImplementedError

    def value(self) -> float:
        raise NotImplementedError


class _Events(_Measure):
    """How many signals."""

    def __init__(self, _: Correlation | None = None) -> None:
        self.total = 0

    def add(self, signal: Signal, sign: int) -> None:
        self.total += sign

    def value(self) -> float:
        return self.total


class _Distinct(_Measure):
    """How many different values, or combinations of values; letter case ignored."""

    def __init__(self, _: Correlation | None = None) -> None:
        self.counts: Counter[object] = Counter()

    def keys(self, signal: Signal) -> Iterable[object]:
        return (signal.values,)

    def add(self, signal: Signal, sign: int) -> None:
        for key in self.keys(signal):
            self.counts[key] += sign
            if not self.counts[key]:
                del self.counts[key]

    def value(self) -> float:
        return len(self.counts)


class _Kinds(_Distinct):
    """How many different rules of the list."""

    def keys(self, signal: Signal) -> Iterable[object]:
        return signal.rules


class _Numbers(_Measure):
    """Sum, average or percentile of numbers, exactly (decimal)."""

    def __init__(self, rule: Correlation) -> None:
        self.rule = rule
        self.total = Decimal(0)
        self.numbers: Counter[Decimal] = Counter()

    def add(self, signal: Signal, sign: int) -> None:
        number = number_of(signal.values[0] or "") or Decimal(0)
        self.total += sign * number
        self.numbers[number] += sign

    def value(self) -> float:
        count = self.numbers.total()
        if self.rule.kind == "value_sum" or not count:
            return float(self.total)
        if self.rule.kind == "value_avg":
            return float(self.total / count)
        return self._percentile(count)

    def _percentile(self, count: int) -> float:
        """The smallest value with at least that share of the values at or below it."""
        rank = max(1, math.ceil(count * (self.rule.percentile or 0) / 100))
        for number in sorted(+self.numbers):
            rank -= self.numbers[number]
            if rank <= 0:
                return float(number)
        return 0.0


_MEASURES: dict[str, Callable[[Correlation], _Measure]] = {
    "event_count": _Events,
    "value_count": _Distinct,
    "value_sum": _Numbers,
    "value_avg": _Numbers,
    "value_percentile": _Numbers,
}


def _on_the_way_up(
    measure: _Measure, signals: Iterable[Signal], span: int, bounds: Sequence[Bound]
) -> Iterator[list[Signal]]:
    """A finding at the signal with which the window's measure first meets the bounds."""
    window: deque[Signal] = deque()
    for signal in signals:
        while window and signal.time_us - window[0].time_us > span:
            measure.add(window.popleft(), -1)
        window.append(signal)
        measure.add(signal, 1)
        if _met(bounds, measure.value()):
            yield list(window)
            while window:
                measure.add(window.popleft(), -1)


def _complete(
    measure: _Measure, signals: Iterable[Signal], span: int, bounds: Sequence[Bound]
) -> Iterator[list[Signal]]:
    """A finding per window that no further signal fits into; windows of one finding are apart.

    For measures that can fall again (averages, upper bounds alone), a window that is still
    filling says nothing: our reading, the specification is silent.
    """
    window: deque[Signal] = deque()
    for signal, following in pairwise(chain(signals, [None])):
        if signal is None:
            break
        while window and signal.time_us - window[0].time_us > span:
            measure.add(window.popleft(), -1)
        window.append(signal)
        measure.add(signal, 1)
        full = following is None or following.time_us - window[0].time_us > span
        if full and _met(bounds, measure.value()):
            yield list(window)
            while window:
                measure.add(window.popleft(), -1)


def _in_order(
    signals: Iterable[Signal], span: int, steps: int, bounds: Sequence[Bound]
) -> Iterator[list[Signal]]:
    """A finding for each signal that ends a chain of different rules in their order.

    Of the chains of each length that end at each step, the one that began last is kept: whatever
    may complete another later completes this one, so all combinations are covered without trying
    them. `bounds` limit the length; without them it is all steps.
    """
    lengths = [n for n in range(1, steps + 1) if _met(bounds or [Bound("gte", steps)], n)]
    chains: dict[tuple[int, int], list[Signal]] = {}
    for signal in signals:
        # The last step first: one signal must not serve two steps of one chain.
        for step in sorted(signal.rules, reverse=True):
            _extend(chains, step, signal, span)
        done = [chains[n, step] for n in lengths for step in signal.rules if (n, step) in chains]
        if done and done[0][-1] is signal:
            yield done[0]
            chains.clear()


def _extend(
    chains: dict[tuple[int, int], list[Signal]], step: int, signal: Signal, span: int
) -> None:
    """Note the chains that end with this signal, the longest first."""
    for length in range(step + 1, 1, -1):
        before = (chains.get((length - 1, earlier)) for earlier in range(step))
        usable = [c for c in before if c and signal.time_us - c[0].time_us <= span]
        if usable:
            latest = max(usable, key=lambda chain: chain[0].time_us)
            chains[length, step] = [*latest, signal]
    chains[1, step] = [signal]
