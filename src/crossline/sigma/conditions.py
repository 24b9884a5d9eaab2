"""A condition such as `sel and not 1 of filter_*` over the named trees of a detection.

Grammar (Sigma specification 2.1.0, "Condition"), binding from weak to strong: or, and, not,
`x of`, brackets. Not read by pySigma: its patterns know no `-`, and its `all of name` would turn
an or-linked list into an and-linked one (pySigma issue 97).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from crossline.sigma.rules import And, Node, Not, Or
from crossline.sigma.values import RefusalError

__all__ = ["condition_node"]

_TOKEN = re.compile(r"\s*([()]|[\w.*-]+)")
_OPERATORS = {"and", "or", "not", "of", "(", ")"}
_MAX_DEPTH = 50


def condition_node(text: str, detections: Mapping[str, Node]) -> Node:
    """The tree of a condition.

    Raises:
        RefusalError: syntax error, unknown identifier, pattern without a match, aggregation (`|`).
    """
    if "|" in text:
        raise RefusalError(
            "aggregation in the condition (`|`) was removed from Sigma: use a correlation"
        )
    parser = _Parser(_tokens(text), detections)
    node = parser.either()
    if parser.next is not None:
        raise RefusalError(f"condition: unexpected {parser.next!r}")
    return node


def _tokens(text: str) -> list[str]:
    tokens, place = [], 0
    text = text.strip()
    while place < len(text):
        found = _TOKEN.match(text, place)
        if not found:
            raise RefusalError(f"condition: unexpected {text[place:].strip()[:1]!r}")
        tokens.append(found[1])
        place = found.end()
    return tokens


@dataclass
class _Parser:
    tokens: list[str]
    detections: Mapping[str, Node]
    place: int = 0
    depth: int = 0

    @property
    def next(self) -> str | None:
        return self.tokens[self.place] if self.place < len(self.tokens) else None

    def take(self) -> str:
        token = self.next
        if token is None:
            raise RefusalError("condition: ends too early")
        self.place += 1
        return token

    def either(self) -> Node:
        terms = [self.both()]
        while self.next == "or":
            self.take()
            terms.append(self.both())
        return terms[0] if len(terms) == 1 else Or(tuple(terms))

    def both(self) -> Node:
        terms = [self.negation()]
        while self.next == "and":
            self.take()
            terms.append(self.negation())
        return terms[0] if len(terms) == 1 else And(tuple(terms))

    def negation(self) -> Node:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise RefusalError(f"condition: more than {_MAX_DEPTH} levels deep")
        if self.next == "not":
            self.take()
            node: Node = Not(self.negation())
        else:
            node = self.operand()
        self.depth -= 1
        return node

    def operand(self) -> Node:
        token = self.take()
        if token == "(":  # noqa: S105
            node = self.either()
            if self.take() != ")":
                raise RefusalError("condition: a bracket is not closed")
            return node
        if self.next == "of" and token in {"1", "any", "all"}:
            self.take()
            return self.quantified(token)
        if token in _OPERATORS:
            raise RefusalError(f"condition: unexpected {token!r}")
        return self.named(token)

    def quantified(self, quantifier: str) -> Node:
        """`all of name` and `1 of name` mean that one identifier, its own linking unchanged."""
        pattern = self.take()
        if pattern != "them" and "*" not in pattern:
            return self.named(pattern)
        terms = tuple(self.detections[name] for name in self.names(pattern))
        if not terms:
            raise RefusalError(f"condition: {quantifier} of {pattern} fits no identifier")
        if len(terms) == 1:
            return terms[0]
        return And(terms) if quantifier == "all" else Or(terms)

    def names(self, pattern: str) -> list[str]:
        """Names that fit a pattern; those with a leading `_` only where the pattern has it too."""
        if pattern == "them":
            pattern = "*"
        expression = re.compile(".*".join(re.escape(piece) for piece in pattern.split("*")))
        return [
            name
            for name in self.detections
            if expression.fullmatch(name) and (pattern[0] == "_" or name[0] != "_")
        ]

    def named(self, name: str) -> Node:
        if name not in self.detections:
            raise RefusalError(f"condition: unknown identifier {name!r}")
        return self.detections[name]
