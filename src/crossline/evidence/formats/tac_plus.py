"""Accounting of tac_plus: who ran what on which network device, tab separated.

Time, device, user, port, remote address and kind of record, then attributes: `name=value` must be
honoured, `name*value` may be. The time is that of the server, without zone, and in many builds
without year. Sources: tac_plus.conf(5); RFC 8907, sections 6.1 and 8, for the attributes.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO

from crossline.evidence.formats.in_lines import first_lines, read_lines
from crossline.evidence.sources import Flaw, Parsed, Records

__all__ = ["read", "recognises"]

_TIME = (
    r"(?:[A-Z][a-z]{2} )?[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?: \d{4})?"
    r"|\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?: ?[+-]\d\d:?\d\d)?"
)
_KINDS = frozenset({"start", "stop", "update"})
_LINE = re.compile(rf"({_TIME})\t([^\t]+)\t([^\t]*)\t([^\t]*)\t([^\t]*)\t(\w+)(?:\t(.*))?")
_NAMES = ("@time", "@device", "user", "port", "rem_addr", "type")
_ATTRIBUTE = re.compile(r"([\w.:-]+)[=*](.*)")


def recognises(head: bytes) -> bool:
    """Whether one of the first lines is an accounting record."""
    return any(_parse_head(line) for line in first_lines(head)[:3])


def read(stream: BinaryIO) -> Iterator[Records | Flaw]:
    """Lines as records; one that is none is a flaw."""
    return read_lines(stream, _parse)


def _parse_head(line: str) -> re.Match[str] | None:
    found = _LINE.match(line)
    return found if found and found[6] in _KINDS else None


def _parse(line: str) -> Parsed | str:
    found = _parse_head(line)
    if not found:
        return "not an accounting record of tac_plus: cut, or two writers in one line"
    *values, rest = found.groups()
    names = [*_NAMES]
    note = None
    for part in (rest or "").split("\t"):
        if attribute := _ATTRIBUTE.fullmatch(part):
            names.append(attribute[1])
            # Devices end a command with the key that sent it.
            values.append(attribute[2].rstrip().removesuffix("<cr>").rstrip())
        elif part:
            note = "an attribute has no value: the line is cut"
    return Parsed("tacplus", tuple(names), [*values], note)
