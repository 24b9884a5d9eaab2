"""Winlogbeat's nested documents, one a line, as its file output writes them."""

import json
from collections.abc import Iterable, Iterator

from crossline.scenario.records import WindowsEvent

__all__ = ["winlogbeat_lines"]


def winlogbeat_lines(events: Iterable[WindowsEvent]) -> Iterator[str]:
    """One line a record; unnamed data are called param1, param2 and so on, as the shipper does."""
    for event in events:
        log = event.log
        data = {name or f"param{n}": value for n, (name, value) in enumerate(event.data, 1)}
        stamp = f"{event.time:%Y-%m-%dT%H:%M:%S}.{event.time.microsecond // 1000:03d}Z"
        document = {
            "@timestamp": stamp,
            "host": {"name": event.computer},
            "agent": {"type": "winlogbeat", "version": "7.17.9"},
            "event": {"code": str(event.event_id), "kind": "event", "provider": log.provider},
            "log": {"level": "information"},
            "winlog": {
                "api": "wineventlog",
                "channel": log.channel,
                "computer_name": event.computer,
                "event_id": str(event.event_id),
                "provider_name": log.provider,
                "provider_guid": log.guid,
                "record_id": event.record_id,
                "task": str(event.task),
                "version": event.version,
                "process": {"pid": log.process_id, "thread": {"id": 0}},
                "user_data" if event.user_data else "event_data": data,
            },
        }
        yield json.dumps(document, ensure_ascii=False, separators=(",", ":"))
