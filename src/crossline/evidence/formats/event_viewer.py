"""Exports of Windows' event viewer as CSV, whatever the language: the columns' order tells.

Level or keywords, date and time, source, event id, task category, message. There is no channel, so
the source tells it; parameters stand in the message, for Sysmon and PowerShell in lines that no
translation touches, for Security in an order that none changes.
"""

import csv
import re
from collections.abc import Iterator
from typing import BinaryIO

from crossline.evidence import texts
from crossline.evidence.formats.event_messages import security_fields
from crossline.evidence.formats.in_lines import first_lines
from crossline.evidence.sources import Flaw, Parsed, Records

__all__ = ["read", "recognises"]

_DATE = r"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}[ T]"
_START = re.compile(
    rf'[^",\n]{{1,60}},"?{_DATE}[^,\n]{{4,20}}"?,"?[^",\n]{{1,200}}"?,\d{{1,5}},'.encode()
)
_NAMES = ("Level", "@time", "@provider", "@code", "Task")
_LINE = re.compile(r"^(\w{1,60}): ?(.*)$")
_SCRIPT = re.compile(
    r"[^\n]*\n(.*)\n\nScriptBlock ID: ([0-9a-fA-F-]{36})(?:\n[^:\n]*:[ ]?(.*))?", re.DOTALL
)
_CHANNELS = {
    "Microsoft-Windows-Security-Auditing": "Security",
    "Microsoft-Windows-Eventlog": "System",
    "Service Control Manager": "System",
    "PowerShell": "Windows PowerShell",
}


def recognises(head: bytes) -> bool:
    """Whether a record of five columns and more follows a head of five names."""
    lines = first_lines(head)
    return len(lines) > 1 and lines[0].count(",") == 4 and bool(_START.match(lines[1].encode()))


def read(stream: BinaryIO) -> Iterator[Records | Flaw]:
    """Records over one or more lines; locators are the lines on which they begin."""
    waiting: list[bytes] = []
    first, size = 0, 0
    for some in texts.lines(stream):
        whole: list[tuple[int, bytes]] = []
        for number, line in enumerate(some.texts, some.first):
            if line is None or size > texts.MOST_RECORD_BYTES:
                reason = f"the record is longer than {texts.MOST_RECORD_BYTES:,} bytes"
                yield Flaw("record", first or number, reason)
                waiting, size = [], 0
            elif _START.match(line):
                whole += [(first, b"\n".join(waiting))] if waiting else []
                waiting, first, size = [line.removesuffix(b"\r")], number, len(line)
            elif waiting:
                waiting.append(line.removesuffix(b"\r"))
                size += len(line)
        yield from _records(whole)
    yield from _records([(first, b"\n".join(waiting))] if waiting else [])


def _records(whole: list[tuple[int, bytes]]) -> Iterator[Records | Flaw]:
    parsed: list[Parsed] = []
    found = Records([], [], "parsed", parsed)
    flaws: list[Flaw] = []
    for number, text in whole:
        try:
            parsed.append(_parsed(text))
        except (csv.Error, ValueError, IndexError):
            flaws.append(Flaw("record", number, "not a record of CSV with five columns and a text"))
        else:
            found.texts.append(text)
            found.locators.append(number)
    if parsed:
        yield found
    yield from flaws


def _parsed(text: bytes) -> Parsed:
    row = _row(text)
    values: list[str | None] = [*row[:5]]
    message = row[5] if len(row) > 5 else ""
    provider, code = row[2], row[3]
    fields = _fields(provider, code, message)
    return Parsed(
        "event_viewer",
        (*_NAMES[: len(values)], "@channel", "Message", *fields),
        [*values, _channel(provider, code), message, *fields.values()],
    )


def _row(text: bytes) -> list[str]:
    """The values of a record, whose message may go over several lines."""
    lines = text.decode("utf-8", "replace").rstrip("\n").split("\n")
    *values, message = next(csv.reader(f"{line}\n" for line in lines))
    if len(values) < len(_NAMES):
        raise ValueError("too few columns")
    return [*values, message.rstrip("\n")]


def _channel(provider: str, code: str) -> str:
    if provider == "Microsoft-Windows-Eventlog" and code in (
        "1100",
        "1101",
        "1102",
        "1104",
        "1105",
    ):
        return "Security"
    return _CHANNELS.get(provider, f"{provider}/Operational" if "-" in provider else provider)


def _fields(provider: str, code: str, message: str) -> dict[str, str]:
    """The parameters that a message holds under names that are the same in every language."""
    if provider == "PowerShell":
        return {"Data": message}
    if code == "4104" and (found := _SCRIPT.match(message)):
        parts = {"ScriptBlockText": found[1], "ScriptBlockId": found[2], "Path": found[3] or ""}
        return {name: value.strip() if name == "Path" else value for name, value in parts.items()}
    if _channel(provider, code) == "Security":
        return security_fields(code, message)
    if provider != "Microsoft-Windows-Sysmon":
        return {}
    return {found[1]: found[2] for line in message.split("\n")[1:] if (found := _LINE.match(line))}
