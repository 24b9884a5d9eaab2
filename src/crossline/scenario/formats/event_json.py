"""Sysmon and PowerShell logs as parsers of EVTX print them: one JSON document a line.

Fields: `EventID`, `EventRecordID` (else the next after the last) and the data by their names.
Settings: those of `windows`.
"""

import json
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from crossline.scenario.formats.windows import Head, WindowsLog
from crossline.scenario.record import LogSource, Record

__all__ = ["write"]

_NAMESPACE = "http://schemas.microsoft.com/win/2004/08/events/event"
_encoded = json.JSONEncoder(ensure_ascii=False).encode


def write(records: Iterable[Record], source: LogSource, out: BinaryIO) -> Iterator[int]:
    """Write one line a record; yields each record's `EventRecordID`."""
    log = WindowsLog(source)
    for record in records:
        head, data = log.filled(record)
        line = f'{_system(log, head, record)}, "EventData": {_encoded(data)}}}}}\n'
        out.write(line.encode("utf-8", "surrogatepass"))
        yield log.record_id


def _system(log: WindowsLog, head: Head, record: Record) -> str:
    stamp = f"{record.time:%Y-%m-%dT%H:%M:%S.%f}Z"
    return (
        f'{{"Event": {{"#attributes": {{"xmlns": "{_NAMESPACE}"}}, "System": {{"Provider": '
        f'{{"#attributes": {{"Name": "{head.provider}", "Guid": "{head.guid}"}}}}, '
        f'"EventID": {record.fields["EventID"]}, "Version": {head.version}, '
        f'"Level": {head.level}, "Task": {head.task}, "Opcode": 0, '
        f'"Keywords": "{head.keywords}", '
        f'"TimeCreated": {{"#attributes": {{"SystemTime": "{stamp}"}}}}, '
        f'"EventRecordID": {log.record_id}, "Correlation": null, '
        f'"Execution": {{"#attributes": {{"ProcessID": 2104, "ThreadID": 3120}}}}, '
        f'"Channel": "{head.channel}", "Computer": {_encoded(log.computer(record.time))}, '
        '"Security": null}'
    )
