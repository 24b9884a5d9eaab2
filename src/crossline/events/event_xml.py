"""Event XML to the same nested form that EVTX parsers print, so that one map serves both.

Names lose their namespace, attributes are `@Name`, `Data` elements stand under their own names,
unnamed ones in a list under `Data`. Source: Microsoft, "Event Schema" (Windows Event Log).
"""

import re
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import ParseError, fromstring

__all__ = ["xml_document", "xml_fields"]

_MOST_DEPTH = 32
# Control characters, and references to them (XML 1.0, 2.2).
_FORBIDDEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|&#0*(?:[0-8]|1[124-9]|2\d|3[01]);"
    r"|&#x0*(?:[0-8bcef]|1[0-9a-f]);",
    re.IGNORECASE,
)


def xml_document(text: str | bytes) -> dict[str, object]:
    """An Event element as `{"Event": {...}}`.

    Raises:
        ValueError: not well-formed, with entities or a document type of its own, or no Event.
    """
    root = _parsed(text)
    if _local(root.tag) != "Event":
        raise ValueError(f"not an Event but {_local(root.tag)[:100]}")
    return {"Event": {_local(part.tag): _part(part) for part in root}}


def xml_fields(text: str) -> object:
    """The children of an EventData or UserData element, as in `xml_document`.

    Raises:
        ValueError: not well-formed, or with entities.
    """
    return _part(_parsed(text))


def _parsed(text: str | bytes) -> Element:
    data = _with_line_ends(text.encode("utf-8", "replace") if isinstance(text, str) else text)
    try:
        try:
            root: Element = fromstring(data, forbid_dtd=True)
        except ParseError:
            root = fromstring(_without_forbidden(data), forbid_dtd=True)
    except ParseError as error:
        raise ValueError(f"not well-formed XML: {error}") from error
    except (ValueError, LookupError) as error:
        # defusedxml's refusals are ValueErrors; their own text names Python objects.
        raise ValueError(f"XML that is not taken: {type(error).__name__}") from error
    return root


def _with_line_ends(data: bytes) -> bytes:
    """Carriage returns as references, as XML would drop them and other forms of a record do not."""
    return data.replace(b"\r", b"&#13;") if b"<![CDATA[" not in data else data


def _without_forbidden(data: bytes) -> str:
    """What XML 1.0 does not allow as U+FFFD: exports of Windows hold it where the record does."""
    return _FORBIDDEN.sub("\ufffd", data.decode("utf-8", "replace"))


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _part(element: Element, depth: int = 0) -> object:
    """An element's value: its text, or a dictionary of attributes and children, or None."""
    inside: dict[str, object] = {f"@{_local(name)}": text for name, text in element.items()}
    if depth < _MOST_DEPTH:
        for child in element:
            name, value = _named(child, depth)
            _put(inside, name, value)
    elif len(element):
        inside["#text"] = "".join(element.itertext())
    own_text = _text(element)
    if inside and own_text:
        inside["#text"] = own_text
    return inside or own_text or None


def _text(element: Element) -> str:
    """The text before any child; white space over several lines is only layout."""
    text = element.text or ""
    return "" if "\n" in text and text.isspace() else text


def _named(child: Element, depth: int) -> tuple[str, object]:
    tag = _local(child.tag)
    name = child.get("Name")
    if tag == "Data" and not len(child):
        return name or tag, _text(child)
    return tag, _part(child, depth + 1)


def _put(inside: dict[str, object], name: str, value: object) -> None:
    """Further values of one name make a list."""
    known = inside.get(name)
    if name not in inside:
        inside[name] = value
    elif isinstance(known, list):
        known.append(value)
    else:
        inside[name] = [known, value]
