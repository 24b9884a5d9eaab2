"""NXLog's flat records: through a collector as in public data sets, or straight to a file."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta, timezone

from crossline.scenario.records import WindowsEvent

__all__ = ["flat_lines", "nxlog_lines"]

_AUDIT = {"0x8020000000000000": "AUDIT_SUCCESS", "0x8010000000000000": "AUDIT_FAILURE"}
_COLLECTOR_LAG = timedelta(seconds=2)


def flat_lines(events: Iterable[WindowsEvent]) -> Iterator[str]:
    """One line a record: local times without zone, and the collector's own in UTC beside them."""
    for event in events:
        local = _local(event)
        received = event.time + _COLLECTOR_LAG
        yield _line(
            {
                "EventTime": f"{local:%Y-%m-%d %H:%M:%S}",
                "EventReceivedTime": f"{local + _COLLECTOR_LAG:%Y-%m-%d %H:%M:%S}",
                "@timestamp": f"{received:%Y-%m-%dT%H:%M:%S}.{received.microsecond // 1000:03d}Z",
                "@version": "1",
                "host": "collector.example",
                "port": 61422,
            },
            event,
        )


def nxlog_lines(events: Iterable[WindowsEvent]) -> Iterator[str]:
    """One line a record: local times that state their offset."""
    for event in events:
        yield _line({"EventTime": _local(event).isoformat()}, event)


def _local(event: WindowsEvent) -> datetime:
    return event.time.astimezone(timezone(timedelta(hours=event.hours_ahead)))


def _line(times: dict[str, object], event: WindowsEvent) -> str:
    log = event.log
    document = {
        **times,
        "Hostname": event.computer,
        "Keywords": event.keywords,
        "EventType": _AUDIT.get(event.keywords, "INFO"),
        "SeverityValue": 2,
        "Severity": "INFO",
        "EventID": event.event_id,
        "SourceName": log.provider,
        "ProviderGuid": log.guid.upper(),
        "Version": event.version,
        "Task": event.task,
        "OpcodeValue": 0,
        "RecordNumber": event.record_id,
        "ExecutionProcessID": log.process_id,
        "ThreadID": 0,
        "Channel": log.channel,
        **dict(event.data),
        "SourceModuleName": "eventlog",
        "SourceModuleType": "im_msvistalog",
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))
