"""Rules that no event could fulfil, for a field that they need was never recorded.

A rule that ran without a hit says something only if its log could have shown what it looks for.
Whether it could is decided from the condition and from the fields ever seen where the rule looks;
what the values are is not asked.
"""

from collections import defaultdict
from collections.abc import Mapping, Set

from crossline.sigma.batches import SYSTEM_FIELDS
from crossline.sigma.logsources import Record, places
from crossline.sigma.planning import Plan
from crossline.sigma.rules import COMPARED_KINDS, LogSource, Node, Not, Or, Rule, Test
from crossline.sigma.views import view

__all__ = ["EVERY_FIELD", "fields_lacking"]

EVERY_FIELD = "*"
"""Stands among the fields of a kind of record that has too many to be listed."""

_Seen = Mapping[Record, Set[str]]


def fields_lacking(plan: Plan, seen: _Seen) -> dict[int, tuple[str, ...]]:
    """Per rule that cannot hold in what was seen, the fields that it lacks.

    Args:
        plan: the rules.
        seen: per kind of record met, the fields that some record of it has.

    Returns:
        By rule number the names of the fields, sorted; rules without any record in their log
        source, or that could hold, are left out. A rule that may look through several views lacks
        something only if it lacks it in each.
    """
    found = {}
    for source, numbers in plan.by_source.items():
        shown = _fields_shown(source, seen)
        for number in numbers:
            rule = plan.rules[number]
            if shown and isinstance(rule, Rule):
                parts = [_lacks(rule.condition, fields) for fields in shown]
                if all(parts):
                    found[number] = tuple(sorted(frozenset[str]().union(*parts)))
    return found


def _fields_shown(source: LogSource, seen: _Seen) -> list[frozenset[str]]:
    """For each view through which records of a log source were met, the fields that it shows."""
    recorded: defaultdict[str, set[str]] = defaultdict(set)
    for record, fields in seen.items():
        for place in places(source):
            if place.admits(record):
                recorded[place.view] |= fields
    return [_given(name, recorded[name]) for name in sorted(recorded)]


def _given(name: str, fields: set[str]) -> frozenset[str]:
    """Recorded fields, and those that a view can make of them."""
    given = view(name).given.items()
    made = {field for field, how in given if not fields.isdisjoint(how.sources)}
    return frozenset(fields | made | SYSTEM_FIELDS.keys())


def _lacks(condition: Node, fields: Set[str]) -> Set[str]:
    """The fields for want of which a condition cannot hold; empty: it can."""
    if EVERY_FIELD in fields:
        return frozenset()
    return _for_want_of(condition, fields, holds=True)


def _for_want_of(node: Node, fields: Set[str], *, holds: bool) -> Set[str]:
    """The fields for want of which a tree cannot come out as `holds`; empty: it can."""
    if isinstance(node, Test):
        return _test_for_want_of(node, fields, holds=holds)
    if isinstance(node, Not):
        return _for_want_of(node.term, fields, holds=not holds)
    parts = [_for_want_of(term, fields, holds=holds) for term in node.terms]
    one_suffices = isinstance(node, Or) == holds
    if one_suffices and not all(parts):
        return frozenset()
    return frozenset[str]().union(*parts)


def _test_for_want_of(test: Test, fields: Set[str], *, holds: bool) -> Set[str]:
    """An absent field passes the test for null and no other; keywords need no field."""
    named = {test.field, test.value if test.kind in COMPARED_KINDS else None} - {None}
    absent = {str(name) for name in named} - fields
    return absent if holds != (test.kind == "null") else frozenset()
