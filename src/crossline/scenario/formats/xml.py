"""Event XML as the viewer and wevtutil export it: one Event element a line inside Events."""

from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape, quoteattr

from crossline.scenario.records import WindowsEvent

__all__ = ["xml_lines"]

_NAMESPACE = "http://schemas.microsoft.com/win/2004/08/events/event"
_USER_DATA_NAMESPACE = "http://manifests.microsoft.com/win/2004/08/windows/eventlog"


def xml_lines(events: Iterable[WindowsEvent]) -> Iterator[str]:
    """The lines of one document."""
    yield '<?xml version="1.0" encoding="utf-8" standalone="yes"?>'
    yield "<Events>"
    for event in events:
        yield f'<Event xmlns="{_NAMESPACE}">{_system(event)}{_payload(event)}</Event>'
    yield "</Events>"


def _system(event: WindowsEvent) -> str:
    log = event.log
    return (
        f"<System><Provider Name={quoteattr(log.provider)} Guid={quoteattr(log.guid)}/>"
        f"<EventID>{event.event_id}</EventID><Version>{event.version}</Version>"
        f"<Level>{log.level}</Level>"
        f"<Task>{event.task}</Task><Opcode>0</Opcode><Keywords>{event.keywords}</Keywords>"
        f'<TimeCreated SystemTime="{event.time:%Y-%m-%dT%H:%M:%S.%f}000Z"/>'
        f"<EventRecordID>{event.record_id}</EventRecordID><Correlation/>"
        f'<Execution ProcessID="{log.process_id}" ThreadID="0"/>'
        f"<Channel>{escape(log.channel)}</Channel><Computer>{escape(event.computer)}</Computer>"
        "<Security/></System>"
    )


def _payload(event: WindowsEvent) -> str:
    if event.user_data:
        fields = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in event.data)
        name = event.user_data
        return f'<UserData><{name} xmlns="{_USER_DATA_NAMESPACE}">{fields}</{name}></UserData>'
    fields = "".join(
        f"<Data Name={quoteattr(name)}>{escape(value)}</Data>" if name
        else f"<Data>{escape(value)}</Data>"
        for name, value in event.data
    )  # fmt: skip
    return f"<EventData>{fields}</EventData>"
