"""How each intruder answered each mitigation (Q9)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pyarrow as pa

from crossline.assessment.assets import Assets
from crossline.assessment.habits import Habits, habits_of
from crossline.assessment.story_events import Story, StoryEvent
from crossline.assessment.vocabulary import Blocked, blocked_by
from crossline.settings import AssessmentSettings
from crossline.tables import TABLES

__all__ = ["Mitigation", "adaptation_rows", "read_mitigations"]

# Habits that a later story must share with an earlier one to be its return.
_SHARED_HABITS = 2
_HABIT = {
    "new_tool": "tools",
    "new_infrastructure": "infrastructure",
    "new_account": "accounts",
    "new_place": "hosts",
    "new_technique": "techniques",
}
_NOVELTIES = tuple(_HABIT)


@dataclass(frozen=True, slots=True)
class Mitigation:
    """One row of `mitigations.csv`; `text` is its kind and description."""

    mitigation_id: str
    organisation: str
    time: datetime
    text: str


@dataclass(frozen=True, slots=True)
class _Answer:
    """What came after a mitigation."""

    kind: str
    event: StoryEvent | None
    censored: bool
    path: str


def read_mitigations(rows: Iterable[Mapping[str, str]]) -> tuple[Mitigation, ...]:
    """From the rows of `mitigations.csv`, in order of time."""
    found = [
        Mitigation(
            row["mitigation_id"],
            row.get("organisation", ""),
            _time(row["time"]),
            f"{row.get('kind', '')} {row.get('description', '')}".strip(),
        )
        for row in rows
        if row.get("mitigation_id") and row.get("time")
    ]
    return tuple(sorted(found, key=lambda each: (each.time, each.mitigation_id)))


def _time(text: str) -> datetime:
    parsed = datetime.fromisoformat(text)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def adaptation_rows(
    mitigations: Sequence[Mitigation],
    stories: Sequence[Story],
    log_ends: Mapping[str, datetime],
    telemetry_changes: Mapping[str, Sequence[datetime]],
    assets: Assets,
    settings: AssessmentSettings,
) -> pa.Table:
    """Rows of `adaptation`: each mitigation with each story that it could have touched.

    A story could be touched where it was active in the same organisation before the mitigation and
    not long ago. `none` needs `quiet_needed_d` days of working logs after it without an act;
    with fewer the answer is `unknown` and `censored`. An act that only shows because a log began
    is no return.

    Args:
        mitigations: what responders did.
        stories: the intrusions.
        log_ends: time of the last event by organisation.
        telemetry_changes: by organisation, when logs began or changed.
        assets: hosts by name and address.
        settings: bounds in days.
    """
    rows: list[dict[str, object]] = []
    for mitigation in mitigations:
        blocked = blocked_by(mitigation.text)
        touched = [each for each in stories if _touched(mitigation, each, settings)]
        if blocked is not None and blocked.exercise:
            rows.append(_row(mitigation, None, _Answer("none", None, False, "a declared exercise")))
        elif not touched:
            rows.append(_row(mitigation, None, _Answer("unknown", None, False, "no story before")))
        else:
            look = _Look(log_ends, telemetry_changes, assets, settings)
            rows += [
                _row(mitigation, story, _answer(mitigation, story, stories, blocked, look))
                for story in touched
            ]
    return pa.Table.from_pylist(rows, TABLES["adaptation"].schema)


@dataclass(frozen=True, slots=True)
class _Look:
    """What every answer is judged by."""

    log_ends: Mapping[str, datetime]
    changes: Mapping[str, Sequence[datetime]]
    assets: Assets
    settings: AssessmentSettings


def _touched(mitigation: Mitigation, story: Story, settings: AssessmentSettings) -> bool:
    if story.organisation != mitigation.organisation or story.first >= mitigation.time:
        return False
    before = [event.time for event in story.events if event.time < mitigation.time]
    return mitigation.time - before[-1] <= timedelta(days=settings.active_before_d)


def _answer(
    mitigation: Mitigation,
    story: Story,
    stories: Sequence[Story],
    blocked: Blocked | None,
    look: _Look,
) -> _Answer:
    settings, organisation = look.settings, story.organisation
    old = habits_of(
        organisation, [each for each in story.events if each.time < mitigation.time], look.assets
    )
    after = _after(mitigation, story, stories, old, look)
    if not after:
        watched = look.log_ends.get(organisation, mitigation.time) - mitigation.time
        enough = watched >= timedelta(days=settings.quiet_needed_d)
        return _Answer("none" if enough else "unknown", None, not enough, "")
    first = after[0]
    if _only_newly_seen(first, look.changes.get(organisation, ()), mitigation.time):
        return _Answer("unknown", first, True, "a log began between the mitigation and this act")
    if first.time - mitigation.time >= timedelta(days=settings.long_quiet_d):
        return _Answer("wait_and_return", first, False, _path(first, "after a long quiet"))
    window = timedelta(days=settings.answer_within_d)
    opening = [event for event in after if event.time - first.time <= window]
    order = blocked.novelties if blocked else _NOVELTIES
    for kind in order:
        fresh, value = _first_new(kind, organisation, opening, old, look.assets)
        if fresh is not None:
            return _Answer(kind, fresh, False, _path(fresh, value))
    return _Answer("survivor", first, False, _path(first, "what was there before"))


def _after(
    mitigation: Mitigation, story: Story, stories: Sequence[Story], old: Habits, look: _Look
) -> list[StoryEvent]:
    """The story's own acts after the mitigation, else those of a later story that shares habits."""
    own = [event for event in story.events if event.time >= mitigation.time]
    if own:
        return own
    for later in stories:
        if later.organisation != story.organisation or later.first < mitigation.time:
            continue
        new = habits_of(later.organisation, later.events, look.assets)
        shared = (old.accounts & new.accounts) | (old.infrastructure & new.infrastructure)
        if len(shared | (old.tools & new.tools)) >= _SHARED_HABITS:
            return list(later.events)
    return []


def _only_newly_seen(first: StoryEvent, changes: Sequence[datetime], mitigated: datetime) -> bool:
    """Whether the log that shows the first act began after the mitigation and just before it."""
    return any(mitigated < change <= first.time < change + timedelta(days=1) for change in changes)


def _first_new(
    kind: str, organisation: str, opening: Sequence[StoryEvent], old: Habits, assets: Assets
) -> tuple[StoryEvent | None, str]:
    """The first act that shows something of a kind that the story had not used before."""
    known = getattr(old, _HABIT[kind])
    for event in opening if known else ():
        fresh = getattr(habits_of(organisation, [event], assets), _HABIT[kind]) - known
        if fresh:
            return event, f"new: {min(fresh)}"
    return None, ""


def _path(event: StoryEvent, how: str) -> str:
    return f"{event.technique or 'an act'} on {event.host or 'an unnamed host'}; {how}"


def _row(mitigation: Mitigation, story: Story | None, answer: _Answer) -> dict[str, object]:
    event = answer.event
    lag = None if event is None else (event.time - mitigation.time) / timedelta(days=1)
    return {
        "mitigation_id": mitigation.mitigation_id,
        "intrusion_id": story.intrusion_id if story else "",
        "response_kind": answer.kind,
        "response_time": event.time if event else None,
        "lag_days": None if lag is None else round(lag, 3),
        "censored": answer.censored,
        "path": answer.path or None,
        "rests_on": [event.event_id] if event else [story.intrusion_id] if story else [],
    }
