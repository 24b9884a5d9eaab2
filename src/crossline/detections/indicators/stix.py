"""Indicators of a STIX 2.1 bundle: patterns that are nothing but equalities."""

import re
from collections.abc import Iterator

import msgspec

from crossline.detections.indicators.kinds import Stated, UnusableError

__all__ = ["stix_indicators"]

# A comparison of STIX 2.1, section 9.6: object path, `=`, string literal.
_COMPARISON = re.compile(
    r"([a-z0-9-]+:[A-Za-z0-9_.\-]+(?:'[A-Za-z0-9-]+'|\"[A-Za-z0-9-]+\")?)\s*=\s*'((?:[^'\\]|\\.)*)'"
)
_ALTERNATIVES = re.compile(r"[\s()\[\]]*=(?:[\s()\[\]]+OR[\s()\[\]]+=)*[\s()\[\]]*")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


class _Object(msgspec.Struct):
    type: str
    id: str = ""
    name: str = ""
    pattern: str = ""
    pattern_type: str = "stix"
    valid_from: str = ""
    revoked: bool = False
    created_by_ref: str = ""


class _Bundle(msgspec.Struct):
    objects: list[msgspec.Raw]


def stix_indicators(data: bytes, origin: str) -> Iterator[Stated | UnusableError]:
    """The entries of a bundle; `origin` names the feed where the bundle names no producer.

    Alternatives (`OR`) are entries of their own. What is no plain equality is refused: half of a
    pattern would be another indicator.

    Raises:
        msgspec.DecodeError, RecursionError: the data is no bundle.
    """
    bundle = msgspec.json.decode(data, type=_Bundle)
    decoder = msgspec.json.Decoder(_Object)
    found: list[_Object] = []
    for raw in bundle.objects:
        try:
            found.append(decoder.decode(raw))
        except msgspec.DecodeError:
            yield UnusableError("is no STIX object")
    names = {each.id: each.name for each in found if each.type == "identity"}
    for each in found:
        if each.type == "indicator":
            yield from _entries(each, names.get(each.created_by_ref) or origin)


def _entries(each: _Object, producer: str) -> Iterator[Stated | UnusableError]:
    if each.revoked:
        yield UnusableError("is revoked by its producer")
        return
    if each.pattern_type != "stix":
        yield UnusableError(f"its pattern is of type {each.pattern_type[:60]!r}, not STIX")
        return
    comparisons = _COMPARISON.findall(each.pattern)
    if not comparisons or not _ALTERNATIVES.fullmatch(_COMPARISON.sub("=", each.pattern)):
        yield UnusableError("its pattern is more than equalities joined by OR")
        return
    for path, literal in comparisons:
        plain = path.replace("'", "").replace('"', "")
        yield Stated(plain, _ESCAPED.sub(r"\1", literal), f"{producer}, {each.id}", each.valid_from)
