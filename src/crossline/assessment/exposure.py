"""Who was asked for, and how likely it is that they were watched (Q8)."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import pyarrow as pa

from crossline.assessment.shown import Shown
from crossline.assessment.story_events import Story, StoryEvent
from crossline.settings import AssessmentSettings
from crossline.tables import TABLES

__all__ = ["exposed_set_rows", "exposure_rows"]

_DATABASES = frozenset({"ora_csv", "ora_sys", "pgaudit", "teleport"})
_REGISTERS = frozenset({"mml"})
_CARE = frozenset({"crm"})
_STATEMENTS = ("SQL_TEXT", "STATEMENT", "db_query")
_MOST_EVENTS = 20

# Weights in bits, added to even odds and turned into a probability: reasoned, not fitted.
_NAMED_BITS = 2.0
_LIST_BITS = 2.0
_INFERRED_BITS = 0.5
_REPEAT_BITS = 1.0
_MOST_REPEAT_BITS = 3.0
_SYSTEM_BITS = 1.0
_CARE_ONLY_BITS = -4.0
_CHANGED_BITS = -6.0


@dataclass(frozen=True, slots=True)
class _Asked:
    """One event that asks for a person, and how the person is known from it."""

    event: StoryEvent
    basis: str


def exposure_rows(
    stories: Iterable[tuple[Story, tuple[Shown, ...]]], settings: AssessmentSettings
) -> pa.Table:
    """Rows of `exposure`: every pseudonym that a story's events ask for.

    Statements that name more persons than `list_at_most` are samples or extracts, not watching:
    they count in `exposed_sets` only.
    """
    rows = [row for story, shown in stories for row in _rows(story, shown, settings)]
    return pa.Table.from_pylist(rows, TABLES["exposure"].schema)


def _rows(
    story: Story, shown: Sequence[Shown], settings: AssessmentSettings
) -> Iterator[dict[str, object]]:
    asked: dict[str, list[_Asked]] = {}
    for event in story.events:
        for person in event.subscribers if len(event.subscribers) <= settings.list_at_most else ():
            basis = "named" if len(event.subscribers) == 1 else "list"
            asked.setdefault(person, []).append(_Asked(event, basis))
    for person, event in _inferred(story, settings):
        asked.setdefault(person, []).append(_Asked(event, "inferred"))
    changed = {
        person
        for each in shown
        if each.privilege == "write" and each.asset_class in ("crm", "sim_ota", "register")
        for person in each.event.subscribers
    }
    for person, events in sorted(asked.items()):
        bits = _bits(events, person in changed)
        yield {
            "subscriber": person,
            "organisation": story.organisation,
            "intrusion_id": story.intrusion_id,
            "watched_probability": round(1 / (1 + math.exp2(-bits)), 4),
            "queries": len(events),
            "first_time": min(each.event.time for each in events),
            "last_time": max(each.event.time for each in events),
            "basis": _basis(events),
            "rests_on": sorted({each.event.event_id for each in events})[:_MOST_EVENTS],
        }


def _inferred(story: Story, settings: AssessmentSettings) -> Iterator[tuple[str, StoryEvent]]:
    """Database rounds whose text is not logged, with whom the story looked up minutes before."""
    window = timedelta(minutes=settings.inferred_within_min)
    lookups = [each for each in story.events if each.format in _CARE and each.subscribers]
    for event in story.events:
        if event.format not in _DATABASES or event.subscribers:
            continue
        for lookup in lookups:
            if timedelta(0) <= event.time - lookup.time <= window:
                for person in lookup.subscribers:
                    yield person, event


def _bits(asked: Sequence[_Asked], changed: bool) -> float:
    formats = {each.event.format for each in asked}
    days = {each.event.time.date() for each in asked}
    systems = sum(bool(formats & kind) for kind in (_DATABASES, _REGISTERS, _CARE))
    bits = {"named": _NAMED_BITS, "list": _LIST_BITS, "inferred": _INFERRED_BITS}[_basis(asked)]
    bits += min(_MOST_REPEAT_BITS, _REPEAT_BITS * (len(days) - 1))
    bits += _SYSTEM_BITS * (systems - 1)
    bits += _CARE_ONLY_BITS if formats <= _CARE else 0.0
    return bits + (_CHANGED_BITS if changed else 0.0)


def _basis(asked: Sequence[_Asked]) -> str:
    bases = {each.basis for each in asked}
    return next(basis for basis in ("named", "list", "inferred") if basis in bases)


def exposed_set_rows(
    stories: Iterable[tuple[Story, tuple[Shown, ...]]],
    subscribers: Mapping[str, int],
    settings: AssessmentSettings,
) -> pa.Table:
    """Rows of `exposed_sets`: bulk reads, with how many persons they may have touched.

    A story's statements on subscribers' tables of which the log keeps no text are such a set, too:
    whom they asked for cannot be told. `low` counts persons named in the statements, `high` the
    organisation's subscribers (null where `organisations.csv` does not say); `best` is the smaller
    of the records read and `high`.
    """
    rows = [row for story, shown in stories for row in _sets(story, shown, subscribers, settings)]
    return pa.Table.from_pylist(rows, TABLES["exposed_sets"].schema)


def _sets(
    story: Story,
    shown: Sequence[Shown],
    subscribers: Mapping[str, int],
    settings: AssessmentSettings,
) -> Iterator[dict[str, object]]:
    bulk = [each.event for each in shown if each.act.bulk]
    bulk += [each for each in story.events if len(each.subscribers) > settings.list_at_most]
    if not bulk:
        yield from _untold(story, subscribers)
        return
    named = {person for event in bulk for person in event.subscribers}
    records = sum(_count(event) for event in bulk)
    high = subscribers.get(story.organisation)
    best = max(len(named), min(records, high) if high is not None else records)
    yield {
        "intrusion_id": story.intrusion_id,
        "organisation": story.organisation,
        "low": len(named),
        "best": best or high,
        "high": max(high, best) if high is not None else None,
        "determinable": bool(named) and len(named) >= best,
        "rests_on": sorted({event.event_id for event in bulk})[:_MOST_EVENTS],
    }


def _untold(story: Story, subscribers: Mapping[str, int]) -> Iterator[dict[str, object]]:
    """Database rounds that name nobody, as the log keeps neither text nor parameters."""
    mute = [
        event
        for event in story.events
        if event.format in _DATABASES and not event.subscribers and not event.first(*_STATEMENTS)
    ]
    if mute:
        yield {
            "intrusion_id": story.intrusion_id,
            "organisation": story.organisation,
            "low": 0,
            "best": None,
            "high": subscribers.get(story.organisation),
            "determinable": False,
            "rests_on": sorted({event.event_id for event in mute})[:_MOST_EVENTS],
        }


def _count(event: StoryEvent) -> int:
    """Records that an event says were read; thousands may be set apart by points or commas."""
    text = event.first("records", "RECORDS", "rows", "ROWS")
    digits = "".join(mark for mark in text if mark.isdigit())
    return int(digits) if digits else 0
