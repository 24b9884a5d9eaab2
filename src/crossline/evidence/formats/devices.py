"""Records of firewalls and network devices: CEF, LEEF, FortiGate's key=value, Cisco's %messages.

They come bare, one a line, or in frames of syslog; `device_record` serves both. Sources: ArcSight
Common Event Format (implementation standard 27), IBM Log Event Extended Format 2.0, FortiOS log
message reference, Cisco ASA and IOS system message guides.
"""

import re
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from crossline.evidence.formats.in_lines import first_lines, read_lines
from crossline.evidence.sources import Flaw, Parsed, Records

__all__ = ["device_record", "read", "recognises"]

_PRIORITY = re.compile(r"<\d{1,3}>")
_UNESCAPED_BAR = re.compile(r"(?<!\\)\|")
_CEF_KEY = re.compile(r"(?:^|(?<=\s))([A-Za-z0-9_][\w.\[\]-]{0,127})=")
_CEF_HEAD = (
    "cefVersion", "deviceVendor", "deviceProduct", "deviceVersion", "@code", "name", "severity",
)  # fmt: skip
_LEEF_HEAD = ("leefVersion", "deviceVendor", "deviceProduct", "deviceVersion", "@code")
_FORTIGATE = re.compile(r"date=(\d{4}-\d\d-\d\d) time=(\d\d:\d\d:\d\d)\b.*\bdev(?:name|id)=")
_PAIR = re.compile(r'([A-Za-z_][\w.-]{0,127})=("(?:[^"\\]|\\.)*"|\S*)')
# Cisco: an optional number, the device's own name and time, then %FACILITY-SEVERITY-MNEMONIC.
_CISCO = re.compile(
    r"(?:\d{1,10}: )?(?:(?P<host>[\w.-]{1,255}): )?"
    r"(?:[*.]?(?P<time>[A-Z][a-z]{2} [ \d]\d (?:\d{4} )?\d\d:\d\d:\d\d(?:\.\d+)?)"
    r"(?: (?P<zone>[A-Z]{1,5}))?: ?)?(?:: )?"
    r"%(?P<facility>[A-Z][A-Z0-9_]*(?:-[A-Z0-9_]+)*?)-(?P<severity>[0-7])-"
    r"(?P<code>[A-Z0-9_]+): (?P<message>.*)",
    re.DOTALL,
)
_ADDRESS = re.compile(r"\b(\d{1,3}(?:\.\d{1,3}){3})(?:/(\d{1,5}))?(?=[\s(,;)]|$)")


def recognises(head: bytes) -> bool:
    """Whether the first or second line is a record of a device without a frame of syslog."""
    return any(_bare(line) is not None for line in first_lines(head)[:2])


def read(stream: BinaryIO) -> Iterator[Records | Flaw]:
    """Records as lines."""
    return read_lines(stream, lambda line: _bare(line) or "not a record of this device's log")


def _bare(line: str) -> Parsed | None:
    return device_record(_PRIORITY.sub("", line, count=1), line, None, None)


def device_record(text: str, raw: str, time: str | None, host: str | None) -> Parsed | None:
    """The record of a device, or None if the text is none.

    Args:
        text: what a frame of syslog holds, or the whole line without one.
        raw: the whole line, kept as a field.
        time: the frame's time, for records that state none of their own.
        host: the frame's host.
    """
    frame = {"@frame_time": time, "@frame_host": host}
    if text.startswith("CEF:"):
        return _made("cef", _cef(text[4:]), frame, raw)
    if text.startswith("LEEF:"):
        return _made("leef", _leef(text[5:]), frame, raw)
    if found := _FORTIGATE.match(text):
        return _made("fortigate", _fortigate(text, found), frame, raw)
    if "%" in text[:200] and (found := _CISCO.match(text)):
        shape = "asa" if found["facility"] in {"ASA", "FTD", "PIX"} else "cisco"
        return _made(shape, _cisco(found), frame, raw)
    return None


def _made(
    shape: str, fields: Mapping[str, str] | None, frame: Mapping[str, str | None], raw: str
) -> Parsed | None:
    if fields is None:
        return None
    whole = {**{name: text for name, text in frame.items() if text}, **fields, "raw": raw}
    return Parsed(shape, tuple(whole), [*whole.values()])


def _cef(text: str) -> dict[str, str] | None:
    parts = _UNESCAPED_BAR.split(text, maxsplit=len(_CEF_HEAD))
    if len(parts) <= len(_CEF_HEAD):
        return None
    *head, extension = parts
    fields = {
        name: part.replace("\\|", "|").replace("\\\\", "\\")
        for name, part in zip(_CEF_HEAD, head, strict=True)
    }
    keys = list(_CEF_KEY.finditer(extension))
    ends = [*(key.start() for key in keys), len(extension)]
    for key, end in zip(keys, ends[1:], strict=True):
        fields.setdefault(key[1], _cef_value(extension[key.end() : end]))
    return fields


def _cef_value(text: str) -> str:
    named = {"n": "\n", "r": "\r"}
    return re.sub(r"\\(.)", lambda found: named.get(found[1], found[1]), text.rstrip(" "))


def _leef(text: str) -> dict[str, str] | None:
    parts = text.split("|", len(_LEEF_HEAD))
    if len(parts) <= len(_LEEF_HEAD):
        return None
    *head, rest = parts
    fields, border = dict(zip(_LEEF_HEAD, head, strict=True)), "\t"
    if head[0].startswith("2"):
        stated, bar, after = rest.partition("|")
        if bar and len(stated) <= 6:
            border, rest = _border(stated), after
    for pair in rest.split(border):
        name, equals, value = pair.partition("=")
        if equals and name.strip():
            fields.setdefault(name.strip(), value)
    return fields


def _border(stated: str) -> str:
    """A LEEF 2.0 delimiter: a character, or its code as `x09` or `0x09`; empty: a tab."""
    if found := re.fullmatch(r"0?x([0-9a-fA-F]{1,4})", stated):
        return chr(int(found[1], 16)) or "\t"
    return stated or "\t"


def _fortigate(text: str, found: re.Match[str]) -> dict[str, str]:
    fields: dict[str, str] = {}
    for name, value in _PAIR.findall(text):
        quoted = value.startswith('"') and value.endswith('"') and len(value) > 1
        fields.setdefault(name, value[1:-1].replace('\\"', '"') if quoted else value)
    zone = fields.get("tz", "")
    offset = zone if re.fullmatch(r"[+-]\d{4}", zone) else ""
    return {"@time": f"{found[1]}T{found[2]}{offset}", **fields}


def _cisco(found: re.Match[str]) -> dict[str, str]:
    parts = found.groupdict()
    fields = {"@code": parts["code"], "facility": parts["facility"], "severity": parts["severity"]}
    if parts["time"]:
        fields["@time"] = parts["time"]
    if parts["host"]:
        fields["@host"] = parts["host"]
    for place, (address, port) in enumerate(_ADDRESS.findall(parts["message"])[:8], 1):
        number = "" if place == 1 else f"#{place}"
        fields[f"address{number}"] = address
        if port:
            fields[f"port{number}"] = port
    return {**fields, "message": parts["message"]}
