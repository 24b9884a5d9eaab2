"""One document of a rule file to what it becomes: rule, correlation, filter or refusal."""

import re
from datetime import date

from crossline.kernel.ids import digest
from crossline.kernel.techniques import currents
from crossline.sigma.cache import COMPILER, Compiled
from crossline.sigma.correlation_section import correlation_parts, named_rules
from crossline.sigma.detection_section import detection_node
from crossline.sigma.documents import Document, DocumentError, Value, read_documents
from crossline.sigma.modifiers import Placeholders
from crossline.sigma.rules import Correlation, Filter, LogSource, Node, Not, Refused, Rule, Test
from crossline.sigma.values import RefusalError

__all__ = ["compile_file"]

_TECHNIQUE = re.compile(r"attack\.(t\d{4}(?:\.\d{3})?)", re.IGNORECASE)


def compile_file(data: bytes, placeholders: Placeholders) -> list[Compiled]:
    """What the documents of one file become, in their order; never raises for a bad rule."""
    try:
        documents = read_documents(data)
    except DocumentError as error:
        return [Refused("", "", str(error), unparsable=True)]
    if not documents:
        return [Refused("", "", "an empty file: it has no YAML document", unparsable=True)]
    return [_compile(document, placeholders) for document in documents]


def _compile(document: Document, placeholders: Placeholders) -> Compiled:
    content = document.content
    if document.fault:
        return _refused(document, document.fault, unparsable=True)
    try:
        return _compiled(document, placeholders)
    except RefusalError as refusal:
        return _refused(document, str(refusal), unparsable="title" not in content)


def _compiled(document: Document, placeholders: Placeholders) -> Rule | Correlation | Filter:
    content = document.content
    if document.double_keys:
        raise RefusalError(f"key {document.double_keys[0]} stands twice in one mapping")
    if "correlation" in content:
        return _correlation(document)
    if "filter" in content:
        return _filter(document, placeholders)
    if "detection" in content:
        return _rule(document, placeholders)
    raise RefusalError("neither detection nor correlation nor filter")


def _refused(document: Document, reason: str, *, unparsable: bool) -> Refused:
    content = document.content
    section = content.get("correlation")
    try:
        generates = isinstance(section, dict) and section.get("generate") is True
        silences = () if generates else named_rules(section)
    except RefusalError:
        silences = ()
    name = _text(content.get("name")) or None
    title = _text(content.get("title"))
    return Refused(_rule_id(content), title, reason, name, unparsable, silences)


def _rule(document: Document, placeholders: Placeholders) -> Rule:
    logsource = _logsource(document.content)
    node = detection_node(document.content["detection"], placeholders)
    return Rule(**_headline(document), logsource=logsource, condition=node)  # type: ignore[arg-type]


def _correlation(document: Document) -> Correlation:
    content = document.content
    if "detection" in content:
        raise RefusalError("detection and correlation in one document")
    parts = correlation_parts(content["correlation"], content.get("generate"))
    return Correlation(**_headline(document), **parts)  # type: ignore[arg-type]


def _filter(document: Document, placeholders: Placeholders) -> Filter:
    section = document.content["filter"]
    if not isinstance(section, dict):
        raise RefusalError("the filter section is no mapping")
    rules = section.get("rules")
    names = [rules] if isinstance(rules, str) else rules
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise RefusalError("filter: rules names no rules (`any` for all)")
    everywhere = names in ([], ["any"])
    node = detection_node(section, placeholders, reserved="rules")
    return Filter(
        rule_id=_rule_id(document.content),
        title=_text(document.content.get("title")),
        owner=_text(document.content.get("author")),
        reason=_text(document.content.get("description")),
        expires=_day(document.content.get("expires")),
        logsource=_logsource(document.content),
        applies_to=None if everywhere else tuple(map(str, names)),
        condition=node,
        rule_hash=digest(COMPILER, document.text),
        notes=() if _negates(node) else ("the filter's condition has no `not`: it narrows rules",),
    )


def _day(value: Value) -> str:
    """A day as ISO 8601 writes it; a filter whose end cannot be read must not hold for ever."""
    text = _text(value)
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        raise RefusalError(f"filter: expires is {text!r}: write YYYY-MM-DD") from None


def _negates(node: Node) -> bool:
    if isinstance(node, Test):
        return False
    return isinstance(node, Not) or any(_negates(term) for term in node.terms)


def _logsource(content: dict[str, Value]) -> LogSource:
    section = content.get("logsource")
    if not isinstance(section, dict):
        raise RefusalError("no logsource")
    parts = {}
    for key in ("product", "category", "service"):
        value = section.get(key)
        if value is not None and not isinstance(value, str):
            raise RefusalError(f"logsource: {key} is no text")
        parts[key] = value.strip().lower() if value and value.strip() else None
    if not any(parts.values()):
        raise RefusalError("logsource: none of product, category, service is given")
    return LogSource(**parts)


def _headline(document: Document) -> dict[str, object]:
    """What a rule says about itself, in the fields that rules and correlations share."""
    content = document.content
    tags = content.get("tags")
    texts = tuple(str(tag) for tag in tags) if isinstance(tags, list) else ()
    found = (_TECHNIQUE.fullmatch(tag) for tag in texts)
    return {
        "rule_id": _rule_id(content),
        "name": _text(content.get("name")) or None,
        "title": _text(content.get("title")),
        "author": _text(content.get("author")),
        "level": _text(content.get("level")).lower(),
        "status": _text(content.get("status")).lower(),
        "tags": texts,
        "techniques": currents(match[1] for match in found if match),
        "rule_hash": digest(COMPILER, document.text),
    }


def _rule_id(content: dict[str, Value]) -> str:
    """The id, else the name, else the title (SIGMA.md 1)."""
    candidates = (_text(content.get(key)) for key in ("id", "name", "title"))
    return next(filter(None, candidates), "")


def _text(value: Value) -> str:
    if isinstance(value, list):
        return ", ".join(_text(item) for item in value)
    return "" if value is None or isinstance(value, dict) else str(value).strip()
