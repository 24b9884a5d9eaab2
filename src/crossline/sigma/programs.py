"""Rule trees in the form that a batch is run against: numbered tests, cheap terms first.

A program also knows which tests it needs: a set of which at least one must pass wherever the rule
holds. As these are tests that the automata answer, most rules are settled by a set look-up.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from crossline.sigma.rules import TEXT_KINDS, And, Node, Not, Or, Test

__all__ = [
    "All",
    "AnyText",
    "Either",
    "Inverse",
    "Leaf",
    "Program",
    "TestNumbers",
    "build_program",
]


class Leaf(NamedTuple):
    """One test."""

    test: int


class AnyText(NamedTuple):
    """Tests of plain text on one field, or-linked."""

    field: str | None
    tests: tuple[int, ...]


class All(NamedTuple):
    """And-linked terms, the cheap ones first."""

    terms: "tuple[Program, ...]"


class Either(NamedTuple):
    """Or-linked terms, the cheap ones first."""

    terms: "tuple[Program, ...]"


class Inverse(NamedTuple):
    """A negated term."""

    term: "Program"


Program: TypeAlias = Leaf | AnyText | All | Either | Inverse


@dataclass
class TestNumbers:
    """Numbers of tests: equal tests of different rules are one."""

    __test__ = False

    def __post_init__(self) -> None:
        self.tests: list[Test] = []
        self._numbers: dict[Test, int] = {}

    def of(self, test: Test) -> int:
        """The number of a test."""
        number = self._numbers.setdefault(test, len(self.tests))
        if number == len(self.tests):
            self.tests.append(test)
        return number


_RANKS = {"pattern": 3, "same": 4, "cidr": 4, "regex": 5}
_RANK_OF_COMPARISON = 4


def _rank(program: Program, tests: Sequence[Test]) -> int:
    match program:
        case Leaf(test):
            kind = tests[test].kind
            cheap = kind in TEXT_KINDS or kind in {"null", "exists"}
            return 1 if cheap else _RANKS.get(kind, _RANK_OF_COMPARISON)
        case AnyText():
            return 1
        case Inverse(term):
            return _rank(term, tests)
        case All(terms) | Either(terms):
            return max((_rank(term, tests) for term in terms), default=0)


def build_program(node: Node, numbers: TestNumbers) -> tuple[Program, frozenset[int] | None]:
    """The program of a tree, and the tests it needs (None: it can hold without any)."""
    match node:
        case Test():
            number = numbers.of(node)
            indexed = node.kind in TEXT_KINDS or bool(node.needle)
            return Leaf(number), frozenset({number}) if indexed else None
        case Not(term):
            return Inverse(build_program(term, numbers)[0]), None
        case And(terms):
            built = [build_program(term, numbers) for term in terms]
            needs = [need for _, need in built if need is not None]
            programs = tuple(program for program, _ in built)
            need = min(needs, key=lambda n: _commonness(n, numbers.tests), default=None)
            return All(_cheap_first(programs, numbers.tests)), need
        case Or(terms):
            return _either(terms, numbers)


def _either(terms: Sequence[Node], numbers: TestNumbers) -> tuple[Program, frozenset[int] | None]:
    texts: defaultdict[str | None, list[int]] = defaultdict(list)
    built = []
    for term in terms:
        if isinstance(term, Test) and term.kind in TEXT_KINDS:
            texts[term.field].append(numbers.of(term))
        else:
            built.append(build_program(term, numbers))
    groups = [AnyText(field, tuple(tests)) for field, tests in texts.items()]
    needs = [need for _, need in built] + [frozenset(group.tests) for group in groups]
    need = frozenset[int]().union(*(n for n in needs if n)) if None not in needs else None
    programs: tuple[Program, ...] = (*groups, *(program for program, _ in built))
    if len(programs) == 1:
        return programs[0], need
    return Either(_cheap_first(programs, numbers.tests)), need


def _cheap_first(programs: Sequence[Program], tests: Sequence[Test]) -> tuple[Program, ...]:
    return tuple(sorted(programs, key=lambda program: _rank(program, tests)))


_SAME_IN_A_CLASS = {"EventID", "Channel", "Provider_Name", "Computer"}


def _commonness(need: frozenset[int], tests: Sequence[Test]) -> float:
    """A guess at how often some test of a set passes: short texts and record headers often do."""
    return sum(
        1000.0
        if tests[number].field in _SAME_IN_A_CLASS
        else 40.0 / (1 + len(tests[number].needle)) ** 2
        for number in need
    )
