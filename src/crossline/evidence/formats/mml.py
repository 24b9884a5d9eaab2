"""Operation logs of registers and switches: what was typed in man-machine language (MML).

One line for a command, with bars between its parts, and terminal transcripts from `+++` to
`--- END`, which may repeat a command that has its own line. MML itself is that of ITU-T Z.315: a
verb and an object, then parameters. The layout with bars is a common form of exports, no standard.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO

from crossline.evidence import texts
from crossline.evidence.formats.in_lines import first_lines
from crossline.evidence.sources import Flaw, Parsed, Records

__all__ = ["read", "recognises"]

_TIME = r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d+)?(?: ?[+-]\d\d:?\d\d|Z)?"
_LINE = re.compile(
    rf"({_TIME})\|([^|]*)\|([^|]*)\|([^|]*)\|([A-Z]{{2,4}}\b[^|]*)"
    r"(?:\|\s*RETCODE\s*=\s*(\d+)[^|]*)?(?:\|(.*))?"
)
_CUT_LINE = re.compile(rf"{_TIME}\|")
_OPENING = re.compile(rf"\+\+\+\s+(\S+)\s+({_TIME})\s*")
_CLOSING = re.compile(r"---\s+END\b")
_TYPED = re.compile(r"%%(.*?)%%")
_ANSWER = re.compile(r"RETCODE\s*=\s*(\d+)\s*(.*)")
_HEAD = re.compile(r"%%.*\bNE=(\S+)")
_ZONE = re.compile(r"\bTZ=(UTC|Z|GMT|[+-]\d\d:?\d\d)\b")
_COMMAND = re.compile(r"([A-Z]{2,4}(?: [A-Z0-9_]+)*)\s*(?::(.*?))?;?\s*")
_PARAMETER = re.compile(r'([A-Z][A-Z0-9_]*)\s*=\s*("[^"]*"|[^,;]*)')
_NAMES = ("@time", "source", "operator", "address", "command", "retcode", "result")
MOST_LINES = 10_000
"""Lines of one transcript. Reason: bounds memory; an answer may list thousands of rows."""
_MOST_KEPT = 4_096


def recognises(head: bytes) -> bool:
    """Whether one of the first lines is a command with its bars, or opens a transcript."""
    return any(_LINE.match(line) or _OPENING.match(line) for line in first_lines(head)[:5])


def read(stream: BinaryIO) -> Iterator[Records | Flaw]:
    """Commands and transcripts as records; the locator of a transcript is its first line."""
    log = _Log()
    for some in texts.lines(stream):
        parsed: list[Parsed] = []
        found = Records([], [], "parsed", parsed)
        flaws: list[Flaw] = []
        for number, line in enumerate(some.texts, some.first):
            for place, text, record in log.take(number, line):
                if isinstance(record, str):
                    flaws.append(Flaw("record", place, record))
                else:
                    parsed.append(record)
                    found.texts.append(text)
                    found.locators.append(place)
        if parsed:
            yield found
        yield from flaws
    for place, text, record in log.end():
        if isinstance(record, Parsed):
            yield Records([text], [place], "parsed", [record])


_Taken = tuple[int, bytes, Parsed | str]


class _Log:
    """What the head said, the transcript that is open, and the lines that one may repeat."""

    def __init__(self) -> None:
        self._element: str | None = None
        self._zone = ""
        self._open: list[bytes] = []
        self._opened_at = 0
        self._lines: dict[tuple[str, str], int] = {}

    def take(self, number: int, line: bytes | None) -> Iterator[_Taken]:
        """The records that this line ends."""
        if line is None:
            yield number, b"", f"the line is longer than {texts.MOST_RECORD_BYTES:,} bytes"
            return
        line = line.removesuffix(b"\r")
        text = line.decode("utf-8", "replace")
        if self._open and (_OPENING.match(text) or _CUT_LINE.match(text)):
            yield from self.end()
        if self._open:
            self._open.append(line)
            if _CLOSING.match(text) or len(self._open) >= MOST_LINES:
                yield from self.end()
        elif _OPENING.match(text):
            self._open, self._opened_at = [line], number
        elif found := _LINE.fullmatch(text):
            yield number, line, self._command(number, *found.groups())
        elif head := _HEAD.match(text):
            self._element = head[1]
            zone = _ZONE.search(text)
            self._zone = "" if not zone else zone[1] if zone[1][0] in "+-" else "+00:00"
        elif text.strip():
            yield number, line, "neither a command with its bars nor part of a transcript"

    def end(self) -> Iterator[_Taken]:
        """The transcript that is open, if there is one."""
        if self._open:
            lines = [line.decode("utf-8", "replace") for line in self._open]
            yield self._opened_at, b"\n".join(self._open), self._transcript(lines)
            self._open = []

    def _command(self, number: int, *parts: str | None) -> Parsed:
        time, source, operator, address, command, code, result = (
            part.strip() if part else part for part in parts
        )
        self._remember(time or "", command or "", number)
        values = [self._zoned(time or ""), source, operator, address, command, code, result]
        note = None if code else "no return code: the line is cut"
        return self._record(dict(zip(_NAMES, values, strict=True)), note)

    def _transcript(self, lines: list[str]) -> Parsed:
        element, time = _OPENING.match(lines[0]).groups()  # type: ignore[union-attr]
        whole = "\n".join(lines[1:])
        typed, answer = _TYPED.search(whole), _ANSWER.search(whole)
        command = typed[1].strip() if typed else None
        parts: dict[str, str | None] = {
            "@time": self._zoned(time), "command": command, "transcript": "true",
            "retcode": answer[1] if answer else None, "result": answer[2] if answer else None,
        }  # fmt: skip
        repeated = self._lines.get((time, command or ""))
        parts["repeats_line"] = str(repeated) if repeated else None
        is_whole = bool(_CLOSING.match(lines[-1]))
        note = None if is_whole else "the transcript has no end: it is cut"
        return self._record(parts, note, element)

    def _record(
        self, parts: dict[str, str | None], note: str | None, element: str | None = None
    ) -> Parsed:
        kept = {name: value for name, value in parts.items() if value}
        if host := element or self._element:
            kept["@element"] = host
        if found := _COMMAND.fullmatch(parts.get("command") or ""):
            kept["@verb"] = found[1]
            for name, value in _PARAMETER.findall(found[2] or ""):
                kept.setdefault(name, value.strip().strip('"'))
        return Parsed("mml", tuple(kept), [*kept.values()], note)

    def _zoned(self, time: str) -> str:
        return time if not self._zone or time[19:] else time + self._zone

    def _remember(self, time: str, command: str, number: int) -> None:
        self._lines[time, command] = number
        if len(self._lines) > _MOST_KEPT:
            del self._lines[next(iter(self._lines))]
