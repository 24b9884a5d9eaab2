"""Zeek's logs as tab-separated values, whose head says separator, log and fields.

Source: Zeek documentation, "Log Formats": `#separator`, `#set_separator`, `#empty_field`,
`#unset_field`, `#path`, `#fields`, `#types`. Values of sets and vectors stand one by one.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO

from crossline.evidence.formats.in_lines import first_lines, read_lines, without
from crossline.evidence.sources import Flaw, Parsed, Records

__all__ = ["read", "recognises"]

_ESCAPED = re.compile(r"\\x([0-9a-fA-F]{2})")
_LINE = re.compile(
    r"\d{9,10}\.\d{6}\t[A-Za-z0-9]{10,24}\t[0-9a-fA-F.:]+\t\d+\t[0-9a-fA-F.:]+\t\d+\t"
)
_MOST_ELEMENTS = 1000
# The fields of a `conn` log in Zeek's own order, for a file whose head is cut off.
_CONNECTION = (
    "ts", "uid", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p", "proto", "service", "duration",
    "orig_bytes", "resp_bytes", "conn_state", "local_orig", "local_resp", "missed_bytes", "history",
    "orig_pkts", "orig_ip_bytes", "resp_pkts", "resp_ip_bytes", "tunnel_parents",
)  # fmt: skip


def recognises(head: bytes) -> bool:
    """Whether the text begins as Zeek's head, or with a connection of one whose head is cut off."""
    lines = first_lines(head)
    if any(line.startswith(("#separator ", "#fields\t")) for line in lines):
        return True
    return bool(lines) and bool(_LINE.match(lines[0])) and lines[0].count("\t") >= 19


def read(stream: BinaryIO) -> Iterator[Records | Flaw]:
    """Lines as records; the head's lines are none."""
    return read_lines(stream, _Log().parse)


class _Log:
    """What the head says; it may come again with other fields."""

    def __init__(self) -> None:
        self._separator = "\t"
        self._set_separator = ","
        self._empty = "(empty)"
        self._unset = "-"
        self._log = "conn"
        self._names: tuple[str, ...] = (*_CONNECTION, "@log")
        self._lists: tuple[int, ...] = (len(_CONNECTION) - 1,)

    def parse(self, line: str) -> Parsed | str | None:
        if line.startswith("#"):
            self._direct(line)
            return None
        values = line.split(self._separator)
        if len(values) != len(self._names) - 1:
            stated = len(self._names) - 1
            return f"has {len(values)} fields where {stated} are stated: the line is cut"
        if "\\x" in line:
            values = [_ESCAPED.sub(_character, value) for value in values]
        values.append(self._log)
        if any(self._set_separator in values[place] for place in self._lists):
            return Parsed("zeek", *without(self._unset, *self._spread(values)))
        if self._empty in values:
            values = ["" if value == self._empty else value for value in values]
        return Parsed("zeek", *without(self._unset, self._names, values))

    def _direct(self, line: str) -> None:
        if line.startswith("#separator "):
            self._separator = _ESCAPED.sub(_character, line.partition(" ")[2]) or "\t"
            return
        name, *parts = line[1:].split(self._separator)
        text = parts[0] if parts else ""
        if name == "set_separator":
            self._set_separator = text or ","
        elif name == "empty_field":
            self._empty = text
        elif name == "unset_field":
            self._unset = text
        elif name == "path":
            self._log = text
        elif name == "fields":
            self._names, self._lists = (*parts, "@log"), ()
        elif name == "types":
            lists = enumerate(parts[: len(self._names) - 1])
            self._lists = tuple(n for n, kind in lists if kind.startswith(("set[", "vector[")))

    def _spread(self, values: list[str]) -> tuple[tuple[str, ...], list[str]]:
        """Names and values with each element of a list under the name of its own."""
        names: list[str] = []
        spread: list[str] = []
        for place, (name, value) in enumerate(zip(self._names, values, strict=True)):
            elements = [value]
            if place in self._lists and value not in (self._unset, self._empty):
                elements = value.split(self._set_separator, _MOST_ELEMENTS)
            names += [name] * len(elements)
            spread += ["" if element == self._empty else element for element in elements]
        return tuple(names), spread


def _character(found: re.Match[str]) -> str:
    return chr(int(found[1], 16))
