"""Security and System logs as an event viewer exports them: one Event element a line.

Fields: `EventID`, `EventRecordID` (else the next after the last) and the data by their names.
Settings: those of `windows`, and `damaged` (records of a log copied while it was open: cut in
their middle).
"""

from collections.abc import Iterable, Iterator
from typing import BinaryIO
from xml.sax.saxutils import escape

from crossline.scenario.formats.filling import drawn_from
from crossline.scenario.formats.windows import Head, WindowsLog
from crossline.scenario.record import LogSource, Record, Value

__all__ = ["write"]

_NAMESPACE = "http://schemas.microsoft.com/win/2004/08/events/event"
_USER_DATA = "http://manifests.microsoft.com/win/2004/08/windows/eventlog"
_OPENING = b'<?xml version="1.0" encoding="utf-8"?>\n<Events>\n'


def write(records: Iterable[Record], source: LogSource, out: BinaryIO) -> Iterator[int]:
    """Write one document; yields each record's `EventRecordID`."""
    log = WindowsLog(source)
    out.write(_OPENING)
    for record in records:
        head, data = log.filled(record)
        text = f"{_system(log, head, record)}{_payload(head, data)}</Event>\n"
        if source.settings and source.setting("damaged", record.time):
            text = text[: len(text) // 2] + "\n"
        out.write(text.encode())
        yield log.record_id
    out.write(b"</Events>\n")


def _system(log: WindowsLog, head: Head, record: Record) -> str:
    time = record.time
    ticks = drawn_from(f"{time}{log.record_id}") % 10
    code = record.fields["EventID"]
    identity = f' Guid="{head.guid}"' if head.guid else ""
    return (
        f'<Event xmlns="{_NAMESPACE}"><System><Provider Name="{head.provider}"{identity}/>'
        f"<EventID>{code}</EventID><Version>{head.version}</Version>"
        f"<Level>{head.level}</Level><Task>{head.task}</Task><Opcode>0</Opcode>"
        f"<Keywords>{head.keywords}</Keywords>"
        f'<TimeCreated SystemTime="{time:%Y-%m-%dT%H:%M:%S.%f}{ticks}00Z"/>'
        f"<EventRecordID>{log.record_id}</EventRecordID><Correlation/>"
        f'<Execution ProcessID="612" ThreadID="{4 * (1 + log.record_id % 2000)}"/>'
        f"<Channel>{head.channel}</Channel><Computer>{log.computer(time)}</Computer>"
        "<Security/></System>"
    )


def _payload(head: Head, data: dict[str, Value]) -> str:
    if head.user_data:
        name = head.user_data
        inside = "".join(f"<{field}>{_text(value)}</{field}>" for field, value in data.items())
        return f'<UserData><{name} xmlns="{_USER_DATA}">{inside}</{name}></UserData>'
    inside = "".join(f'<Data Name="{name}">{_text(value)}</Data>' for name, value in data.items())
    return f"<EventData>{inside}</EventData>"


def _text(value: Value) -> str:
    text = value if isinstance(value, str) else _scalar(value)
    return escape(text) if "&" in text or "<" in text or ">" in text else text


def _scalar(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
