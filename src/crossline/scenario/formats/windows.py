"""Windows records whole: heads and data as their templates have them, ids that hold together.

A process keeps its id and GUID from its start to its last record of a log, an account keeps its
logon id until it logs on again, a file keeps its hashes. What a record states goes before
everything that is filled in. Settings: `computer` (the name after a host was renamed),
`old_build` (4688 without parent), `no_command_line` (4688 with an empty command line).
"""

import tomllib
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

from crossline.scenario.formats.filling import drawn, drawn_from, file_hashes, guid
from crossline.scenario.record import LogSource, Record, Value

__all__ = ["Head", "WindowsLog"]

_HEAD_FIELDS = {"EventID", "EventRecordID"}
_PARENT_FIELDS = ("ParentProcessName", "MandatoryLabel")
_WELL_KNOWN_SIDS = {
    "-": "S-1-0-0",
    "system": "S-1-5-18",
    "local service": "S-1-5-19",
    "network service": "S-1-5-20",
    "anonymous logon": "S-1-5-7",
}
_WELL_KNOWN_RIDS = {"administrator": 500, "krbtgt": 502, "domain admins": 512}
_SYSTEM_LOGON = "0x3e7"


class Head(NamedTuple):
    """The System part of records of one event id; `user_data` names the element of the data."""

    channel: str
    provider: str
    guid: str
    level: int
    version: int
    task: int
    keywords: str
    user_data: str


class _Field(NamedTuple):
    name: str
    kind: str
    value: str
    since: datetime | None


class _Event(NamedTuple):
    head: Head
    fields: tuple[_Field, ...]
    named: dict[str, _Field]


class _Draw(NamedTuple):
    record: Record
    number: int
    data: dict[str, Value]
    event: _Event


class WindowsLog:
    """One log of one host while it is written: who runs and who is logged on.

    Attributes:
        source: the log.
        record_id: the `EventRecordID` of the record that was filled last.
    """

    def __init__(self, source: LogSource) -> None:
        self.source = source
        self.record_id = drawn_from(f"{source.seed}|{source.host}|{source.format}") % 100_000
        self._events = _templates()[source.format]
        self._processes: dict[str, tuple[int, str]] = {}
        self._logons: dict[str, str] = {}

    def filled(self, record: Record) -> tuple[Head, dict[str, Value]]:
        """Head and data of the next record; sets `record_id`.

        A record with `EventRecordID` has that one; any other has the next after the last.
        """
        fields = record.fields
        self.record_id = int(str(fields.get("EventRecordID", self.record_id + 1)))
        event = self._events.get(int(str(fields["EventID"])), self._events[0])
        draw = _Draw(record, drawn(record), {}, event)
        data = draw.data
        for place, (name, kind, value, since) in enumerate(event.fields):
            if name in fields:
                data[name] = fields[name]
            elif since is None or record.time >= since:
                data[name] = _MAKERS[kind](self, draw, value, place) if kind else value
        for name in fields.keys() - data.keys() - _HEAD_FIELDS:
            data[name] = fields[name]
        self._remember(data)
        return event.head, self._as_set(record, data)

    def computer(self, when: datetime) -> str:
        """The name that the host writes at a time."""
        return str(self.source.setting("computer", when) or self.source.fqdn)

    def value_of(self, draw: _Draw, name: str) -> Value:
        """What a field of the record has or will have, wherever it stands in the template."""
        value = draw.record.fields.get(name)
        if value is None:
            value = draw.data.get(name)
        if value is not None or name not in draw.event.named:
            return value if value is not None else "-"
        _, kind, argument, _ = draw.event.named[name]
        return _MAKERS[kind](self, draw, argument, 0) if kind else argument

    def _remember(self, data: dict[str, Value]) -> None:
        if "ParentImage" in data:
            process = int(str(data["ProcessId"])), str(data["ProcessGuid"])
            self._processes[str(data["Image"]).lower()] = process
        elif "NewProcessId" in data:
            name = str(data["NewProcessName"]).lower()
            self._processes[name] = int(str(data["NewProcessId"]), 16), ""
        elif "TargetLogonId" in data and "LogonType" in data:
            self._logons[_account(str(data["TargetUserName"]))] = str(data["TargetLogonId"])

    def _as_set(self, record: Record, data: dict[str, Value]) -> dict[str, Value]:
        if not self.source.settings or record.fields["EventID"] != 4688:
            return data
        if self.source.setting("no_command_line", record.time):
            data["CommandLine"] = ""
        if self.source.setting("old_build", record.time):
            for name in _PARENT_FIELDS:
                data.pop(name, None)
        return data

    def _process(self, draw: _Draw, field: str) -> tuple[int, str]:
        image = str(self.value_of(draw, field)).lower()
        known = self._processes.get(image)
        if known is None:
            known = self._processes[image] = _process(draw, drawn_from(f"{image}{draw.number}"))
        return known

    def _logon(self, draw: _Draw, field: str) -> str:
        account = _account(str(self.value_of(draw, field)))
        if account.endswith("$") or account in _WELL_KNOWN_SIDS:
            return _SYSTEM_LOGON
        return self._logons.setdefault(account, f"0x{draw.number >> 64 & 0xFFFFFFF:x}")


def _account(name: str) -> str:
    return name.rsplit("\\", 1)[-1].lower()


def _process(draw: _Draw, number: int) -> tuple[int, str]:
    started = int(draw.record.time.timestamp())
    machine = drawn_from(draw.record.source.fqdn) & 0xFFFFFFFF
    text = f"{{{machine:08x}-{number & 0xFFFF:04x}-{started >> 16:04x}-"
    text += f"{started & 0xFFFF:04x}-{number >> 16 & 0xFFFFFFFFFFFF:012x}}}"
    return 4 * (100 + (number >> 70 & 0x1FFF)), text


@lru_cache(maxsize=65536)
def _sid(seed: int, organisation: str, account: str) -> str:
    known = _WELL_KNOWN_SIDS.get(account)
    if known or account.endswith("$"):
        return known or "S-1-5-18"
    domain = drawn_from(f"{seed}|{organisation}|domain")
    rid = _WELL_KNOWN_RIDS.get(account) or 1100 + drawn_from(account) % 8000
    parts = (domain >> shift & 0xFFFFFFFF for shift in (0, 32, 64))
    return f"S-1-5-21-{'-'.join(map(str, parts))}-{rid}"


def _sid_of(log: WindowsLog, draw: _Draw, field: str) -> str:
    account = _account(str(log.value_of(draw, field)))
    return _sid(log.source.seed, log.source.organisation, account)


def _domain(source: LogSource) -> str:
    parts = source.fqdn.split(".")
    return parts[-2].upper() if len(parts) > 2 else "WORKGROUP"


def _utc(draw: _Draw) -> str:
    seen = draw.record.time - timedelta(milliseconds=1 + draw.number % 40)
    return seen.isoformat(" ", "milliseconds")[:23]


def _base(log: WindowsLog, draw: _Draw, field: str) -> str:
    return str(log.value_of(draw, field)).rsplit("\\", 1)[-1]


_MAKERS: dict[str, Callable[[WindowsLog, _Draw, str, int], Value]] = {
    "pid": lambda log, draw, field, place: (
        log._process(draw, field)[0] if field else 4 * (1 + (draw.number >> place & 0xFFF))
    ),
    "guid": lambda log, draw, field, _: log._process(draw, field)[1],
    "hexpid": lambda log, draw, field, _: f"{log._process(draw, field)[0]:#x}",
    "newpid": lambda _log, draw, _field, _: _process(draw, draw.number)[0],
    "newguid": lambda _log, draw, _field, _: _process(draw, draw.number)[1],
    "newhexpid": lambda _log, draw, _field, _: f"{_process(draw, draw.number)[0]:#x}",
    "logon": lambda _log, draw, _field, _: f"0x{draw.number >> 32 & 0xFFFFFFF:x}",
    "logonof": lambda log, draw, field, _: log._logon(draw, field),
    "port": lambda _log, draw, _field, _: 49152 + draw.number % 16000,
    "sid": lambda log, draw, field, _: _sid_of(log, draw, field),
    "hashes": lambda log, draw, field, _: file_hashes(
        log.source.seed, str(log.value_of(draw, field))
    ),
    "base": lambda log, draw, field, _: _base(log, draw, field),
    "same": lambda log, draw, field, _: log.value_of(draw, field),
    "utc": lambda _log, draw, _field, _: _utc(draw),
    "domain": lambda log, _draw, _field, _: _domain(log.source),
    "machine": lambda log, _draw, _field, _: f"{log.source.fqdn.split('.', 1)[0].upper()}$",
    "address": lambda log, _draw, _field, _: log.source.address,
    "fqdn": lambda log, _draw, _field, _: log.source.fqdn,
    "id": lambda _log, draw, _field, place: f"{{{guid(draw.number ^ place)}}}",
    "script": lambda _log, draw, _field, _: guid(draw.number),
    "short": lambda _log, draw, _field, _: f"{draw.number & 0xFFFFFFFFFFFF:012X}",
}


@cache
def _templates() -> dict[str, dict[int, _Event]]:
    text = (files("crossline.content") / "scenario" / "windows_events.toml").read_text("utf-8")
    content = tomllib.loads(text)
    since = content.pop("since")
    return {name: _log_templates(log, since) for name, log in content.items()}


def _log_templates(log: dict[str, Any], since: dict[str, date]) -> dict[int, _Event]:
    """The templates of one kind of log by event id; 0: of ids that none is known for."""
    events = {"0": {"fields": []}, **log.pop("events")}
    return {int(code): _event({**log, **event}, since) for code, event in events.items()}


def _event(of: dict[str, Any], since: dict[str, date]) -> _Event:
    fields = tuple(_field(name, since) for name in of.pop("fields"))
    head = {"version": 0, "task": 0, "user_data": "", **of}
    return _Event(Head(**head), fields, {field.name: field for field in fields})


def _field(text: str, since: dict[str, date]) -> _Field:
    name, _, value = text.partition("=")
    begins = since.get(name)
    start = datetime(begins.year, begins.month, begins.day, tzinfo=UTC) if begins else None
    if not value.startswith("$"):
        return _Field(name, "", value, start)
    kind, _, argument = value[1:].partition(":")
    return _Field(name, kind, argument, start)
