"""What the logs lack or have wrong: which records were never kept, which clocks are off.

The losses come last, after everything has happened: the truth keeps what the logs lost.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any

from crossline.scenario.content import table
from crossline.scenario.days import LAST_DAY, day_of, first_of_month, moment
from crossline.scenario.estate import Host
from crossline.scenario.record import Span, Value
from crossline.scenario.scene import Scene
from crossline.scenario.timing import starts

__all__ = ["LOST", "Loss", "Losses", "renamed"]

LOST = frozenset(
    {
        "never_collected", "no_source", "log_deleted", "log_disabled", "retention", "outage",
        "late_source", "gap_unexplained",
    }
)  # fmt: skip
"""Kinds of loss that leave no record."""

_SETTINGS: Mapping[str, tuple[str, Value]] = {
    "field_missing": ("no_command_line", True),
    "truncation": ("max_bytes", 1024),
    "statement_missing": ("no_statement", True),
    "param_missing": ("hidden_parameters", True),
    "year_missing": ("no_year", True),
}
"""The writer's setting that brings a kind of loss about."""

_PARTIAL = 0.03
"""Share of lines that a relay repeats (G13)."""
_CLEARS = {1102, 104}
_SET_UP = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Loss:
    """One loss in one organisation, from a moment until before another (UTC)."""

    id: str
    kind: str
    organisation: str
    hosts: tuple[str, ...]
    formats: tuple[str, ...]
    start: datetime
    end: datetime
    stated: Mapping[str, Any]

    def concerns(self, host: Host, log: str) -> bool:
        """Whether it concerns a log of a host."""
        name = host.id.split(".")[1]
        return (
            self.organisation in {"*", host.organisation.id}
            and any(fnmatchcase(name, pattern) for pattern in self.hosts)
            and any(pattern in {"*", log} for pattern in self.formats)
        )


class Losses:
    """The losses of a scene."""

    def __init__(self, scene: Scene) -> None:
        """Work out when they hold; some move with the step that brought them about."""
        self._scene = scene
        self.all = [self._loss(row) for row in table("losses")["losses"]]
        self._of: dict[tuple[str, str], list[Loss]] = {}

    def of(self, host: Host, log: str) -> list[Loss]:
        """The losses that concern one log."""
        key = (host.id, log)
        if key not in self._of:
            self._of[key] = [loss for loss in self.all if loss.concerns(host, log)]
        return self._of[key]

    def lost_to(self, host: Host, log: str, when: datetime, event: Value = 0) -> str:
        """The id of the loss that took a record of a true time; empty where it was kept.

        Args:
            host: whose log.
            log: the kind of log.
            when: the record's true time.
            event: its Windows event id: the record of a clearing survives the clearing.
        """
        for loss in self.of(host, log):
            if loss.kind in LOST and loss.start <= when < loss.end and event not in _CLEARS:
                kept = loss.stated.get("kept")
                if not kept or not self._within(loss, kept, when):
                    return loss.id
        return self.out_of_use(host, when)

    def out_of_use(self, host: Host, when: datetime) -> str:
        """The id of the loss by which a host is not in use; empty where it is.

        One that is replaced is retired; one that replaces it is set up some days before.
        """
        for loss in self._replacements:
            retired = host.id == f"{loss.organisation}.{loss.hosts[0]}" and when >= loss.start
            successor = host.id == loss.stated["successor"]
            if retired or (successor and when < loss.start - _SET_UP):
                return loss.id
        return ""

    def logged(self, host: Host, log: str, when: datetime) -> datetime:
        """The time that a log gives to a record, by the clock that it has."""
        for loss in self.of(host, log):
            if loss.start <= when < loss.end:
                if loss.kind == "clock_offset":
                    when += timedelta(seconds=loss.stated["seconds"])
                elif loss.kind == "clock_drift":
                    first = moment(first_of_month(day_of(when)))
                    when += (when - first) * loss.stated["ppm"] / 1e6
        return when

    def copies(self, host: Host, log: str, when: datetime, chance: float) -> float | None:
        """How many seconds later a record is handed over again; None: it is not.

        Args:
            host: whose log.
            log: the kind of log.
            when: the record's true time.
            chance: a number in [0, 1) that the record's content decides.
        """
        for loss in self.of(host, log):
            if loss.start <= when < loss.end:
                if loss.kind == "duplicate":
                    return 0.0
                if loss.kind == "duplicate_partial" and chance < _PARTIAL:
                    return 90 * chance / _PARTIAL
        return None

    def damaged(self, host: Host, log: str) -> Loss | None:
        """The time whose records were copied from a damaged file, if any."""
        return next((loss for loss in self.of(host, log) if loss.kind == "crash_copy"), None)

    def settings(self, host: Host, log: str) -> Mapping[str, tuple[Span, ...]]:
        """What the writer of a log does otherwise than usual."""
        found: dict[str, tuple[Span, ...]] = {}
        for loss in self.of(host, log):
            if loss.kind in _SETTINGS:
                name, value = _SETTINGS[loss.kind]
                found[name] = (Span(loss.start, loss.end, value),)
            if loss.kind == "zone_wrong":
                found["header_zone"] = (Span(*self._span(host, loss.stated["utc_month"]), 0),)
            if loss.kind == "renamed_host":
                found["computer"] = (Span(loss.start, loss.end, renamed(host)),)
            if "commands_from" in loss.stated:
                until = self._scene.dates.moved(loss.stated["commands_from"])
                start, end = self._span(host, (0, until - 1))
                found["no_commands"] = (Span(start, end, True),)
        return found

    @cached_property
    def _replacements(self) -> list[Loss]:
        return [loss for loss in self.all if loss.kind == "replaced_host"]

    def _loss(self, row: Mapping[str, Any]) -> Loss:
        first, last = (self._moved(day, row) for day in row["days"])
        zone = self._zone(row["organisation"])
        end = moment(last + 1, zone=zone)
        if row["kind"] == "log_deleted" and (begun := self._begun(row)):
            end = begun
        return Loss(
            id=row["id"],
            kind=row["kind"],
            organisation=row["organisation"],
            hosts=tuple(row["hosts"]),
            formats=tuple(row["formats"]),
            start=moment(first, zone=zone),
            end=end,
            stated=row,
        )

    def _begun(self, row: Mapping[str, Any]) -> datetime | None:
        return starts(self._scene).get(row["moves_with"])

    def _moved(self, day: int, row: Mapping[str, Any]) -> int:
        return self._scene.dates.moved(day, row.get("moves_with", ""))

    def _zone(self, organisation: str) -> int:
        org = self._scene.estate.organisations.get(organisation)
        return org.zone if org else 0

    def _within(self, loss: Loss, days: Iterable[int], when: datetime) -> bool:
        first, last = (self._scene.dates.moved(day) for day in days)
        return first <= day_of(when, self._zone(loss.organisation)) <= last

    def _span(self, host: Host, days: Iterable[int]) -> tuple[datetime, datetime]:
        first, last = days
        zone = host.organisation.zone
        return moment(first, zone=zone), moment(min(last, LAST_DAY) + 1, zone=zone)


def renamed(host: Host) -> str:
    """The name, with its domain, that a renamed host has afterwards."""
    return f"{host.organisation.word[:3].upper()}-FS{host.number:02}.{host.fqdn.partition('.')[2]}"
