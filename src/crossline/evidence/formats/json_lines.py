"""JSON Lines: one JSON value a line (jsonlines.org)."""

from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from crossline.evidence.sources import Flaw, Records
from crossline.evidence.texts import MOST_RECORD_BYTES, as_utf8, lines

__all__ = ["read", "recognises"]

_LINES_LOOKED_AT = 20
_LONG_LINE_BYTES = 32 * 1024


def recognises(head: bytes) -> bool:
    """Whether one of the first lines is a JSON object of its own.

    A first line that is longer than what is looked at counts, if it begins as an object.
    """
    text = as_utf8(head)
    first, *others = text.split(b"\n")[:_LINES_LOOKED_AT]
    if not others and len(first) >= _LONG_LINE_BYTES and first.lstrip().startswith(b"{"):
        return True
    return any(_is_object(line) for line in (first, *others))


def _is_object(line: bytes) -> bool:
    line = line.strip()
    if not (line.startswith(b"{") and line.endswith(b"}") and len(line) > len(b"{}")):
        return False
    try:
        msgspec.json.decode(line)
    except (ValueError, RecursionError):
        return False
    return True


def read(stream: BinaryIO) -> Iterator[Records | Flaw]:
    """Records in the order of lines; blank lines are no records."""
    for some in lines(stream):
        texts: list[bytes] = []
        locators: list[int] = []
        for number, line in enumerate(some.texts, some.first):
            if line is None:
                if texts:
                    yield Records(texts, locators, "json")
                    texts, locators = [], []
                yield Flaw("record", number, f"the line is longer than {MOST_RECORD_BYTES:,} bytes")
            elif line and not line.isspace():
                texts.append(line)
                locators.append(number)
        if texts:
            yield Records(texts, locators, "json")
