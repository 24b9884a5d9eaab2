"""The log of Linux' audit daemon: the records of one event, joined by their serial number.

A line is `type=T msg=audit(seconds:serial): name=value …`; several lines with one serial are one
event, and lines of different events may stand between them. Values that could break the format are
written in hexadecimal. Source: audit documentation, "Audit Event Parsing" and "Field Dictionary".
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from crossline.evidence import texts
from crossline.evidence.formats.in_lines import first_lines
from crossline.evidence.sources import Flaw, Parsed, Records

__all__ = ["read", "recognises"]

_LINE = re.compile(
    r"(?:<\d{1,3}>)?(?:node=(\S+) )?type=([A-Z][A-Z0-9_]*|UNKNOWN\[\d+\]) "
    r"msg=audit\((\d+\.\d+):(\d+)\):\s*(.*)"
)
_PAIR = re.compile(r"""([A-Za-z][\w.-]*)=("[^"]*"|'[^']*'|\([^)]*\)|[^\s"']*)""")
_QUOTED = re.compile(r"msg='(.*)'")
_ENCODED = re.compile(
    r"a\d+(?:\[\d+\])?|comm|exe|name|cwd|cmd|proctitle|key|acct|path|file|dir|old|new|data|grp|vm"
    r"|watch|device|cgroup|ocomm|op|profile|resource|root_dir|sw"
)
_HEX = re.compile(r"(?:[0-9A-F]{2}){2,}")
_ARGUMENT = re.compile(r"a\d+(?:\[\d+\])?")
_PART = re.compile(r"(a\d+)\[\d+\]")

MOST_OPEN = 64
"""Events whose further lines are waited for. Reason: bounds memory; the daemon writes the lines of
one event close together."""
MOST_LINES = 1000
"""Lines of one event. Reason: bounds memory against one serial number that never ends."""


@dataclass(slots=True)
class _Event:
    """The lines of one event so far, each with its type and its name=value part."""

    node: str | None
    time: str
    line: int
    texts: list[bytes] = field(default_factory=list)
    records: list[tuple[str, str]] = field(default_factory=list)


def recognises(head: bytes) -> bool:
    """Whether the first or second line is one of an audit log."""
    return any(_LINE.match(line) for line in first_lines(head)[:2])


def read(stream: BinaryIO) -> Iterator[Records | Flaw]:
    """Events in the order of their first lines, which are their locators."""
    waiting: dict[tuple[str | None, str, str], _Event] = {}
    for some in texts.lines(stream):
        done: list[_Event] = []
        flaws: list[Flaw] = []
        for number, line in enumerate(some.texts, some.first):
            flaw = _take(line, number, waiting, done)
            if flaw:
                flaws.append(Flaw("record", number, flaw))
        yield from _records(done)
        yield from flaws
    yield from _records([*waiting.values()])


def _take(
    line: bytes | None,
    number: int,
    waiting: dict[tuple[str | None, str, str], _Event],
    done: list[_Event],
) -> str | None:
    """Add a line to its event, or say why it is of none; events that are full or old are done."""
    if line is None:
        return f"the line is longer than {texts.MOST_RECORD_BYTES:,} bytes"
    line = line.strip()
    found = _LINE.match(line.decode("utf-8", "replace"))
    if not found:
        return "not a line of an audit log" if line else None
    node, kind, time, serial, pairs = found.groups()
    event = waiting.setdefault((node, time, serial), _Event(node, time, number))
    event.texts.append(line)
    event.records.append((kind, pairs))
    if len(event.texts) >= MOST_LINES:
        done.append(waiting.pop((node, time, serial)))
    elif len(waiting) > MOST_OPEN:
        done.append(waiting.pop(next(iter(waiting))))
    return None


def _records(events: list[_Event]) -> Iterator[Records]:
    if events:
        yield Records(
            [b"\n".join(event.texts) for event in events],
            [event.line for event in events],
            "parsed",
            [_parsed(event) for event in events],
        )


def _parsed(event: _Event) -> Parsed:
    """The fields of all records of an event, those of EXECVE first: its arguments are the text."""
    records = sorted(event.records, key=lambda record: record[0] != "EXECVE")
    names = ["@time", "@kind"]
    values: list[str | None] = [event.time, records[0][0]]
    if event.node:
        names.append("node")
        values.append(event.node)
    for kind, text in records:
        if kind == "EOE":
            continue
        for name, value in [("type", kind), *_pairs(text, kind)]:
            names.append(name)
            values.append(value)
    return Parsed("auditd", tuple(names), values)


def _pairs(text: str, kind: str) -> Iterator[tuple[str, str]]:
    """Names and decoded values, those inside `msg='…'` with the others; parts of one joined."""
    text = _QUOTED.sub(r"\1 ", text)
    parts: dict[str, str] = {}
    for name, raw in _PAIR.findall(text):
        value = _decoded(name, raw, kind)
        if found := _PART.fullmatch(name):
            parts[found[1]] = parts.get(found[1], "") + value
        elif not (kind == "EXECVE" and name.endswith("_len")):
            yield name, value
    yield from parts.items()


def _decoded(name: str, raw: str, kind: str) -> str:
    """A value without its quotes, or as text where it was written in hexadecimal."""
    if raw[:1] in ("'", '"'):
        return raw[1:-1]
    is_number = kind == "SYSCALL" and _ARGUMENT.fullmatch(name)
    if is_number or not _ENCODED.fullmatch(name) or not _HEX.fullmatch(raw):
        return raw
    between = " " if name == "proctitle" else "\0"
    return (
        bytes.fromhex(raw).replace(b"\0", between.encode()).decode("utf-8", "replace").rstrip("\0")
    )
