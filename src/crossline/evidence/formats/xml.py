"""Event XML: exports of the event viewer and of `wevtutil`, wrapped in `Events` or bare.

Records are cut out of the text by their tags, and each is parsed by itself later. So one broken
record costs only itself, and a document type declaration at the head is never applied.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import BinaryIO

from crossline.evidence.sources import Flaw, Records
from crossline.evidence.texts import MOST_RECORD_BYTES, as_utf8, blocks

__all__ = ["read", "recognises"]

_START = re.compile(rb"<Event(?:\s[^<>]*)?>\s*<System[\s>/]")
_ANY_EVENT = re.compile(rb"<(?:Event|System)[\s>]")
_END = b"</Event>"
_PROLOGUE = re.compile(rb"<\?xml[^>]*>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\])?\s*>", re.DOTALL)
# What may hold the beginning of a start tag at the end of a block.
_OVERLAP = 4096


def recognises(head: bytes) -> bool:
    """Whether the text is XML that begins with Event or Events."""
    text = as_utf8(head).lstrip()
    while prologue := _PROLOGUE.match(text):
        text = text[prologue.end() :].lstrip()
    return bool(re.match(rb"<Events?[\s>]", text))


def read(stream: BinaryIO) -> Iterator[Records | Flaw]:
    """Records in the order of the text; locators are the lines on which they begin."""
    window = b""
    line = 1
    for block in blocks(stream):
        window += block
        starts = [found.start() for found in _START.finditer(window)]
        last = starts[-1] if starts else max(0, len(window) - _OVERLAP)
        yield from _cut(window[:last], line)
        line += window.count(b"\n", 0, last)
        window = window[last:]
        if len(window) > MOST_RECORD_BYTES:
            yield Flaw("record", line, f"the event is longer than {MOST_RECORD_BYTES:,} bytes")
            line += window.count(b"\n")
            window = b""
    yield from _cut(window, line)


def _cut(text: bytes, line: int) -> Iterator[Records | Flaw]:
    """The records of a text that begins at that line and ends where one ends."""
    texts: list[bytes] = []
    locators: list[int] = []
    flaws: list[Flaw] = []
    starts = [found.start() for found in _START.finditer(text)]
    before = text[: starts[0]] if starts else text
    if _ANY_EVENT.search(before):
        flaws.append(Flaw("record", line, "an Event element that is not one of the event log"))
    at = 0
    for start, stop in pairwise([*starts, len(text)]):
        line += text.count(b"\n", at, start)
        at = start
        end = text.rfind(_END, start, stop)
        if end < 0:
            flaws.append(Flaw("record", line, "the event has no end tag"))
        else:
            texts.append(text[start : end + len(_END)])
            locators.append(line)
    if texts:
        yield Records(texts, locators, "xml")
    yield from flaws
