"""A batch of events as columns: per field the rows that have it and codes of its values.

Rows are put in an order in which those of one class lie together, so that a class's part of a
field is a slice. Only fields that some rule reads are taken out of the events' map.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from crossline.sigma.planning import Plan, RuleClass
from crossline.sigma.records import FURTHER_VALUE, encoded, records_of

__all__ = ["SYSTEM_FIELDS", "Batch", "Cells", "ClassRows"]

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]

SYSTEM_FIELDS = {
    "EventID": "event_code",
    "Channel": "channel",
    "Provider_Name": "provider",
    "Computer": "host",
}
"""Fields that rules may name and that stand in columns of their own."""


@dataclass(frozen=True)
class Cells:
    """Values of one field: row and code of each; code -1 is a null. Rows ascend."""

    rows: Ints
    codes: Ints

    def between(self, start: int, end: int, base: int) -> "Cells":
        """The cells of rows `start` to `end`, rows counted from `base` instead of `start`."""
        first, last = np.searchsorted(self.rows, (start, end))
        return Cells(self.rows[first:last] - (start - base), self.codes[first:last])


_NO_CELLS = Cells(np.empty(0, np.int32), np.empty(0, np.int32))


def _joined(parts: Sequence[Cells]) -> Cells:
    if len(parts) == 1:
        return parts[0]
    rows = np.concatenate([part.rows for part in parts])
    return Cells(rows, np.concatenate([part.codes for part in parts]))


@dataclass(frozen=True)
class ClassRows:
    """The rows of a batch that belong to one class: ranges of the batch's own order."""

    rules: RuleClass
    ranges: tuple[tuple[int, int], ...]

    @property
    def rows(self) -> Longs:
        """The places of the rows in the batch's order."""
        return np.concatenate([np.arange(start, end) for start, end in self.ranges])


@dataclass
class Batch:
    """Events ready for matching; made by `Batch.of`.

    `order` gives, for each place in the batch's own order, the event's row; `texts` are the
    values by code, to which conversions add.
    """

    order: Longs
    classes: tuple[ClassRows, ...]
    texts: list[str]
    fields: dict[str | None, Cells]

    def __post_init__(self) -> None:
        self._codes: dict[str, int] = {}

    @classmethod
    def of(cls, plan: Plan, table: pa.Table, first_row: int = 0) -> "Batch":
        """Take apart the events that some rule looks at; their rows count from `first_row`."""
        order, classes = _routed(plan, table)
        searched = np.zeros(len(order), np.bool_)
        for part in classes:
            if part.rules.keywords is not None:
                searched[part.rows] = True
        texts: list[str] = []
        recorded = _recorded_cells(plan, table, order, searched, texts)
        return cls(order + first_row, classes, texts, _by_field(recorded, searched))

    def cells(self, name: str | None, part: ClassRows) -> Cells:
        """The cells of a field (None: of all fields) in a class, rows counted within the class."""
        cells = self.fields.get(name, _NO_CELLS)
        parts, base = [], 0
        for start, end in part.ranges:
            parts.append(cells.between(start, end, base))
            base += end - start
        return _joined(parts)

    def code(self, text: str) -> int:
        """The code of a text that a conversion gives."""
        code = self._codes.setdefault(text, len(self.texts))
        if code == len(self.texts):
            self.texts.append(text)
        return code


def _routed(plan: Plan, table: pa.Table) -> tuple[Longs, tuple[ClassRows, ...]]:
    """The order of the rows that some rule looks at, and the classes in it."""
    kinds, inverse = records_of(table)
    routes: dict[tuple[int, ...], int] = {}
    found: dict[int, RuleClass] = {}
    groups = np.full(len(kinds), -1, np.int32)
    for place, record in enumerate(kinds):
        classes = plan.route(record)
        found.update((id(item), item) for item in classes)
        if classes:
            groups[place] = routes.setdefault(tuple(map(id, classes)), len(routes))
    of_row = groups[inverse]
    rows = np.flatnonzero(of_row >= 0)
    order = rows[np.argsort(of_row[rows], kind="stable")]
    borders = np.searchsorted(of_row[order], np.arange(len(routes) + 1)).tolist()
    ranges: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for route, group in routes.items():
        for item in route:
            ranges[item].append((borders[group], borders[group + 1]))
    return order, tuple(ClassRows(found[item], tuple(parts)) for item, parts in ranges.items())


@dataclass(frozen=True)
class _Recorded:
    """All cells taken, by row: row, number of the field (-1: only searched), code."""

    names: tuple[str, ...]
    rows: Ints
    fields: Ints
    codes: Ints


def _recorded_cells(
    plan: Plan, table: pa.Table, order: Longs, searched: NDArray[np.bool_], texts: list[str]
) -> _Recorded:
    names = tuple(sorted(plan.wanted_fields))
    rows, fields, codes = _map_cells(table["fields"], names, order, searched, texts)
    parts = [(rows, fields, codes)]
    for name, column in SYSTEM_FIELDS.items():
        if name in plan.wanted_fields or searched.any():
            number = names.index(name) if name in plan.wanted_fields else -1
            parts.append(_column_cells(table[column], number, order, texts))
    rows, fields, codes = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    return _Recorded(names, rows, fields, codes)


def _map_cells(
    column: pa.ChunkedArray,
    names: Sequence[str],
    order: Longs,
    searched: NDArray[np.bool_],
    texts: list[str],
) -> tuple[Ints, Ints, Ints]:
    maps = column.combine_chunks()
    offsets = maps.offsets.to_numpy().astype(np.int64)
    lengths = np.diff(offsets) * maps.is_valid().to_numpy(zero_copy_only=False)
    starts, lengths = offsets[:-1][order], lengths[order]
    rows = np.repeat(np.arange(len(order), dtype=np.int32), lengths)
    places = np.repeat(starts - (np.cumsum(lengths) - lengths), lengths) + np.arange(len(rows))
    fields = _field_numbers(maps, places, names)
    kept = np.flatnonzero((fields >= 0) | searched[rows])
    codes, values = encoded(maps.items.take(pa.array(places[kept])))
    texts += values
    return rows[kept], fields[kept], codes


def _field_numbers(maps: pa.MapArray, places: Longs, names: Sequence[str]) -> Ints:
    """The number of the field at each place of the maps' keys, -1 for one that is not wanted."""
    first, last = maps.offsets[0].as_py(), maps.offsets[-1].as_py()
    if 2 * len(places) < last - first:
        codes, keys = encoded(maps.keys.take(pa.array(places)))
    else:
        codes, keys = encoded(maps.keys.slice(first, last - first))
        codes = codes[places - first]
    number = {name: i for i, name in enumerate(names)}
    of_key = [number.get(FURTHER_VALUE.sub("", key), -1) for key in keys]
    return np.array([*of_key, -1], np.int32)[codes]


def _column_cells(
    column: pa.ChunkedArray, number: int, order: Longs, texts: list[str]
) -> tuple[Ints, Ints, Ints]:
    codes, values = encoded(column)
    rows = np.flatnonzero(codes[order] >= 0).astype(np.int32)
    shifted = codes[order][rows] + np.int32(len(texts))
    texts += values
    return rows, np.full(len(rows), number, np.int32), shifted


def _by_row(cells: Cells) -> Cells:
    """A field that stands both in the map and in a column of its own comes in two runs."""
    if np.all(cells.rows[1:] >= cells.rows[:-1]):
        return cells
    order = np.argsort(cells.rows, kind="stable")
    return Cells(cells.rows[order], cells.codes[order])


def _by_field(taken: _Recorded, searched: NDArray[np.bool_]) -> dict[str | None, Cells]:
    by_field = np.argsort(taken.fields.astype(np.int16), kind="stable")
    rows, codes, fields = taken.rows[by_field], taken.codes[by_field], taken.fields[by_field]
    borders = np.searchsorted(fields, np.arange(len(taken.names) + 1))
    result: dict[str | None, Cells] = {
        name: _by_row(Cells(rows[first:last], codes[first:last]))
        for name, first, last in zip(taken.names, borders[:-1], borders[1:], strict=True)
        if last > first
    }
    if searched.any():
        anywhere = np.flatnonzero(searched[taken.rows] & (taken.codes >= 0))
        anywhere = anywhere[np.argsort(taken.rows[anywhere], kind="stable")]
        result[None] = Cells(taken.rows[anywhere], taken.codes[anywhere])
    return result
