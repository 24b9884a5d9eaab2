"""A rule set made ready to run: numbered tests, fields, and which records each rule looks at."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from crossline.sigma.fields import FieldTests
from crossline.sigma.logsources import Record, places
from crossline.sigma.programs import Program, TestNumbers, build_program
from crossline.sigma.rules import (
    COMPARED_KINDS,
    Correlation,
    Filter,
    LogSource,
    Node,
    Rule,
    RuleSet,
    tests_of,
)
from crossline.sigma.views import View, view

__all__ = ["Plan", "RuleClass", "plan"]

_Programs: TypeAlias = dict[int, tuple[Program, frozenset[int] | None]]
_Built: TypeAlias = tuple[TestNumbers, _Programs, dict[int, tuple[tuple[str, Program], ...]]]


_MAX_ROUTES = 100_000
"""Routes remembered; records can name any number of channels and providers."""


@dataclass(frozen=True)
class RuleClass:
    """Records that the same rules look at through the same view, and those rules.

    `by_test` gives, per test that answers for a rule, the rules to evaluate once it passes;
    `always` are rules that can hold without any; `fields` are those of the tests. `keywords`
    holds the tests of whole events, None if there are none. Rules are numbered as in `Plan.rules`.
    """

    view: View
    rules: tuple[int, ...]
    always: tuple[int, ...]
    by_test: dict[int, tuple[int, ...]]
    asked: NDArray[np.bool_]
    fields: tuple[str | None, ...]
    keywords: FieldTests | None


@dataclass
class Plan:
    """What `match` and `correlate` run. Build it with `plan`; it holds no results.

    `rules` are those of the rule set, correlations included, in its order; `unmapped` are the
    numbers of rules whose log source has no place in the map: they match nothing. `match` runs
    the rules of the numbers `only`, all if it is None.
    """

    rules: tuple[Rule | Correlation, ...]
    only: frozenset[int] | None = None
    _classes: dict[tuple[str, frozenset[LogSource]], RuleClass] = field(default_factory=dict)
    _keyword_tests: dict[frozenset[int], FieldTests] = field(default_factory=dict)
    _routes: dict[Record, tuple[RuleClass, ...]] = field(default_factory=dict)

    @cached_property
    def conditions(self) -> dict[int, Node]:
        """The trees of the detection rules."""
        return {
            number: rule.condition
            for number, rule in enumerate(self.rules)
            if isinstance(rule, Rule) and (self.only is None or number in self.only)
        }

    @cached_property
    def filters(self) -> dict[int, tuple[tuple[str, Program], ...]]:
        """Per rule that has filters, their ids and programs."""
        return self._built[2]

    def narrowed(self, numbers: Iterable[int]) -> "Plan":
        """A plan of the same rules that runs only those of these numbers."""
        return Plan(self.rules, frozenset(numbers))

    @cached_property
    def numbers(self) -> TestNumbers:
        """All tests of all rules."""
        return self._built[0]

    @cached_property
    def programs(self) -> _Programs:
        """Program and needed tests of each detection rule."""
        return self._built[1]

    @cached_property
    def _built(self) -> _Built:
        numbers = TestNumbers()
        programs = {
            number: build_program(tree, numbers) for number, tree in self.conditions.items()
        }
        filters = {
            number: tuple(
                (item.rule_id, build_program(item.condition, numbers)[0]) for item in items
            )
            for number, items in self._filters_of.items()
        }
        return numbers, programs, filters

    @cached_property
    def _filters_of(self) -> dict[int, tuple[Filter, ...]]:
        found = {}
        for number in self.conditions:
            rule = self.rules[number]
            if isinstance(rule, Rule) and rule.filters:
                found[number] = rule.filters
        return found

    @cached_property
    def fields(self) -> defaultdict[str, FieldTests]:
        """The tests by field; keywords are with the classes."""
        grouped: defaultdict[str, FieldTests] = defaultdict(lambda: FieldTests({}))
        for number, test in enumerate(self.numbers.tests):
            if test.field is not None:
                grouped[test.field].tests[number] = test
        return grouped

    @cached_property
    def by_source(self) -> dict[LogSource, tuple[int, ...]]:
        """Numbers of the detection rules by log source."""
        grouped: defaultdict[LogSource, list[int]] = defaultdict(list)
        for number in self.conditions:
            rule = self.rules[number]
            if isinstance(rule, Rule):
                grouped[rule.logsource].append(number)
        return {source: tuple(numbers) for source, numbers in grouped.items()}

    @cached_property
    def keywords_of(self) -> dict[int, frozenset[int]]:
        """Keyword tests of the rules, and of their filters, that have some."""
        found = {
            number: frozenset(
                self.numbers.of(test)
                for each in (tree, *(f.condition for f in self._filters_of.get(number, ())))
                for test in tests_of(each)
                if test.field is None
            )
            for number, tree in self.conditions.items()
        }
        return {number: tests for number, tests in found.items() if tests}

    @cached_property
    def unmapped(self) -> frozenset[int]:
        """Numbers of rules whose log source the map does not have."""
        return frozenset(
            number
            for source, numbers in self.by_source.items()
            if not places(source)
            for number in numbers
        )

    @cached_property
    def wanted(self) -> dict[int, tuple[str, ...]]:
        """Per rule that correlations refer to, the fields that they need of its events."""
        return _wanted(self.rules)

    @cached_property
    def wanted_fields(self) -> frozenset[str]:
        """All recorded fields that rules, views and correlations read."""
        named = set(self.fields)
        named |= {test.value for test in self.numbers.tests if test.kind in COMPARED_KINDS}
        for source in self.by_source:
            for place in places(source):
                named |= set(view(place.view).sources)
        return frozenset(named.union(*self.wanted.values()))

    def route(self, record: Record) -> tuple[RuleClass, ...]:
        """The classes that a record belongs to; () if no rule looks at it."""
        if len(self._routes) > _MAX_ROUTES:
            self._routes.clear()
        if record not in self._routes:
            self._routes[record] = tuple(self._classes_of(record))
        return self._routes[record]

    def _classes_of(self, record: Record) -> Iterable[RuleClass]:
        sources: defaultdict[str, set[LogSource]] = defaultdict(set)
        for source in self.by_source:
            for place in places(source):
                if place.admits(record):
                    sources[place.view].add(source)
        for name in sorted(sources):
            key = name, frozenset(sources[name])
            if key not in self._classes:
                self._classes[key] = self._class(view(name), key[1])
            yield self._classes[key]

    def _class(self, seen_as: View, sources: frozenset[LogSource]) -> RuleClass:
        rules = tuple(sorted(number for source in sources for number in self.by_source[source]))
        by_test: defaultdict[int, list[int]] = defaultdict(list)
        always = []
        for rule in rules:
            need = self.programs[rule][1]
            if need is None:
                always.append(rule)
            for test in need or ():
                by_test[test].append(rule)
        asked = np.zeros(len(self.numbers.tests), np.bool_)
        asked[list(by_test)] = True
        return RuleClass(
            seen_as,
            rules,
            tuple(always),
            {test: tuple(numbers) for test, numbers in by_test.items()},
            asked,
            tuple(dict.fromkeys(self.numbers.tests[test].field for test in by_test)),
            self._keywords(rules),
        )

    def _keywords(self, rules: Iterable[int]) -> FieldTests | None:
        """The keyword tests of some rules; shared by classes that search for the same."""
        numbers = frozenset[int]().union(*(self.keywords_of.get(number, ()) for number in rules))
        if not numbers:
            return None
        found = {number: self.numbers.tests[number] for number in sorted(numbers)}
        return self._keyword_tests.setdefault(numbers, FieldTests(found))

    def forget(self) -> None:
        """Let caches of values go that have grown too large; between batches only."""
        for tests in (*self.fields.values(), *self._keyword_tests.values()):
            tests.forget()


def _wanted(rules: tuple[Rule | Correlation, ...]) -> dict[int, tuple[str, ...]]:
    """Fields by rule: an outer correlation asks the rules under the inner ones as well."""
    number_of = {rule.rule_id: number for number, rule in enumerate(rules)}
    wanted: defaultdict[int, set[str]] = defaultdict(set)

    def ask(rule_id: str, fields: frozenset[str]) -> None:
        number = number_of[rule_id]
        rule = rules[number]
        wanted[number] |= fields
        if isinstance(rule, Correlation):
            for inner in rule.referred:
                own = {*rule.group_by, *rule.fields}
                own |= {mapping[inner] for mapping in rule.aliases.values() if inner in mapping}
                ask(inner, fields | own)

    for rule in rules:
        if isinstance(rule, Correlation):
            ask(rule.rule_id, frozenset())
    return {n: tuple(sorted(w)) for n, w in wanted.items() if isinstance(rules[n], Rule)}


def plan(ruleset: RuleSet) -> Plan:
    """Make a rule set ready for `match` and `correlate`; what it needs is built on first use."""
    return Plan(ruleset.rules)
