"""The `detail` files of FreeRADIUS and GNU Radius: one block of attributes for each packet.

A block is a line with the local time, indented lines `Name = value`, and a blank line. `Timestamp`,
in seconds since 1970, is the time to trust, as the head is local time without zone;
`Acct-Delay-Time` is how long the sender had tried before (RFC 2866, 5.2). Sources: FreeRADIUS,
module `detail`; GNU Radius manual, "Detailed Request Accounting".
"""

import re
from collections.abc import Iterator
from typing import BinaryIO

from crossline.evidence import texts
from crossline.evidence.formats.in_lines import first_lines
from crossline.evidence.sources import Flaw, Parsed, Records

__all__ = ["read", "recognises"]

_HEAD = re.compile(
    r"[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}"
    r"|\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d\S*"
)
_ATTRIBUTE = re.compile(r"[ \t]+([A-Za-z0-9][\w.-]*(?::\d+)?) (?:=|\+=|:=) (.*)")
MOST_LINES = 1_000
"""Lines of one block. Reason: a packet is at most 4,096 bytes (RFC 2865, 3), so it has fewer."""


def recognises(head: bytes) -> bool:
    """Whether a time alone on the first line is followed by an attribute."""
    lines = first_lines(head)
    return len(lines) > 1 and bool(_HEAD.fullmatch(lines[0]) and _ATTRIBUTE.match(lines[1]))


def read(stream: BinaryIO) -> Iterator[Records | Flaw]:
    """Blocks as records; locators are their numbers from 1."""
    number = 0
    for some in _blocks(stream):
        parsed: list[Parsed] = []
        found = Records([], [], "parsed", parsed)
        for block in some:
            number += 1
            if isinstance(block, str):
                yield Flaw("record", number, block)
                continue
            parsed.append(_parsed([line.decode("utf-8", "replace") for line in block]))
            found.texts.append(b"\n".join(block))
            found.locators.append(number)
        if parsed:
            yield found


def _blocks(stream: BinaryIO) -> Iterator[list[list[bytes] | str]]:
    """The lines of each block, or why it cannot be used; a head begins one without blank line."""
    open_block: list[bytes] = []
    for some in texts.lines(stream):
        done: list[list[bytes] | str] = []
        for line in some.texts:
            if line is None:
                done.append(f"a line is longer than {texts.MOST_RECORD_BYTES:,} bytes")
                continue
            line = line.removesuffix(b"\r")
            begins = bool(line) and line[:1] not in b" \t"
            if open_block and (begins or not line.strip() or len(open_block) >= MOST_LINES):
                done.append(open_block)
                open_block = []
            if line.strip():
                open_block.append(line)
        if done:
            yield done
    if open_block:
        yield [open_block]


def _parsed(lines: list[str]) -> Parsed:
    names: list[str] = []
    values: list[str | None] = []
    note = None
    if _HEAD.fullmatch(lines[0]):
        names.append("@head")
        values.append(lines.pop(0))
    for line in lines:
        if found := _ATTRIBUTE.fullmatch(line):
            names.append(found[1])
            values.append(_value(found[2]))
        else:
            note = "a line of the block is no attribute: it is cut"
    first = dict(zip(reversed(names), reversed(values), strict=True))
    if moment := _moment(first):
        names.append("@time")
        values.append(moment)
    return Parsed("radius", tuple(names), values, note)


def _value(text: str) -> str:
    text = text.strip()
    is_quoted = len(text) > 1 and text[0] == text[-1] == '"'
    return text[1:-1].replace('\\"', '"') if is_quoted else text


def _moment(attributes: dict[str, str | None]) -> str | None:
    """When the packet's subject was, in seconds since 1970; None if the block does not say."""
    stamp, delay = attributes.get("Timestamp") or "", attributes.get("Acct-Delay-Time") or "0"
    if not stamp.isdecimal() or len(stamp) > 10:
        return None
    late = int(delay) if delay.isdecimal() and len(delay) <= 7 else 0
    return str(int(stamp) - late)
