"""The events of the attack stories with what their records say."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa

from crossline.store import Tables

__all__ = ["Story", "StoryEvent", "read_stories"]

_FIELDS = ("event_id", "format", "event_code", "fields")
_STORY = (
    "intrusion_id", "event_id", "role", "technique", "host", "account", "time",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class StoryEvent:
    """One event of one story. Times are UTC; `fields` as in the table `events`, nulls left out."""

    event_id: str
    time: datetime
    host: str
    account: str
    technique: str | None
    detected: bool
    format: str
    code: str | None
    fields: Mapping[str, str]
    subscribers: tuple[str, ...] = ()

    def first(self, *names: str) -> str:
        """The first of these fields that has a value, or the empty text."""
        return next((self.fields[name] for name in names if self.fields.get(name)), "")


@dataclass(frozen=True, slots=True)
class Story:
    """One intrusion with its events in order of time; never without an event."""

    intrusion_id: str
    organisation: str
    status: str
    events: tuple[StoryEvent, ...]

    @property
    def first(self) -> datetime:
        """Time of the first event."""
        return self.events[0].time

    @property
    def last(self) -> datetime:
        """Time of the last event."""
        return self.events[-1].time


def read_stories(tables: Tables) -> tuple[Story, ...]:
    """All intrusions with their events, by first event and id.

    Reads `intrusions`, `intrusion_events` and, of `events`, only the rows that stories hold.
    """
    told = tables.read("intrusion_events", _STORY).to_pylist()
    records = dict(_records(tables, sorted({row["event_id"] for row in told})))
    by_story: dict[str, list[StoryEvent]] = {}
    for row in told:
        record = records.get(row["event_id"])
        if record is not None and row["time"] is not None:
            by_story.setdefault(row["intrusion_id"], []).append(_event(row, record))
    stories = [
        Story(
            row["intrusion_id"],
            row["organisation"],
            row["status"],
            tuple(
                sorted(by_story[row["intrusion_id"]], key=lambda each: (each.time, each.event_id))
            ),
        )
        for row in tables.read("intrusions", ["intrusion_id", "organisation", "status"]).to_pylist()
        if row["intrusion_id"] in by_story
    ]
    return tuple(sorted(stories, key=lambda story: (story.first, story.intrusion_id)))


def _records(tables: Tables, wanted: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(event id, record) of the wanted events; one event stored twice comes once or more, equal."""
    has_subscribers = "subscribers" in tables.dataset("events").schema.names
    columns = (*_FIELDS, "subscribers") if has_subscribers else _FIELDS
    among = ("event_id", pa.array(wanted, pa.string()))
    for batch in tables.scan("events", columns, among):
        for record in batch.to_pylist():
            yield record["event_id"], record


def _event(row: Mapping[str, Any], record: Mapping[str, Any]) -> StoryEvent:
    return StoryEvent(
        event_id=row["event_id"],
        time=row["time"],
        host=row["host"] or "",
        account=row["account"] or "",
        technique=row["technique"],
        detected=row["role"] == "detected",
        format=record["format"] or "",
        code=record["event_code"],
        fields={name: value for name, value in record["fields"] or () if value is not None},
        subscribers=tuple(record.get("subscribers") or ()),
    )
