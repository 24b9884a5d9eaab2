"""JSON in one piece: an array of records, a wrapper around one, or values one after the other."""

import codecs
import json
import re
from collections.abc import Iterator
from typing import BinaryIO

from crossline.evidence.sources import Flaw, Records
from crossline.evidence.texts import MOST_RECORD_BYTES, as_utf8, blocks

__all__ = ["read", "recognises", "recognises_array"]

# Objects whose one list holds the records: AWS CloudTrail, Microsoft Graph, generic exports.
_WRAPPER = re.compile(r'\s*\{\s*"(?:[Rr]ecords|value|events)"\s*:\s*(?=\[\s*\{)')
_BETWEEN = re.compile(r"[\s,\[\]\x00]*")
_BETWEEN_WRAPPED = re.compile(r"[\s,\[]*")
_FIRST_KEY = re.compile(r'\{\s{0,64}"[^"\\]{1,256}"\s{0,64}:')
_ANY_OBJECT = re.compile(r'\{\s{0,64}"')
# Brackets, quotes, escapes in texts, and a line that begins as a record does.
_STRUCTURE = re.compile(r'[{}\[\]"]|\\.|\n\{\s{0,64}"')
_TOO_DEEP = "the value is nested too deeply"
_MOST_KEY_CHARACTERS = 512
_MOST_AT_ONCE = 1000
# What must be there to see a wrapper.
_HEAD_CHARACTERS = 4096
# A fault this close to the end of what was read may only be the end of what was read.
_NEAR_THE_END = 16


def recognises_array(head: bytes) -> bool:
    """Whether the text begins as an array of objects, bare or in a known wrapper."""
    text = as_utf8(head).decode("utf-8", "replace")
    return bool(re.match(r"\s*\[\s*(?:\{|\]\s*$)", text) or _WRAPPER.match(text))


def recognises(head: bytes) -> bool:
    """Whether the text begins as an object."""
    return bool(re.match(rb'\s*\{\s*(?:"|\})', as_utf8(head)))


def read(stream: BinaryIO) -> Iterator[Records | Flaw]:
    """Records in the order of the text; locators are the lines on which they begin."""
    return _Values(stream).read()


class _Values:
    """A window over the text that moves from value to value."""

    def __init__(self, stream: BinaryIO) -> None:
        self._blocks = blocks(stream)
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        # Numbers stay text: a number of many digits would cost time that grows with its square.
        self._scan = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str).raw_decode
        self._text = ""
        self._at = 0
        self._line = 1
        self._ended = False
        self._between = _BETWEEN
        self._first_key: re.Match[str] | None = None

    def read(self) -> Iterator[Records | Flaw]:
        while len(self._text) < _HEAD_CHARACTERS and not self._ended:
            self._grow()
        if wrapper := _WRAPPER.match(self._text):
            self._between = _BETWEEN_WRAPPED
            self._move_to(wrapper.end())
        texts: list[bytes] = []
        locators: list[int] = []
        while self._skip_to_value():
            line = self._line
            value = self._next_value()
            if isinstance(value, str):
                texts.append(value.encode("utf-8", "replace"))
                locators.append(line)
            if texts and (isinstance(value, Flaw) or len(texts) >= _MOST_AT_ONCE):
                yield Records(texts, locators, "json")
                texts, locators = [], []
            if isinstance(value, Flaw):
                yield value
        if texts:
            yield Records(texts, locators, "json")

    def _grow(self) -> None:
        """Read a block more and forget what lies behind."""
        block = next(self._blocks, None)
        self._ended = block is None
        self._text = self._text[self._at :] + self._decode(block or b"", self._ended)
        self._at = 0

    def _move_to(self, position: int) -> None:
        self._line += self._text.count("\n", self._at, position)
        self._at = position

    def _skip_to_value(self) -> bool:
        """Move over white space, commas and brackets; False at the end of the list or text."""
        while True:
            between = self._between.match(self._text, self._at)
            self._move_to(between.end() if between else self._at)
            if self._at < len(self._text):
                return not (self._between is _BETWEEN_WRAPPED and self._text[self._at] == "]")
            if self._ended:
                return False
            self._grow()

    def _next_value(self) -> str | Flaw:
        """The text of the value here, or why there is none; moves behind it."""
        while True:
            try:
                _, end = self._scan(self._text, self._at)
            except RecursionError:
                return self._skip_deep_value()
            except json.JSONDecodeError as error:
                if self._may_go_on(error):
                    self._grow()
                    continue
                return self._resume(f"not valid JSON: {error.msg}")
            if end >= len(self._text) - 1 and not self._ended and self._text[self._at] not in "{[":
                self._grow()  # a number may go on
                continue
            text = self._text[self._at : end]
            self._move_to(end)
            self._first_key = _FIRST_KEY.match(text) or self._first_key
            return text

    def _may_go_on(self, error: json.JSONDecodeError) -> bool:
        if self._ended or len(self._text) - self._at > MOST_RECORD_BYTES:
            return False
        unterminated = error.msg.startswith("Unterminated")
        return unterminated or error.pos >= len(self._text) - _NEAR_THE_END

    def _skip_deep_value(self) -> Flaw:
        """Move behind a value too deep to read, or to a line that begins as a record.

        One pass over its brackets: to look for a record inside it would cost its depth squared.
        """
        line, depth, in_text = self._line, 0, False
        while True:
            counted = self._at
            for found in _STRUCTURE.finditer(self._text, self._at):
                mark, counted = found.group(), found.end()
                if mark == '"':
                    in_text = not in_text
                elif mark[0] == "\n":
                    self._move_to(found.start())
                    return Flaw("record", line, _TOO_DEEP)
                elif not in_text:
                    depth += 1 if mark in "{[" else -1 if mark in "]}" else 0
                    if depth == 0 and mark in "]}":
                        self._move_to(found.end())
                        return Flaw("record", line, _TOO_DEEP)
            # The last character may be the first half of an escape or of a new line.
            self._move_to(max(counted, len(self._text) - (0 if self._ended else 1)))
            if self._ended:
                return Flaw("record", line, _TOO_DEEP)
            self._grow()

    def _resume(self, reason: str) -> Flaw:
        """Move to where the next record seems to begin.

        That is where an object has the same first key as this one or, where just that is broken,
        as the last whole one.
        """
        line = self._line
        first_key = _FIRST_KEY.match(self._text, self._at) or self._first_key
        start = re.compile(re.escape(first_key.group())) if first_key else _ANY_OBJECT
        self._move_to(self._at + 1)
        while not (found := start.search(self._text, self._at)) and not self._ended:
            self._move_to(max(self._at, len(self._text) - _MOST_KEY_CHARACTERS))
            self._grow()
        self._move_to(found.start() if found else len(self._text))
        return Flaw("record", line, reason)
