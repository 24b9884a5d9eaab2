"""The detection section of a rule: named selections and the condition, to one tree.

Source: Sigma specification 2.1.0, "Detection", "Search-Identifier", "Lists", "Maps", "Keywords".
"""

from collections.abc import Mapping

from crossline.sigma.conditions import condition_node
from crossline.sigma.documents import Value
from crossline.sigma.modifiers import Placeholders, line_node
from crossline.sigma.rules import And, Node, Or
from crossline.sigma.values import RefusalError

__all__ = ["detection_node"]

_RESERVED = {"condition", "timeframe"}
_MAX_DEPTH = 20


def detection_node(section: Value, placeholders: Placeholders, reserved: str = "") -> Node:
    """The tree of a detection (or filter) section; several conditions are or-linked.

    Args:
        section: the YAML value of the section.
        placeholders: values for `expand`.
        reserved: one more key that is no selection (`rules` in a filter).

    Raises:
        RefusalError: anything that cannot be honoured, with the name of the selection.
    """
    if not isinstance(section, dict):
        raise RefusalError("the detection section is no mapping")
    if "timeframe" in section:
        raise RefusalError("timeframe in a detection was removed from Sigma: use a correlation")
    selections = {
        name: _selection(name, value, placeholders)
        for name, value in section.items()
        if name not in _RESERVED and name != reserved
    }
    if not selections:
        raise RefusalError("the detection has no selection")
    terms = tuple(condition_node(text, selections) for text in _conditions(section))
    return terms[0] if len(terms) == 1 else Or(terms)


def _conditions(section: Mapping[str, Value]) -> list[str]:
    condition = section.get("condition")
    conditions = condition if isinstance(condition, list) else [condition]
    texts = [str(text) for text in conditions if isinstance(text, (str, int)) and str(text).strip()]
    if not texts or len(texts) != len(conditions):
        raise RefusalError("the detection has no condition")
    return texts


def _selection(name: str, value: Value, placeholders: Placeholders) -> Node:
    try:
        return _node(value, placeholders, 0)
    except RefusalError as refusal:
        raise RefusalError(f"{name}: {refusal}") from refusal


def _node(value: Value, placeholders: Placeholders, depth: int) -> Node:
    """A map is and-linked, a list of maps or-linked, anything else keywords."""
    if depth > _MAX_DEPTH:
        raise RefusalError(f"more than {_MAX_DEPTH} levels of lists")
    if isinstance(value, dict):
        if not value:
            raise RefusalError("an empty selection")
        terms = tuple(line_node(key, item, placeholders) for key, item in value.items())
        return terms[0] if len(terms) == 1 else And(terms)
    if not isinstance(value, list) or not any(isinstance(item, (dict, list)) for item in value):
        return line_node(None, value, placeholders)
    terms = tuple(_node(item, placeholders, depth + 1) for item in value)
    return terms[0] if len(terms) == 1 else Or(terms)
