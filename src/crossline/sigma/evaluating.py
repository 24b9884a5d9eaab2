"""Programs run against the columns of a class: which rows a rule holds for, and why."""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from crossline.sigma.columns import ClassTable, Column
from crossline.sigma.folding import fold
from crossline.sigma.programs import All, AnyText, Either, Inverse, Leaf, Program
from crossline.sigma.rules import COMPARED_KINDS, TEXT_KINDS, Test

__all__ = ["candidates", "evaluate", "reasons"]

Mask = NDArray[np.bool_]


def candidates(table: ClassTable) -> list[int]:
    """The rules of a class of which a needed test passes somewhere in it, and those without one."""
    rules = table.part.rules
    found = set(rules.always)
    for name in rules.fields:
        for test in table.column(name).passed:
            if rules.asked[test]:
                found.update(rules.by_test[test])
    return sorted(found)


def evaluate(program: Program, table: ClassTable, alive: Mask) -> Mask:
    """The rows among `alive` for which a program holds."""
    match program:
        case Leaf(test):
            return _test_mask(test, table, alive)
        case AnyText(name, tests):
            return alive & _any_text(table.column(name), tests)
        case Inverse(term):
            return alive & ~evaluate(term, table, alive)
        case All(terms):
            for term in terms:
                if not alive.any():
                    break
                alive = evaluate(term, table, alive)
            return alive
        case Either(terms):
            held = np.zeros_like(alive)
            for term in terms:
                rest = alive & ~held
                if not rest.any():
                    break
                held |= evaluate(term, table, rest)
            return held


def _any_text(column: Column, tests: tuple[int, ...]) -> Mask:
    passed = column.passed
    parts = [passed[test] for test in tests if test in passed]
    if not parts:
        return np.zeros(column.count, np.bool_)
    return column.mask(parts[0] if len(parts) == 1 else np.concatenate(parts))


def _test_mask(number: int, table: ClassTable, alive: Mask) -> Mask:
    test = table.plan.numbers.tests[number]
    column = table.column(test.field)
    if test.kind in TEXT_KINDS:
        return alive & _any_text(column, (number,))
    if test.kind == "exists":
        return alive & column.mask_of_cells(np.ones(len(column.codes), np.bool_))
    if test.kind == "null":
        present = column.mask_of_cells(np.ones(len(column.codes), np.bool_))
        return alive & (~present | column.mask_of_cells(column.codes < 0))
    if test.kind in COMPARED_KINDS:
        return _compared(column, table.column(test.value), test, alive)
    return alive & column.mask(column.passing(number, test, alive))


_COMPARED: dict[str, Callable[[str, str], bool]] = {
    "same": lambda left, right: left == right,
    "holds": lambda left, right: right in left,
    "opens_with": str.startswith,
    "closes_with": str.endswith,
}


def _compared(left: Column, right: Column, test: Test, alive: Mask) -> Mask:
    """Rows in which some value of one field agrees with some value of the other."""
    compare, plain = _COMPARED[test.kind], (lambda text: text) if test.cased else fold
    mask = np.zeros(left.count, np.bool_)
    rights = _values_by_row(right, alive)
    for row, code in zip(left.rows.tolist(), left.codes.tolist(), strict=True):
        if code >= 0 and row in rights:
            text = plain(left.text(code))
            mask[row] |= any(compare(text, plain(right.text(other))) for other in rights[row])
    return mask


def _values_by_row(column: Column, alive: Mask) -> dict[int, list[int]]:
    rows: dict[int, list[int]] = {}
    chosen = alive[column.rows] & (column.codes >= 0)
    for row, code in zip(column.rows[chosen].tolist(), column.codes[chosen].tolist(), strict=True):
        rows.setdefault(row, []).append(code)
    return rows


def reasons(program: Program, table: ClassTable, held: Mask) -> Iterator[tuple[int, Mask]]:
    """Positive tests that carry a program in the rows for which it holds, with their rows.

    What is negated, and alternatives that do not hold, carry nothing.
    """
    match program:
        case Leaf(test):
            yield test, held
        case AnyText(name, tests):
            column = table.column(name)
            for test in tests:
                if test in column.passed:
                    yield test, held & column.mask(column.passed[test])
        case All(terms):
            for term in terms:
                yield from reasons(term, table, held)
        case Either(terms):
            for term in terms:
                yield from reasons(term, table, evaluate(term, table, held))
