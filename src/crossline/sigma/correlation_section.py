"""The correlation section of a document, checked and made plain.

Source: Sigma correlation rules specification 2.1.0. pySigma's reader is not used here: it refuses
two bounds, which the specification allows, and takes units that the specification does not have.
"""

import re
from collections.abc import Mapping

from crossline.sigma.documents import Value
from crossline.sigma.rules import Bound, Operator
from crossline.sigma.values import RefusalError

__all__ = ["correlation_parts", "named_rules"]

_TEMPORAL = {"temporal", "temporal_ordered"}
_VALUE = {"value_count", "value_sum", "value_avg", "value_percentile"}
_TYPES = {"event_count"} | _TEMPORAL | _VALUE
_OPERATORS: tuple[Operator, ...] = ("lt", "lte", "gt", "gte", "eq", "neq")
_UNITS_S = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_KEYS = {"type", "rules", "group-by", "timespan", "condition", "aliases", "generate"}


def correlation_parts(section: Value, outer_generate: Value = None) -> dict[str, object]:
    """The fields of a `Correlation` that its section gives.

    Args:
        section: the YAML value of `correlation`.
        outer_generate: the document's own `generate`, which older examples hold.

    Raises:
        RefusalError: unknown type, unit, operator or key; a part that is missing or has no meaning.
    """
    if not isinstance(section, dict):
        raise RefusalError("the correlation section is no mapping")
    if unknown := sorted(set(section) - _KEYS):
        raise RefusalError(f"correlation: unknown key {unknown[0]!r}")
    kind = section.get("type")
    if kind not in _TYPES:
        raise RefusalError(f"correlation: unknown type {kind!r}")
    names = named_rules(section)
    if not names:
        raise RefusalError("correlation: no rules")
    condition = _condition(section.get("condition"), str(kind))
    return {
        "kind": kind,
        "refers_to": names,
        "group_by": _texts(section.get("group-by"), "group-by"),
        "aliases": _aliases(section.get("aliases")),
        "timespan_s": _seconds(section.get("timespan")),
        "bounds": _bounds(condition),
        "fields": _fields(condition, str(kind)),
        "percentile": _percentile(condition, str(kind)),
        "generate": _generate(section.get("generate", outer_generate)),
    }


def named_rules(section: Value) -> tuple[str, ...]:
    """The names or ids of rules that a correlation section refers to; () where it has none."""
    rules = section.get("rules") if isinstance(section, dict) else None
    return _texts(rules, "rules") if isinstance(rules, (str, list)) else ()


def _texts(value: Value, what: str) -> tuple[str, ...]:
    items = [] if value is None else value if isinstance(value, list) else [value]
    if not all(isinstance(item, (str, int)) and not isinstance(item, bool) for item in items):
        raise RefusalError(f"correlation: {what} is no list of names")
    return tuple(str(item) for item in items)


def _seconds(value: Value) -> int:
    found = re.fullmatch(r"([0-9]{1,9})([a-zA-Z]+)", value) if isinstance(value, str) else None
    if not found or found[2] not in _UNITS_S:
        raise RefusalError(f"correlation: timespan {value!r} is no number with s, m, h or d")
    if int(found[1]) == 0:
        raise RefusalError("correlation: timespan is zero")
    return int(found[1]) * _UNITS_S[found[2]]


def _condition(value: Value, kind: str) -> Mapping[str, Value]:
    if value is None and kind in _TEMPORAL:
        return {}
    if not isinstance(value, dict):
        raise RefusalError(f"correlation: {kind} needs a condition such as gte: 10")
    allowed = {*_OPERATORS, "field", *(["percentile"] if kind == "value_percentile" else [])}
    if unknown := sorted(set(value) - allowed):
        raise RefusalError(f"correlation: unknown operator {unknown[0]!r}")
    if not set(value) & set(_OPERATORS):
        raise RefusalError("correlation: the condition has no operator")
    return value


def _bounds(condition: Mapping[str, Value]) -> tuple[Bound, ...]:
    return tuple(
        Bound(operator, _number(condition[operator], operator))
        for operator in _OPERATORS
        if operator in condition
    )


def _number(value: Value, what: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise RefusalError(f"correlation: {what} takes a number, not {value!r}")
    return float(value)


def _fields(condition: Mapping[str, Value], kind: str) -> tuple[str, ...]:
    fields = _texts(condition.get("field"), "field")
    if kind in _VALUE and not fields:
        raise RefusalError(f"correlation: {kind} needs a field")
    if kind not in _VALUE and fields:
        raise RefusalError(f"correlation: {kind} takes no field")
    if kind != "value_count" and len(fields) > 1:
        raise RefusalError(f"correlation: {kind} takes one field")
    return fields


def _percentile(condition: Mapping[str, Value], kind: str) -> float | None:
    if kind != "value_percentile":
        return None
    rank = _number(condition.get("percentile"), "percentile")
    if not 0 <= rank <= 100:
        raise RefusalError(f"correlation: percentile is 0 to 100, not {rank:g}")
    return rank


def _generate(value: Value) -> bool:
    if value is not None and not isinstance(value, bool):
        raise RefusalError(f"correlation: generate takes true or false, not {value!r}")
    return bool(value)


def _aliases(value: Value) -> dict[str, dict[str, str]]:
    aliases: dict[str, dict[str, str]] = {}
    for alias, mapping in (value if isinstance(value, dict) else {}).items():
        if not isinstance(mapping, dict) or not mapping:
            raise RefusalError(f"correlation: alias {alias!r} names no rules")
        aliases[alias] = {name: str(field) for name, field in mapping.items()}
    if value is not None and not isinstance(value, dict):
        raise RefusalError("correlation: aliases is no mapping")
    return aliases
