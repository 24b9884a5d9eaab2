"""Indicators over the stored events: each sighting is a detection, each feed is accounted for."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from crossline.case import Case
from crossline.detections.indicators.kinds import KINDS, Indicator
from crossline.detections.indicators.match import Searcher, searcher, sightings
from crossline.detections.indicators.parse import Feed, merged, read_feed
from crossline.kernel.errors import UsageError
from crossline.kernel.ids import digest, row_id
from crossline.kernel.progress import Progress
from crossline.kernel.workers import in_order, worker_pool
from crossline.store import Part, Store, Tables

__all__ = ["Swept", "indicators_fingerprint", "sweep"]

_PLACE = ("event_id", "organisation", "format", "host", "time")
_Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Swept:
    """Rows for `detections` (with `format` for their rarity), `rule_status` and `problems`."""

    detections: list[_Row]
    feeds: list[_Row]
    problems: list[_Row]


@dataclass(frozen=True, slots=True)
class _Task:
    store: Path
    part: Part
    feeds: tuple[Path, ...]
    content: str


def _paths(case: Case) -> tuple[Path, ...]:
    paths = tuple(case.root / each for each in case.settings.detect.indicators)
    for path in paths:
        if not path.is_file():
            raise UsageError(f"{path}: no such file of indicators")
    return paths


def indicators_fingerprint(case: Case) -> str:
    """A text that changes with the content of the case's files of indicators."""
    return digest(*(part for path in _paths(case) for part in (path.name, path.read_bytes())))


def sweep(case: Case, tables: Tables, progress: Progress) -> Swept:
    """Search the stored events for the case's indicators, in one pass for all of them.

    Raises:
        UsageError: a file of indicators is not there or cannot be used.
    """
    paths = _paths(case)
    if not paths:
        return Swept([], [], [])
    feeds = [read_feed(path) for path in paths]
    content = indicators_fingerprint(case)
    parts = tables.parts("events")
    progress.start("Searching for indicators", len(parts), "part")
    rows: dict[str, _Row] = {}
    events = 0
    with worker_pool(case.settings.run.workers, len(parts)) as pool:
        tasks = (_Task(case.store, part, paths, content) for part in parts)
        for seen, found in in_order(pool, _sweep_part, tasks):
            events += seen
            # The same record in two files is one detection.
            rows.update((row["detection_id"], row) for row in found)
            progress.advance(1)
    detections = [rows[each] for each in sorted(rows)]
    return Swept(detections, list(_feeds(feeds, detections, events)), list(_unused(feeds)))


@lru_cache(maxsize=1)
def _ready(feeds: tuple[Path, ...], content: str) -> Searcher:
    """The searcher of these files, once a process; `content` is their fingerprint."""
    return searcher(merged([read_feed(path) for path in feeds]))


def _sweep_part(task: _Task) -> tuple[int, list[_Row]]:
    """Search one of the files of `events`; runs in a worker. Gives events looked at, and rows."""
    search = _ready(task.feeds, task.content)
    events = 0
    rows: list[_Row] = []
    for batch in Store(task.store).scan_part("events", task.part, (*_PLACE, "fields")):
        events += batch.num_rows
        rows.extend(_detections(search, batch))
    return events, rows


def _detections(search: Searcher, batch: pa.RecordBatch) -> Iterator[_Row]:
    """One row for each event and indicator, whatever the number of fields that it stands in."""
    found = sightings(search, batch["fields"])
    if not found.num_rows:
        return
    rows = pc.unique(found["row"]).to_pylist()
    events = dict(zip(rows, batch.select(_PLACE).take(rows).to_pylist(), strict=True))
    matched: dict[tuple[int, int], dict[str, str]] = {}
    for each in found.to_pylist():
        matched.setdefault((each["row"], each["indicator"]), {})[each["name"]] = each["value"]
    for (row, number), fields in matched.items():
        yield _detection(search.indicators[number], events[row], fields)


def _detection(each: Indicator, event: _Row, fields: dict[str, str]) -> _Row:
    version = digest(each.kind, each.value)
    stated = {
        "indicator": each.value,
        "indicator_source": each.source,
        "indicator_date": each.dated.isoformat() if each.dated else "not stated",
        "indicator_age_days": _age(each.dated, event["time"]),
    }
    return {
        "detection_id": row_id("de", (each.rule_id, version, event["event_id"])),
        "rule_id": each.rule_id,
        "rule_title": f"Indicator seen: {KINDS[each.kind].words} {each.value}",
        "rule_author": each.source,
        "level": KINDS[each.kind].level,
        "techniques": [],
        "organisation": event["organisation"],
        "host": event["host"],
        "time": event["time"],
        "matched": {**fields, **stated},
        "rule_hash": version,
        "kind": "indicator",
        "rests_on": [event["event_id"]],
        "format": event["format"],
    }


def _age(stated: date | None, seen: datetime | None) -> str:
    """Days from the indicator's date to the event; negative: seen before it was known."""
    return str((seen.date() - stated).days) if stated and seen else "not known"


def _feeds(feeds: list[Feed], detections: list[_Row], events: int) -> Iterator[_Row]:
    """One row of `rule_status` for each file; a sighting counts for the first that names it."""
    hits = Counter(row["rule_id"] for row in detections)
    for feed in feeds:
        yield {
            "rule_id": f"indicators:{feed.path.name}",
            "rule_title": f"{len(feed.indicators):,} indicators of {feed.path.name}",
            "pack": "indicators",
            "kind": "indicators",
            "status": "ran" if events else "not_applicable",
            "reason": None if events else "there are no events",
            "events_checked": events,
            "hits": sum(hits.pop(each.rule_id, 0) for each in feed.indicators),
            "techniques": [],
            "rests_on": [],
        }


def _unused(feeds: list[Feed]) -> Iterator[_Row]:
    for feed in feeds:
        for reason, count in feed.unused.items():
            yield {
                "problem_id": row_id("pr", ("indicator", feed.path.name, reason)),
                "kind": "rule",
                "evidence_path": feed.path.name,
                "reason": f"indicator not used as stated: {reason}",
                "count": count,
                "found_by": "rules",
            }
