"""The fields of one class of events, as the tests of rules ask for them."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from crossline.sigma.batches import Batch, Cells, ClassRows
from crossline.sigma.fields import FieldTests
from crossline.sigma.folding import fold
from crossline.sigma.planning import Plan
from crossline.sigma.rules import COMPARED_KINDS, TEXT_KINDS, Test
from crossline.sigma.views import GivenField

__all__ = ["ClassTable", "Column"]

Mask = NDArray[np.bool_]
Ints = NDArray[np.int32]


@dataclass
class Column:
    """One field of a class's rows.

    `values` are the numbers of its distinct values in `tests`; `codes` refer to them by place, -1
    is a null. A row may have several cells (several values) or none (the field is absent).
    """

    count: int
    rows: Ints
    codes: Ints
    values: Ints
    tests: FieldTests

    @cached_property
    def passed(self) -> dict[int, Ints]:
        """Per test of plain text (or needle) the codes of the values that pass."""
        places, tests = self.tests.passed(self.values)
        by_test = np.argsort(tests, kind="stable")
        places, tests = places[by_test], tests[by_test]
        starts = np.flatnonzero(np.diff(tests, prepend=-1))
        parts = np.split(places, starts[1:])
        return dict(zip(tests[starts].tolist(), parts, strict=True)) if len(tests) else {}

    def mask(self, codes: Iterable[int] | Ints) -> Mask:
        """The rows that have one of the values."""
        wanted = np.zeros(len(self.values) + 1, np.bool_)
        wanted[codes if isinstance(codes, np.ndarray) else list(codes)] = True
        wanted[-1] = False
        return self.mask_of_cells(wanted[self.codes])

    def mask_of_cells(self, cells: Mask) -> Mask:
        """The rows of some cells."""
        mask = np.zeros(self.count, np.bool_)
        mask[self.rows[cells]] = True
        return mask

    def codes_in(self, alive: Mask) -> Ints:
        """The codes of the values in some rows, without the null."""
        seen = np.zeros(len(self.values) + 1, np.bool_)
        seen[self.codes[alive[self.rows]]] = True
        return np.flatnonzero(seen[:-1]).astype(np.int32)

    def passing(self, number: int, test: Test, alive: Mask) -> Ints:
        """The codes of values in `alive` rows that pass a test of one value.

        Patterns, expressions, networks, numbers and dates are tried here, last and only on
        values that are still in question; comparisons of fields pass every value.
        """
        codes = self.codes_in(alive)
        if test.kind in TEXT_KINDS or test.needle:
            codes = np.intersect1d(codes, self.passed.get(number, codes[:0]))
        if test.kind in TEXT_KINDS or test.kind in COMPARED_KINDS:
            return codes
        of_value = dict(zip(self.values[codes].tolist(), codes.tolist(), strict=True))
        held = self.tests.holds(number, of_value)
        return np.array([of_value[value] for value in held], np.int32)

    def text(self, code: int) -> str:
        """A value's text."""
        return self.tests.texts[int(self.values[code])]

    def texts_of_rows(self, rows: Iterable[int]) -> list[str | None]:
        """The first value in each row; None where there is none."""
        first = np.full(self.count, -1, np.int32)
        first[self.rows[::-1]] = self.codes[::-1]
        return [self.text(code) if (code := first[row]) >= 0 else None for row in rows]


class ClassTable:
    """The columns of one class in one batch, built when first asked for."""

    def __init__(self, plan: Plan, batch: Batch, part: ClassRows) -> None:
        self.plan = plan
        self.part = part
        self.order = batch.order[part.rows]
        self._batch = batch
        self._columns: dict[str | None, Column] = {}

    @property
    def count(self) -> int:
        """How many rows."""
        return len(self.order)

    @cached_property
    def chosen(self) -> Mask:
        """The rows that the class's view shows."""
        mask = np.ones(self.count, np.bool_)
        for name, wanted in self.part.rules.view.only.items():
            column = self.column(name)
            codes = [c for c in range(len(column.values)) if fold(column.text(c)) in wanted]
            mask &= column.mask(codes)
        return mask

    def column(self, name: str | None) -> Column:
        """A field, or all fields under None."""
        if name not in self._columns:
            self._columns[name] = self._column(name)
        return self._columns[name]

    def _column(self, name: str | None) -> Column:
        given = self.part.rules.view.given.get(name) if name else None
        cells = self._batch.cells(name, self.part)
        if given:
            cells = self._with_given(cells, given)
        elif name is None and self.part.rules.view.given:
            cells = self._with_all_given(cells)
        seen = np.unique(cells.codes)
        seen = seen[seen >= 0]
        tests = self._tests(name)
        values = tests.number([self._batch.texts[code] for code in seen])
        codes = np.searchsorted(seen, cells.codes).astype(np.int32)
        codes[cells.codes < 0] = -1
        return Column(self.count, cells.rows, codes, values, tests)

    def _tests(self, name: str | None) -> FieldTests:
        if name is not None:
            return self.plan.fields[name]
        return self.part.rules.keywords or FieldTests({})

    def _with_all_given(self, cells: Cells) -> Cells:
        """What the view gives is part of the event that keywords search, besides the recorded."""
        nothing = Cells(np.empty(0, np.int32), np.empty(0, np.int32))
        given = self.part.rules.view.given.values()
        parts = [cells, *(self._with_given(nothing, field) for field in given)]
        return Cells(
            np.concatenate([part.rows for part in parts]),
            np.concatenate([part.codes for part in parts]),
        )

    def _with_given(self, recorded: Cells, given: GivenField) -> Cells:
        """The cells that a view gives, and the recorded ones of rows where it gives none."""
        codes = self._converted(given)
        kept = codes[recorded.rows] < 0
        rows = np.flatnonzero(codes >= 0).astype(np.int32)
        return Cells(
            np.concatenate([recorded.rows[kept], rows]),
            np.concatenate([recorded.codes[kept], codes[rows]]),
        )

    def _converted(self, given: GivenField) -> Ints:
        """Per row the code of what the view gives, -1 for nothing; each combination once."""
        sources = np.stack([self._one_per_row(name) for name in given.sources], axis=1)
        combinations, inverse = np.unique(sources, axis=0, return_inverse=True)
        texts = self._batch.texts
        results = []
        for combination in combinations.tolist():
            value = given.value([texts[code] if code >= 0 else None for code in combination])
            results.append(-1 if value is None else self._batch.code(value))
        return np.array(results, np.int32)[inverse.reshape(-1)]

    def _one_per_row(self, name: str) -> Ints:
        """Per row the code of a recorded field, -1 for none; several values joined by lines."""
        cells = self._batch.cells(name, self.part)
        cells = Cells(cells.rows[cells.codes >= 0], cells.codes[cells.codes >= 0])
        codes = np.full(self.count, -1, np.int32)
        codes[cells.rows] = cells.codes
        several = np.flatnonzero(np.bincount(cells.rows, minlength=self.count) > 1)
        for row in several:
            first, last = np.searchsorted(cells.rows, (row, row + 1))
            joined = "\n".join(self._batch.texts[code] for code in cells.codes[first:last])
            codes[row] = self._batch.code(joined)
        return codes
