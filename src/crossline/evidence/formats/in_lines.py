"""Logs whose records are lines: the frame that their readers share."""

from collections.abc import Callable, Iterator
from typing import BinaryIO

from crossline.evidence import texts
from crossline.evidence.sources import Flaw, Parsed, Records

__all__ = ["Parse", "first_lines", "read_lines", "without"]

Parse = Callable[[str], Parsed | str | None]
"""A line to its record, to the reason why it is none, or to None where it is none by design."""

_LINES_LOOKED_AT = 20


def first_lines(head: bytes) -> list[str]:
    """The first lines of content that are not blank, the last of them perhaps cut."""
    lines = texts.as_utf8(head).decode("utf-8", "replace").splitlines()[:_LINES_LOOKED_AT]
    return [line for line in lines if line and not line.isspace()]


def read_lines(stream: BinaryIO, parse: Parse) -> Iterator[Records | Flaw]:
    """The records of a log in the order of its lines; locators are lines, blank ones are none."""
    for some in texts.lines(stream):
        parsed: list[Parsed] = []
        found = Records([], [], "parsed", parsed)
        flaws: list[Flaw] = []
        for number, line in enumerate(some.texts, some.first):
            if line is None:
                reason = f"the line is longer than {texts.MOST_RECORD_BYTES:,} bytes"
                flaws.append(Flaw("record", number, reason))
                continue
            line = line.removesuffix(b"\r")
            record = parse(line.decode("utf-8", "replace")) if line.strip() else None
            if isinstance(record, str):
                flaws.append(Flaw("record", number, record))
            elif record is not None:
                found.texts.append(line)
                found.locators.append(number)
                parsed.append(record)
        if parsed:
            yield found
        yield from flaws


def without(
    absent: str, names: tuple[str, ...], values: list[str]
) -> tuple[tuple[str, ...], list[str | None]]:
    """Names and values of one line without those whose value is the log's sign for none."""
    if absent not in values:
        return names, [*values]
    present = [place for place, value in enumerate(values) if value != absent]
    return tuple([names[place] for place in present]), [values[place] for place in present]
