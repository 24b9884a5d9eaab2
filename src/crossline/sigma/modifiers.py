"""One line of a detection, `Field|modifier|modifier: value`, to the tests it stands for.

Source: Sigma specification 2.1.0, "Value Modifiers", and the modifiers appendix. Modifiers act in
the order given; `all`, `neq` and `cased` concern the whole line wherever they stand.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import MAXYEAR
from decimal import Decimal, InvalidOperation
from ipaddress import ip_network
from itertools import product
from typing import cast

from crossline.sigma.documents import Value
from crossline.sigma.expressions import check_expression, needle_of
from crossline.sigma.rules import And, Kind, Node, Not, Or, Test
from crossline.sigma.values import (
    RefusalError,
    Text,
    Wild,
    base64,
    base64_offsets,
    parse_text,
    text_test,
    windash,
)

__all__ = ["Placeholders", "line_node"]

Placeholders = Mapping[str, Sequence[str]]
"""The values that the user gives for `%name%`, without the per cent signs."""

_WILDCARDS = {"contains": (True, True), "startswith": (False, True), "endswith": (True, False)}
_ENCODINGS = {"wide", "utf16le", "utf16be", "utf16"}
_NUMBERS = {"lt", "lte", "gt", "gte"}
_DATE_PARTS = {
    "minute": (0, 59),
    "hour": (0, 23),
    "day": (1, 31),
    "week": (1, 53),
    "month": (1, 12),
    "year": (1, MAXYEAR),
}
_LINE = {"all", "neq", "cased"}
_REGEX_FLAGS = {"i", "m", "s", "ignorecase", "multiline", "dotall"}
_KINDS = {"re", "cidr", "exists", "fieldref"} | _NUMBERS | set(_DATE_PARTS)
_TEXT = {"base64", "base64offset", "windash", "expand"} | set(_WILDCARDS) | _ENCODINGS
_KNOWN = _LINE | _REGEX_FLAGS | _KINDS | _TEXT


@dataclass(frozen=True)
class _Line:
    """The key of a line, taken apart. `kind` is the modifier that rules out text, if any."""

    field: str | None
    modifiers: tuple[str, ...]
    kind: str

    @property
    def cased(self) -> bool:
        return "cased" in self.modifiers


def line_node(key: str | None, value: Value, placeholders: Placeholders) -> Node:
    """The tests of one line; `key` None or without a field makes keywords.

    Raises:
        RefusalError: unknown modifier, modifiers that exclude each other, wrong values.
    """
    line = _parse_key(key)
    values = value if isinstance(value, list) else [value]
    if not values:
        raise RefusalError(f"{line.field or 'keywords'} has an empty list of values")
    terms = tuple(_value_node(line, item, placeholders) for item in values)
    joined = And(terms) if "all" in line.modifiers else Or(terms)
    node = terms[0] if len(terms) == 1 else joined
    return Not(node) if "neq" in line.modifiers else node


def _parse_key(key: str | None) -> _Line:
    name, *modifiers = (key or "").split("|")
    for modifier in modifiers:
        if modifier not in _KNOWN:
            raise RefusalError(f"unknown modifier {modifier!r}")
    kinds = [modifier for modifier in modifiers if modifier in _KINDS]
    if len(kinds) > 1:
        raise RefusalError(f"modifiers {' and '.join(kinds)} exclude each other")
    line = _Line(name or None, tuple(modifiers), kinds[0] if kinds else "")
    _check_together(line)
    return line


def _check_together(line: _Line) -> None:
    """Refuse what has no meaning: `lt|contains`, `i` without `re`, fields of a keyword, ..."""
    used = set(line.modifiers)
    if used & _REGEX_FLAGS and line.kind != "re":
        raise RefusalError(f"{'|'.join(sorted(used & _REGEX_FLAGS))} needs re")
    allowed = _TEXT if not line.kind else set()
    if line.kind in {"re", "fieldref"}:
        allowed = set(_WILDCARDS) | (_REGEX_FLAGS if line.kind == "re" else set())
    if excess := used - allowed - _LINE - {line.kind}:
        raise RefusalError(f"{line.kind} does not go with {', '.join(sorted(excess))}")
    if line.field is None and line.kind not in {"", "re"}:
        raise RefusalError(f"{line.kind} needs a field")


def _value_node(line: _Line, value: Value, placeholders: Placeholders) -> Node:
    if isinstance(value, (list, dict)):
        raise RefusalError(
            f"{line.field or 'a keyword'} has a value that is neither text nor number"
        )
    if line.kind in _BUILDERS:
        return _BUILDERS[line.kind](line, value)
    if line.kind:
        return _number_test(line, value)
    if value is None:
        return _null_test(line)
    return _text_node(line, _as_text(value), placeholders)


def _as_text(value: Value) -> str:
    """Numbers and booleans as the text that events hold for them."""
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _null_test(line: _Line) -> Test:
    if line.field is None:
        raise RefusalError("null as a keyword: it needs a field")
    if set(line.modifiers) - _LINE:
        raise RefusalError(f"null does not go with {'|'.join(line.modifiers)}")
    return Test(line.field, "null", "")


def _text_node(line: _Line, value: str, placeholders: Placeholders) -> Node:
    texts = [replace(parse_text(value), cased=line.cased)]
    for modifier in line.modifiers:
        texts = [new for text in texts for new in _modified(text, modifier, placeholders)]
    tests = tuple(text_test(line.field, text) for text in texts)
    return tests[0] if len(tests) == 1 else Or(tests)


def _modified(text: Text, modifier: str, placeholders: Placeholders) -> list[Text]:
    if modifier in _WILDCARDS:
        opens, closes = _WILDCARDS[modifier]
        parts = ((Wild.ANY,) if opens else ()) + text.parts + ((Wild.ANY,) if closes else ())
        return [replace(text, parts=parts)]
    if modifier in _ENCODINGS:
        return [replace(text, encoding=modifier)]
    match modifier:
        case "windash":
            return windash(text)
        case "base64":
            return base64(text)
        case "base64offset":
            return base64_offsets(text)
        case "expand":
            return _expanded(text, placeholders)
    return [text]


_PLACEHOLDER = re.compile(r"%([^%\\]+)%")


def _expanded(text: Text, placeholders: Placeholders) -> list[Text]:
    """The text with every combination of the values of its placeholders (wildcards honoured)."""
    names = sorted({n for p in text.parts if isinstance(p, str) for n in _PLACEHOLDER.findall(p)})
    for name in names:
        if not placeholders.get(name):
            raise RefusalError(f"no value is known for the placeholder %{name}%")
    combinations = product(*(placeholders[name] for name in names))
    return [_filled(text, dict(zip(names, values, strict=True))) for values in combinations]


def _filled(text: Text, values: Mapping[str, str]) -> Text:
    parts: list[str | Wild] = []
    for part in text.parts:
        if isinstance(part, Wild):
            parts.append(part)
            continue
        for index, piece in enumerate(_PLACEHOLDER.split(part)):
            parts += parse_text(values[piece]).parts if index % 2 else (piece,)
    return replace(text, parts=tuple(part for part in parts if part != "") or ("",))


def _regex_test(line: _Line, value: Value) -> Node:
    source = _as_text(value) if value is not None else ""
    if not source:
        raise RefusalError("re without an expression")
    flags = "".join(f for f in "ims" if {f, _LONG_FLAGS[f]} & set(line.modifiers))
    bare = f"(?{flags}:{source})" if flags else source
    if "startswith" in line.modifiers:
        bare = rf"\A(?:{bare})"
    if "endswith" in line.modifiers:
        bare = rf"(?:{bare})\z"
    for expression in (source, bare):
        check_expression(expression)
    return Test(line.field, "regex", bare, cased=True, needle=needle_of(bare))


_LONG_FLAGS = {"i": "ignorecase", "m": "multiline", "s": "dotall"}


def _network_test(line: _Line, value: Value) -> Node:
    try:
        network = ip_network(value if isinstance(value, str) else "", strict=True)
    except ValueError as error:
        raise RefusalError(f"no network: {value!r}") from error
    return Test(line.field, "cidr", network.with_prefixlen)


def _exists_test(line: _Line, value: Value) -> Node:
    if not isinstance(value, bool):
        raise RefusalError(f"exists takes true or false, not {value!r}")
    test = Test(line.field, "exists", "")
    return test if value else Not(test)


_REFERENCE_KINDS: dict[str, Kind] = {
    "contains": "holds",
    "startswith": "opens_with",
    "endswith": "closes_with",
}


def _reference_test(line: _Line, value: Value) -> Node:
    if not isinstance(value, str) or not value:
        raise RefusalError(f"fieldref takes the name of a field, not {value!r}")
    kinds = [_REFERENCE_KINDS[name] for name in line.modifiers if name in _REFERENCE_KINDS]
    if len(kinds) > 1:
        raise RefusalError("fieldref goes with one of contains, startswith, endswith")
    return Test(line.field, kinds[0] if kinds else "same", value, line.cased)


def _number_test(line: _Line, value: Value) -> Node:
    kind = cast("Kind", line.kind)
    try:
        number = Decimal(_as_text(value)) if not isinstance(value, bool) else Decimal("NaN")
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise RefusalError(f"{kind} takes a number, not {value!r}")
    low, high = _DATE_PARTS.get(kind, (number, number))
    if not low <= number <= high or (kind in _DATE_PARTS and number != int(number)):
        raise RefusalError(f"{kind} takes a whole number from {low} to {high}, not {value!r}")
    return Test(line.field, kind, str(int(number)) if kind in _DATE_PARTS else str(number))


_BUILDERS: dict[str, Callable[[_Line, Value], Node]] = {
    "re": _regex_test,
    "cidr": _network_test,
    "exists": _exists_test,
    "fieldref": _reference_test,
}
