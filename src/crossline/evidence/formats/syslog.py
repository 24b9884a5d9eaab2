"""Syslog files: RFC 5424, RFC 3164 as Linux writes it, and the same with an ISO 8601 time.

Oracle's audit records give `ora_sys`, records of network devices their own kinds (`devices.py`).
Programs that speak of logons give `linux_auth`, as the files in which they stand differ from one
distribution to the next; all others give `syslog`. An event of Sysmon for Linux is handed on as
XML. Sources: RFC 3164, section 4.1; RFC 5424, section 6; systemd and PAM name the programs.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO

from crossline.evidence import texts
from crossline.evidence.formats.devices import device_record
from crossline.evidence.formats.in_lines import first_lines
from crossline.evidence.formats.oracle_syslog import audit_record
from crossline.evidence.sources import Flaw, Parsed, Records

__all__ = ["read", "recognises"]

_ISO = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?"
_RFC_5424 = re.compile(
    rf"<(?P<priority>\d{{1,3}})>1 (?P<time>{_ISO}|-) (?P<host>\S+) (?P<program>\S+) (?P<pid>\S+) "
    r'(?P<id>\S+) (?P<data>-|(?:\[(?:[^\]"\\]|\\.|"(?:[^"\\]|\\.)*")*\])+) ?(?P<message>.*)',
    re.DOTALL,
)
_RFC_3164 = re.compile(
    r"(?:<(?P<priority>\d{1,3})>)?"
    rf"(?P<time>[A-Z][a-z]{{2}} [ \d]\d (?:\d{{4}} )?\d\d:\d\d:\d\d(?:\.\d+)?|{_ISO}) "
    r"(?P<host>\S{1,255}) "
    r"(?:(?P<program>[^\s:\[]{1,64})(?:\[(?P<pid>\d+)\])?:? )?\s*(?P<message>.*)",
    re.DOTALL,
)
_START = re.compile(rb"<\d{1,3}>|[A-Z][a-z]{2} [ \d]\d (?:\d{4} )?\d\d:\d\d:|\d{4}-\d\d-\d\dT\d\d:")
_NAMES = ("@time", "@host", "@program", "pid", "@message_id", "structured_data", "priority")
_EVENT = re.compile(rb"<Event>.*</Event>", re.DOTALL)
_LOGON_PROGRAMS = frozenset(
    {
        "sshd", "sshd-session", "sudo", "su", "login", "systemd-logind", "useradd", "userdel",
        "usermod", "groupadd", "groupdel", "groupmod", "passwd", "chage", "chpasswd", "gpasswd",
        "chsh", "chfn", "pkexec", "polkitd", "polkit-agent-helper-1", "lightdm", "unix_chkpwd",
    }
)  # fmt: skip
# auth and authpriv (RFC 5424, table 1).
_LOGON_FACILITIES = (4, 10)
_PLUGGABLE = re.compile(r"pam_\w+\(")


def recognises(head: bytes) -> bool:
    """Whether the first or second line is one of syslog."""
    return any(_found(line) for line in first_lines(head)[:2])


def read(stream: BinaryIO) -> Iterator[Records | Flaw]:
    """Lines as records; a line without a head of its own goes on with the record before it."""
    waiting: tuple[int, bytes] | None = None
    for some in texts.lines(stream):
        whole: list[tuple[int, bytes]] = []
        for number, line in enumerate(some.texts, some.first):
            if line is None:
                yield Flaw(
                    "record", number, f"the line is longer than {texts.MOST_RECORD_BYTES:,} bytes"
                )
            elif waiting and not _begins(line):
                waiting = _longer(waiting, line)
            elif line.strip():
                whole += [waiting] if waiting else []
                waiting = (number, line.removesuffix(b"\r"))
        yield from _records(whole)
    yield from _records([waiting] if waiting else [])


def _begins(line: bytes) -> bool:
    """Whether a line begins a record; the first characters tell, at small cost."""
    return bool(_START.match(line))


def _longer(record: tuple[int, bytes], line: bytes) -> tuple[int, bytes]:
    number, text = record
    if not line.strip() or len(text) + len(line) > texts.MOST_RECORD_BYTES:
        return record
    return number, text + b"\n" + line.removesuffix(b"\r")


def _records(lines: list[tuple[int, bytes]]) -> Iterator[Records | Flaw]:
    """The records of lines, in runs of the same syntax."""
    run: tuple[list[bytes], list[int], list[Parsed]] = ([], [], [])
    for number, text in lines:
        event = _EVENT.search(text) if b"<Event>" in text else None
        parsed = None if event else _parsed(text.decode("utf-8", "replace"))
        if parsed:
            run[0].append(text)
            run[1].append(number)
            run[2].append(parsed)
            continue
        if run[0]:
            yield Records(run[0], run[1], "parsed", run[2])
            run = ([], [], [])
        if event:
            yield Records([event.group()], [number], "xml")
        else:
            yield Flaw("record", number, "not a line of syslog (RFC 3164 or RFC 5424)")
    if run[0]:
        yield Records(run[0], run[1], "parsed", run[2])


def _found(line: str) -> re.Match[str] | None:
    return _RFC_5424.match(line) or _RFC_3164.match(line)


def _parsed(line: str) -> Parsed | None:
    if not (found := _found(line)):
        return None
    parts = found.groupdict()
    program, _, module = (parts["program"] or "").partition("(")
    program = program.rpartition("/")[2]
    if program == "last" and parts["message"].startswith("message repeated"):
        program, parts["message"] = "", f"last {parts['message']}"
    if audit := audit_record(parts["time"], parts["host"], program, parts["message"]):
        return audit
    rest = line[found.start("program") if found["program"] else found.start("message") :]
    rest = parts["message"] if "id" in parts else rest
    if device := device_record(rest.lstrip(": "), line, parts["time"], parts["host"]):
        return device
    values = [
        parts["time"], parts["host"], program or None, parts["pid"], parts.get("id"),
        parts.get("data"), parts["priority"],
    ]  # fmt: skip
    kept = [place for place, value in enumerate(values) if value not in (None, "-")]
    facility = int(parts["priority"]) >> 3 if parts["priority"] else None
    is_logon = (
        facility in _LOGON_FACILITIES
        or program in _LOGON_PROGRAMS
        or module == "pam_unix)"
        or _PLUGGABLE.search(parts["message"][:200]) is not None
    )
    names = (*[_NAMES[place] for place in kept], "message", "raw")
    texts_of_kept = [values[place] for place in kept]
    return Parsed(
        "linux_auth" if is_logon else "syslog", names, [*texts_of_kept, parts["message"], line]
    )
