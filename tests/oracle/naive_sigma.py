"""A second, slow reading of Sigma: pySigma parses the rule, each event is looked at by itself.

It shares no code with `crossline.sigma`, so that agreement between the two means something. It
is used only where pySigma reads rules as the specification says (SIGMA.md lists where not).
"""

import re
from functools import cache
from ipaddress import ip_address, ip_network

from sigma.conditions import (
    ConditionAND,
    ConditionFieldEqualsValueExpression,
    ConditionNOT,
    ConditionOR,
    ConditionValueExpression,
)
from sigma.rule import SigmaRule
from sigma.types import (
    SigmaBool,
    SigmaCasedString,
    SigmaCIDRExpression,
    SigmaCompareExpression,
    SigmaExists,
    SigmaExpansion,
    SigmaFieldReference,
    SigmaNull,
    SigmaNumber,
    SigmaRegularExpression,
    SigmaString,
    SpecialChars,
)

WILD = {SpecialChars.WILDCARD_MULTI: ".*", SpecialChars.WILDCARD_SINGLE: "."}


class NaiveRule:
    """One rule, evaluated event by event; an event maps field names to lists of text or None."""

    def __init__(self, yaml_text):
        rule = SigmaRule.from_yaml(yaml_text)
        self.trees = [condition.parsed for condition in rule.detection.parsed_condition]

    def matches(self, event):
        return any(holds(tree, event) for tree in self.trees)


def holds(node, event):
    if isinstance(node, ConditionAND):
        return all(holds(arg, event) for arg in node.args)
    if isinstance(node, ConditionOR):
        return any(holds(arg, event) for arg in node.args)
    if isinstance(node, ConditionNOT):
        return not holds(node.args[0], event)
    if isinstance(node, ConditionFieldEqualsValueExpression):
        return field_holds(node.field, node.value, event)
    assert isinstance(node, ConditionValueExpression)
    texts = [text for values in event.values() for text in values if text is not None]
    return any(value_holds(node.value, text, event, part=True) for text in texts)


def field_holds(field, value, event):
    if isinstance(value, SigmaExpansion):
        return any(field_holds(field, item, event) for item in value.values)
    if isinstance(value, SigmaNull):
        return field not in event or None in event[field]
    if isinstance(value, SigmaExists):
        return (field in event) == value.exists
    texts = [text for text in event.get(field, []) if text is not None]
    return any(value_holds(value, text, event) for text in texts)


def value_holds(value, text, event, part=False):
    if isinstance(value, SigmaExpansion):
        return any(value_holds(item, text, event, part) for item in value.values)
    if isinstance(value, SigmaString):
        return string_holds(value, text, part)
    if isinstance(value, SigmaNumber | SigmaBool):
        plain = str(value).lower()
        return plain in text.lower() if part else plain == text.lower()
    if isinstance(value, SigmaRegularExpression):
        flags = 0
        for flag in value.flags:
            flags |= value.sigma_to_python_flags[flag]
        return re.search(str(value.regexp), text, flags | re.ASCII) is not None
    if isinstance(value, SigmaCIDRExpression):
        try:
            return ip_address(text) in ip_network(value.cidr, strict=False)
        except ValueError:
            return False
    if isinstance(value, SigmaFieldReference):
        others = [other.casefold() for other in event.get(value.field, []) if other is not None]
        return text.casefold() in others
    assert isinstance(value, SigmaCompareExpression)
    try:
        left, right = float(text), float(value.number.number)
    except ValueError:
        return False
    return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[
        value.op.value
    ]


def string_holds(value, text, part):
    pattern = compiled(tuple(value.s), isinstance(value, SigmaCasedString))
    return (pattern.search if part else pattern.fullmatch)(text) is not None


@cache
def compiled(parts, cased):
    pattern = "".join(re.escape(p) if isinstance(p, str) else WILD[p] for p in parts)
    return re.compile(pattern, re.DOTALL | (0 if cased else re.IGNORECASE))
