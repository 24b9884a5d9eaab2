"""Event/System/EventData as JSON Lines, the shape in which EVTX parsers print records."""

import json
from collections.abc import Iterable, Iterator

from crossline.scenario.records import WindowsEvent

__all__ = ["raw_lines"]

_NAMESPACE = "http://schemas.microsoft.com/win/2004/08/events/event"


def raw_lines(events: Iterable[WindowsEvent]) -> Iterator[str]:
    """One line a record."""
    for event in events:
        document = {
            "Event": {
                "#attributes": {"xmlns": _NAMESPACE},
                "System": _system(event),
                **_payload(event),
            }
        }
        yield json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def _system(event: WindowsEvent) -> dict[str, object]:
    log = event.log
    return {
        "Provider": {"#attributes": {"Name": log.provider, "Guid": log.guid}},
        "EventID": event.event_id,
        "Version": event.version,
        "Level": log.level,
        "Task": event.task,
        "Opcode": 0,
        "Keywords": event.keywords,
        "TimeCreated": {"#attributes": {"SystemTime": f"{event.time:%Y-%m-%dT%H:%M:%S.%fZ}"}},
        "EventRecordID": event.record_id,
        "Correlation": None,
        "Execution": {"#attributes": {"ProcessID": log.process_id, "ThreadID": 0}},
        "Channel": log.channel,
        "Computer": event.computer,
        "Security": {"#attributes": {"UserID": log.user_sid}} if log.user_sid else None,
    }


def _payload(event: WindowsEvent) -> dict[str, object]:
    if event.user_data:
        return {"UserData": {event.user_data: dict(event.data)}}
    if event.data and not event.data[0][0]:
        return {"EventData": {"Data": {"#text": [value for _, value in event.data]}}}
    return {"EventData": dict(event.data)}
