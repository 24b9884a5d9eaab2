"""What a Sigma document becomes: the compiled rule, a tree of tests that can be kept as JSON.

Everything that a rule says about values (modifiers, wildcards, escapes, encodings, negation) is
settled here once; planning and matching know only the kinds of `Test` named in `Kind`.
"""

from collections.abc import Iterator
from typing import Literal, TypeAlias

import msgspec

__all__ = [
    "COMPARED_KINDS",
    "TEXT_KINDS",
    "And",
    "Bound",
    "Correlation",
    "Filter",
    "Kind",
    "LogSource",
    "Node",
    "Not",
    "Operator",
    "Or",
    "Refused",
    "Rule",
    "RuleSet",
    "Test",
    "tests_of",
]

Kind: TypeAlias = Literal[
    "equals", "contains", "startswith", "endswith",
    "pattern", "regex", "cidr", "null", "exists",
    "same", "holds", "opens_with", "closes_with",
    "lt", "lte", "gt", "gte",
    "minute", "hour", "day", "week", "month", "year",
]  # fmt: skip
"""How a test compares.

`equals` to `endswith` compare with plain text; `pattern` (from wildcards) and `regex` (as written)
hold an expression in RE2's syntax that is searched for; `same` to `closes_with` compare with
another field of the event, whose name is the value; the rest compare numbers and dates.
"""

TEXT_KINDS: frozenset[str] = frozenset({"equals", "contains", "startswith", "endswith"})

COMPARED_KINDS: frozenset[str] = frozenset({"same", "holds", "opens_with", "closes_with"})


class Test(msgspec.Struct, frozen=True, tag="t", array_like=True):
    """One test of one field; `field` None tests every value of the event (a keyword).

    Text compared without letter case (`cased` false) is folded already. `needle` is folded text
    that must stand in any value that passes (for patterns); empty: none is known.
    """

    __test__ = False

    field: str | None
    kind: Kind
    value: str
    cased: bool = False
    needle: str = ""


class And(msgspec.Struct, frozen=True, tag="a", array_like=True):
    """True where all terms are; with no term: true."""

    terms: tuple["Node", ...]


class Or(msgspec.Struct, frozen=True, tag="o", array_like=True):
    """True where any term is; with no term: false."""

    terms: tuple["Node", ...]


class Not(msgspec.Struct, frozen=True, tag="n", array_like=True):
    """True where the term is not (two-valued: an absent field makes the term false)."""

    term: "Node"


Node: TypeAlias = Test | And | Or | Not


class LogSource(msgspec.Struct, frozen=True, array_like=True):
    """Which records a rule is about; None binds nothing."""

    product: str | None = None
    category: str | None = None
    service: str | None = None

    def __str__(self) -> str:
        parts = {"product": self.product, "category": self.category, "service": self.service}
        return ", ".join(f"{key} {value}" for key, value in parts.items() if value)


class Filter(msgspec.Struct, frozen=True, tag="filter"):
    """A Sigma filter: where its condition does not hold, the rules it names (None: all) do not.

    `owner` is the document's author, `reason` its description. `expires` is the last day on which
    it holds (ISO 8601), empty if it always does; the specification has no such key.
    """

    rule_id: str
    title: str
    owner: str
    reason: str
    expires: str
    logsource: LogSource
    applies_to: tuple[str, ...] | None
    condition: Node
    rule_hash: str
    pack: str = ""
    path: str = ""
    notes: tuple[str, ...] = ()


class Rule(msgspec.Struct, frozen=True, tag="rule"):
    """A detection rule, compiled.

    `pack` is the file, folder or archive that was given, `path` the file inside it. `rule_hash`
    changes with every byte of the document and of the compiler. `silent`: the rule serves
    correlations and gives no hits of its own. `filters` are those that apply to it, by their ids.
    """

    rule_id: str
    name: str | None
    title: str
    author: str
    level: str
    status: str
    tags: tuple[str, ...]
    techniques: tuple[str, ...]
    logsource: LogSource
    condition: Node
    rule_hash: str
    pack: str = ""
    path: str = ""
    notes: tuple[str, ...] = ()
    silent: bool = False
    filters: tuple[Filter, ...] = ()


Operator: TypeAlias = Literal["lt", "lte", "gt", "gte", "eq", "neq"]


class Bound(msgspec.Struct, frozen=True, array_like=True):
    """One bound of a correlation's condition, for example `gte 10`."""

    operator: Operator
    limit: float


class Correlation(msgspec.Struct, frozen=True, tag="correlation"):
    """A correlation of other rules, as its document gives it.

    `refers_to` holds names or ids as written; `referred` the rule ids they stand for, in the same
    order. `group_by` holds fields or aliases; `aliases` gives, per alias and rule, the field: the
    rule as written, and by its id once references are resolved. `fields` are the fields of the
    value types; `percentile` is 0 to 100.
    """

    rule_id: str
    name: str | None
    title: str
    author: str
    level: str
    status: str
    tags: tuple[str, ...]
    techniques: tuple[str, ...]
    kind: Literal[
        "event_count", "value_count", "value_sum", "value_avg", "value_percentile",
        "temporal", "temporal_ordered",
    ]  # fmt: skip
    refers_to: tuple[str, ...]
    group_by: tuple[str, ...]
    aliases: dict[str, dict[str, str]]
    timespan_s: int
    bounds: tuple[Bound, ...]
    fields: tuple[str, ...]
    percentile: float | None
    generate: bool
    rule_hash: str
    pack: str = ""
    path: str = ""
    notes: tuple[str, ...] = ()
    silent: bool = False
    referred: tuple[str, ...] = ()


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """A document that is not used, and why.

    `unparsable`: no rule at all (not YAML, not UTF-8), which is a fault of the file; otherwise the
    rule asks for something that cannot be honoured, which is a result. `silences` names the rules
    that a refused correlation refers to: they serve it still and give no hits of their own.
    """

    rule_id: str
    title: str
    reason: str
    name: str | None = None
    unparsable: bool = False
    silences: tuple[str, ...] = ()
    pack: str = ""
    path: str = ""


class RuleSet(msgspec.Struct, frozen=True):
    """Rules and correlations in the order of their ids; refused documents in the order of paths.

    `filters` are those that apply to some rule, expired ones too, in the order of their ids.
    """

    rules: tuple[Rule | Correlation, ...]
    refused: tuple[Refused, ...]
    filters: tuple[Filter, ...] = ()


def tests_of(node: Node) -> Iterator[Test]:
    """All tests of a tree, from left to right, negated ones too."""
    if isinstance(node, Test):
        yield node
    elif isinstance(node, Not):
        yield from tests_of(node.term)
    else:
        for term in node.terms:
            yield from tests_of(term)
