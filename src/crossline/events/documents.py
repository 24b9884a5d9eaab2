"""The text of a record to one JSON document, with what is packed inside its values unpacked.

Every syntax ends in the same form: nested dictionaries with the attributes of XML as `@Name`.
"""

import json
import re
from typing import Literal

import msgspec

from crossline.events.event_xml import xml_document, xml_fields

__all__ = ["Document", "Unreadable", "document_of"]

Document = dict[str, object]

# Fractions stay as they are written; whole numbers of any length are exact.
_decode = msgspec.json.Decoder(float_hook=str).decode
# Objects around a record, with what tells them from fields of that name: Splunk's search results,
# exports of Elasticsearch.
_WRAPPERS = {
    "result": frozenset({"_raw", "_time"}),
    "_source": frozenset({"@timestamp", "winlog", "event"}),
}
# Values that may hold a whole record (Splunk, syslog into Azure Monitor, Splunk's HTTP collector,
# CloudTrail's lookup, exports of the unified audit log),
# and values that may hold a record's fields (Azure Monitor).
_WHOLE = ("_raw", "SyslogMessage", "event", "CloudTrailEvent", "AuditData")
_FIELDS = ("EventData", "UserData")
_LINE_PAIR = re.compile(r"^(\w{1,64})=(.*)$")


class Unreadable(ValueError):  # noqa: N818 (a finding about a record, not a failure)
    """A record that cannot be used; the message says why."""


def document_of(text: bytes, syntax: Literal["json", "xml"]) -> Document:
    """The record as a document.

    Raises:
        Unreadable: the text is no JSON object or no XML of its own.
    """
    if syntax == "xml":
        try:
            return xml_document(text)
        except ValueError as error:
            raise Unreadable(str(error)) from error
    try:
        document = _decode(text)
    except (ValueError, RecursionError):
        document = _lenient(text)
    if type(document) is not dict:
        raise Unreadable("not a JSON object")
    if "Event" not in document:
        return _unpacked(document)
    if document["Event"] is None:
        raise Unreadable("an Event element without content")
    return document


def _lenient(text: bytes) -> object:
    """JSON that breaks a rule without doubt on what is meant.

    Bytes that are no UTF-8 and halves of surrogate pairs become U+FFFD; control characters in
    strings are taken, and numbers without bound, NaN and Infinity as text.
    """
    whole = text.decode("utf-8", "replace").strip().removeprefix("\ufeff")
    try:
        found = json.loads(whole, strict=False, parse_int=str, parse_float=str, parse_constant=str)
        clean = json.dumps(found, ensure_ascii=False)
        halves = clean.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return _decode(halves.encode())
    except json.JSONDecodeError as error:
        raise Unreadable(f"not valid JSON: {error.msg} at character {error.pos + 1}") from error
    except RecursionError as error:
        raise Unreadable("JSON that is nested too deeply") from error


def _unpacked(document: Document) -> Document:
    """The document with records and fields inside its texts in place of these texts."""
    for key, signs in _WRAPPERS.items():
        inner = document.get(key)
        if isinstance(inner, dict) and not signs.isdisjoint(inner):
            del document[key]
            document = {**document, **inner}
    for key in _WHOLE:
        if isinstance(text := document.get(key), str) and (inner := _record_in(text)):
            del document[key]
            document = {**document, **inner}
    for key in _FIELDS:
        if isinstance(text := document.get(key), str) and (fields := _fields_in(text)) is not None:
            document[key] = fields
    return document


def _record_in(text: str) -> Document | None:
    """The record that a text holds as XML, JSON or lines of name=value; None if it holds none."""
    start = text.lstrip()
    try:
        if start.startswith("<Event"):
            return xml_document(start)
        if start.startswith("{"):
            inner = _decode(start)
            return inner if type(inner) is dict else None
    except (ValueError, RecursionError):
        return None
    return _lines_of_pairs(text) if "\nLogName=" in text else None


def _lines_of_pairs(text: str) -> Document:
    """Splunk's text form: name=value lines; what follows `Message=` belongs to it to the end."""
    head, has_message, message = text.partition("\nMessage=")
    pairs: Document = {}
    for line in head.splitlines():
        if found := _LINE_PAIR.match(line):
            pairs[found[1]] = found[2]
    if has_message:
        pairs["Message"] = message
    return pairs


def _fields_in(text: str) -> object:
    try:
        if text.startswith("<"):
            return xml_fields(text)
        if text.startswith("{"):
            return _decode(text)
    except (ValueError, RecursionError):
        return None
    return None
