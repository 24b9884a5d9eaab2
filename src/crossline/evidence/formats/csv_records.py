"""Records of CSV that may go over several lines, out of files in which some were cut short.

RFC 4180 lets a quoted value hold line ends, so a record whose last quote was lost would swallow
the rest of its file. A line that is a whole record of its own therefore ends an open one.
"""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from crossline.evidence import texts
from crossline.evidence.sources import Flaw

__all__ = ["Layout", "Row", "rows", "values_of"]

Layout = tuple[str, int]
"""The delimiter of a file, and how many values a whole record has at least."""

MOST_LINES = 1_000
"""Lines of one record. Reason: the longest statements that databases log have some hundreds."""


@dataclass(frozen=True, slots=True)
class Row:
    """One record: its first line from 1, its bytes, and whether its last quote is missing."""

    line: int
    text: bytes
    is_cut: bool


def values_of(text: bytes, delimiter: str) -> list[str]:
    """The values of a record; bytes that are no UTF-8 become U+FFFD.

    Raises:
        csv.Error: no reader of CSV takes it.
    """
    lines = text.decode("utf-8", "replace").splitlines(keepends=True)
    return next(csv.reader(lines, delimiter=delimiter), [])


def rows(
    stream: BinaryIO, layout_of: Callable[[bytes], Layout | None]
) -> Iterator[list[Row] | Flaw]:
    """The records in the order of their lines, a block's worth at a time; blank lines are none.

    `layout_of` is given the first line that is not blank; None ends the reading.
    """
    waiting: list[bytes] = []
    first = 1
    layout: Layout | None = None
    for some in texts.lines(stream):
        done: list[Row] = []
        for number, line in enumerate(some.texts, some.first):
            if line is None:
                yield Flaw(
                    "record", number, f"the line is longer than {texts.MOST_RECORD_BYTES:,} bytes"
                )
                continue
            line = line.removesuffix(b"\r")
            if waiting and layout and _ends_open(waiting, line, *layout):
                done.append(Row(first, b"\n".join(waiting), is_cut=True))
                waiting = []
            if not waiting:
                if not line.strip():
                    continue
                first = number
            layout = layout or layout_of(line)
            if layout is None:
                return
            waiting.append(line)
            if not _is_open(waiting):
                done.append(Row(first, b"\n".join(waiting), is_cut=False))
                waiting = []
        if done:
            yield done
    if waiting:
        yield [Row(first, b"\n".join(waiting), is_cut=True)]


def _is_open(lines: list[bytes]) -> bool:
    return sum(line.count(b'"') for line in lines) % 2 == 1


def _ends_open(waiting: list[bytes], line: bytes, delimiter: str, columns: int) -> bool:
    """Whether an open record was cut: this line is one of its own, or there are too many."""
    if len(waiting) >= MOST_LINES:
        return True
    if line.count(delimiter.encode()) < columns - 1 or line.count(b'"') % 2:
        return False
    try:
        return len(values_of(line, delimiter)) >= columns
    except csv.Error:
        return False
