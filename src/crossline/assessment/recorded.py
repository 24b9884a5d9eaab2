"""Gaps that records themselves show: clears, switched-off logs, copies, cut or empty records."""

import itertools
import tomllib
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import cache
from importlib import resources
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from crossline.assessment.assets import short_name
from crossline.assessment.silence import Interval, Log, working_days
from crossline.assessment.vocabulary import Pattern
from crossline.settings import AssessmentSettings
from crossline.store import Tables, select

__all__ = ["cleared", "copies", "cut_records", "disabled", "missing_fields", "signalling"]

_COLUMNS = ("event_id", "organisation", "host", "format", "event_code", "time", "fields")

# Windows: one record id at one time, twice in a file. Other logs whose records are unique by
# themselves: the same fields twice, whatever time a relay gave the copy.
_COPIES = """
SELECT organisation, coalesce(host, '') AS host, format, month,
       sum(copies) AS extra, min(begins) AS begins, max(ends) AS ends, min(example) AS example
FROM (
    SELECT organisation, host, format, month, count(*) - 1 AS copies,
           min(time) AS begins, max(time) AS ends, min(event_id) AS example
    FROM events
    WHERE time IS NOT NULL AND (record_id IS NOT NULL OR list_contains($formats, format))
    GROUP BY organisation, host, format, month, source_id,
             CASE WHEN record_id IS NULL THEN fields::VARCHAR ELSE
                  concat_ws('|', channel, record_id, time) END
    HAVING count(*) > 1
)
GROUP BY organisation, host, format, month ORDER BY organisation, host, format, month
"""

_FIELDS = """
SELECT organisation, coalesce(host, '') AS host, format, month, count(*) AS records,
       min(time) AS begins, max(time) AS ends,
       count(*) FILTER (WHERE coalesce(fields[$field], '') <> ''
                        AND NOT list_contains($hidden, fields[$field])) AS filled,
       min(event_id) AS example
FROM events
WHERE time IS NOT NULL AND list_contains($formats, format)
      AND (len($codes) = 0 OR list_contains($codes, event_code))
      AND NOT list_contains($ignored, coalesce(fields[$field], ''))
GROUP BY organisation, host, format, month ORDER BY organisation, host, format, month
"""

_YEARLESS = """
SELECT organisation, coalesce(host, '') AS host, format, month, count(*) AS records,
       min(time) AS begins, max(time) AS ends, min(event_id) AS example,
       count(*) FILTER (WHERE regexp_matches(time_raw, '(19|20)[0-9]{2}')) AS filled
FROM events
WHERE time IS NOT NULL AND time_raw IS NOT NULL AND list_contains($formats, format)
GROUP BY organisation, host, format, month ORDER BY organisation, host, format, month
"""

_CUT = """
SELECT events.organisation, coalesce(min(events.host), '') AS host, events.format,
       min(events.time) AS begins, max(events.time) AS ends, min(problems.problem_id) AS example
FROM problems JOIN events USING (evidence_path)
WHERE regexp_matches(problems.reason, '(?i)truncat|cut (off|short)|ends (in|within|before)')
      AND events.time IS NOT NULL AND events.format IS NOT NULL
GROUP BY events.organisation, problems.evidence_path, events.format
ORDER BY events.organisation, problems.evidence_path, events.format
"""


class _Expected(msgspec.Struct, frozen=True):
    formats: tuple[str, ...]
    field: str
    codes: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()


class _Content(msgspec.Struct, frozen=True):
    switched_off: tuple[Pattern, ...]
    cleared: tuple[Pattern, ...]
    expected_field: tuple[_Expected, ...]
    unique_records: dict[str, tuple[str, ...]]
    stated_year: dict[str, tuple[str, ...]]
    signalling: dict[str, tuple[str, ...]]


@cache
def _content() -> _Content:
    path = resources.files("crossline.content") / "assessment" / "gaps.toml"
    return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _Content)


def cleared(
    tables: Tables, logs: Sequence[Log], in_stories: frozenset[str], settings: AssessmentSettings
) -> Iterator[Interval]:
    """Clears of a log before which its records are missing.

    From the first working day of the organisation after the log's last day before the clear.
    """
    by_name = {(log.organisation, log.host, log.format): log for log in logs}
    working = working_days(logs, settings.working_share)
    least = timedelta(days=settings.cleared_gap_d)
    for event in _matching(tables, _content().cleared):
        organisation, host = event["organisation"], short_name(event["host"] or "")
        log = by_name.get((organisation, host, event["format"]))
        place = _day_before(log, event["time"]) if log else None
        if log is None or place is None or event["time"] - log.last[place] <= least:
            continue
        missing = _first_between(working[organisation], log.last[place], event["time"])
        if missing:
            yield Interval(
                organisation, event["host"] or "", event["format"], missing, event["time"],
                "cleared", (event["event_id"], log.example[place]),
                caused_by_intruder=event["event_id"] in in_stories or None,
            )  # fmt: skip


def _day_before(log: Log, time: datetime) -> int | None:
    """The place of the log's last day that ended before the day of a time."""
    midnight = time.replace(hour=0, minute=0, second=0, microsecond=0)
    place = bisect_left(log.last, midnight) - 1
    return place if place >= 0 else None


def _first_between(days: Sequence[datetime], after: datetime, before: datetime) -> datetime | None:
    """The first of these days that lies whole between two times."""
    place = bisect_right(days, after)
    fits = place < len(days) and days[place] + timedelta(days=1) < before
    return days[place] if fits else None


def disabled(
    tables: Tables,
    silent: Iterable[Interval],
    in_stories: frozenset[str],
    settings: AssessmentSettings,
) -> Iterator[Interval]:
    """The silences, those that follow an act that switches logging off as `disabled`."""
    acts: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for event in _matching(tables, _content().switched_off):
        acts.setdefault((event["organisation"], short_name(event["host"] or "")), []).append(event)
    window = timedelta(days=settings.disabled_within_d)
    for gap in silent:
        near = [
            act
            for act in acts.get((gap.organisation, short_name(gap.host)), ())
            if -window <= gap.begins - act["time"] <= window
        ]
        if not near:
            yield gap
            continue
        act = min(near, key=lambda each: (abs(gap.begins - each["time"]), each["event_id"]))
        yield Interval(
            gap.organisation, gap.host, gap.format, act["time"], gap.ends, "disabled",
            (act["event_id"], *gap.rests_on),
            caused_by_intruder=any(each["event_id"] in in_stories for each in near) or None,
        )  # fmt: skip


def _matching(tables: Tables, patterns: Sequence[Pattern]) -> Iterator[dict[str, Any]]:
    """The stored events that fit a pattern, by time."""
    formats = sorted({form for pattern in patterns for form in pattern.formats})
    found = []
    for batch in tables.scan("events", _COLUMNS, ("format", pa.array(formats, pa.string()))):
        rows = pa.Table.from_batches([batch]).filter(_cheap(patterns))
        for row in rows.to_pylist():
            fields = {name: value for name, value in row["fields"] or () if value is not None}
            if row["time"] is not None and any(
                pattern.fits(row["format"], row["event_code"], None, fields) for pattern in patterns
            ):
                found.append(row)
    return iter(sorted(found, key=lambda row: (row["time"], row["event_id"])))


def _cheap(patterns: Sequence[Pattern]) -> Any:
    """A filter on columns that keeps every event that could fit: only codes of process starts."""
    codes = {code for pattern in patterns for code in pattern.codes}
    codes |= {"1", "4688", "4103", "4104"} if any(pattern.where for pattern in patterns) else set()
    return pc.field("event_code").isin(sorted(codes))


def copies(tables: Tables, settings: AssessmentSettings) -> Iterator[Interval]:
    """Times in which a log holds records twice; months that follow each other are one."""
    formats = list(_content().unique_records["formats"])
    rows = _query(tables, _COPIES, {"formats": formats})
    # Collectors and relays serve an organisation: what several hosts show is one fault.
    together = _of_organisations(rows)
    shared = {(row["organisation"], row["format"]) for row in together if row["hosts"] > 1}
    single = [row for row in rows if (row["organisation"], row["format"]) not in shared]
    wide = [row for row in together if (row["organisation"], row["format"]) in shared]
    for log in [*_logs(single), *_logs(wide)]:
        run: list[dict[str, Any]] = []
        for row in log:
            if run and _next_month(run[-1]["month"]) != row["month"]:
                yield from _doubled(run, settings)
                run = []
            run.append(row)
        yield from _doubled(run, settings)


def _doubled(run: list[dict[str, Any]], settings: AssessmentSettings) -> Iterator[Interval]:
    if sum(row["extra"] for row in run) >= settings.copies_at_least:
        yield _interval(run[0], run[-1], "duplicate")


def missing_fields(tables: Tables, settings: AssessmentSettings) -> Iterator[Interval]:
    """Times in which a kind of record lacks a field, or its year, that it could have."""
    for expected in _content().expected_field:
        rows = _query(
            tables, _FIELDS,
            {"field": expected.field, "hidden": list(expected.hidden),
             "ignored": list(expected.ignored), "formats": list(expected.formats),
             "codes": list(expected.codes)},
        )  # fmt: skip
        yield from _lacking(rows, settings)
    formats = {"formats": list(_content().stated_year["formats"])}
    yield from _lacking(_query(tables, _YEARLESS, formats), settings)


def _lacking(rows: Sequence[dict[str, Any]], settings: AssessmentSettings) -> Iterator[Interval]:
    """Runs of months whose records lack the field: of an organisation, else of single hosts."""
    whole = list(_lacking_runs(_of_organisations(rows), settings))
    yield from whole
    told = {(each.organisation, each.format) for each in whole}
    single = [row for row in rows if (row["organisation"], row["format"]) not in told]
    yield from _lacking_runs(single, settings)


def _lacking_runs(
    rows: Sequence[dict[str, Any]], settings: AssessmentSettings
) -> Iterator[Interval]:
    for log in _logs(rows):
        for lacks, run in itertools.groupby(
            log, lambda row: row["filled"] < settings.fields_share * row["records"]
        ):
            months = list(run)
            if lacks and sum(row["records"] for row in months) >= settings.fields_records:
                yield _interval(months[0], months[-1], "missing_fields")


def _of_organisations(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of all hosts of an organisation, format and month as one, with an empty host."""
    joined: dict[tuple[str, str, str], dict[str, Any]] = {}
    for row in rows:
        key = (row["organisation"], row["format"], row["month"])
        held = joined.get(key)
        if held is None:
            joined[key] = row | {"host": "", "hosts": 1}
            continue
        held["hosts"] += 1
        for name in ("records", "filled", "extra"):
            if name in row:
                held[name] += row[name]
        held["begins"] = min(held["begins"], row["begins"])
        held["ends"] = max(held["ends"], row["ends"])
    return [joined[key] for key in sorted(joined)]


def cut_records(tables: Tables) -> Iterator[Interval]:
    """Files with records that are cut."""
    query = _query(tables, _CUT, {}, ("events", "problems"))
    for row in query:
        yield _interval(row, row, "truncated")


def signalling(
    tables: Tables, begins: datetime, ends: datetime, telecoms: Iterable[str]
) -> Iterator[Interval]:
    """The signalling plane, which no log of the case covers: for every telecom operator."""
    named = set(telecoms)
    shown = _query(
        tables,
        "SELECT organisation, min(event_id) AS example FROM events "
        "WHERE list_contains($formats, format) GROUP BY organisation ORDER BY organisation",
        {"formats": list(_content().signalling["telecom_formats"])},
    )
    examples = {row["organisation"]: row["example"] for row in shown}
    for organisation in sorted(named | set(examples)):
        for form in _content().signalling["formats"]:
            evidence = (examples[organisation],) if organisation in examples else ()
            yield Interval(organisation, "", form, begins, ends, "never_collected", evidence)


def _query(
    tables: Tables, query: str, parameters: dict[str, Any], names: Sequence[str] = ("events",)
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = select(
        {name: tables.dataset(name) for name in names}, query, parameters
    ).to_pylist()
    return found


def _logs(rows: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Rows in the order of log and month, one list for each log."""
    names = ("organisation", "host", "format")
    for _, log in itertools.groupby(rows, lambda row: tuple(row[name] for name in names)):
        yield list(log)


def _next_month(month: str) -> str:
    year, number = int(month[:4]), int(month[5:])
    return f"{year + number // 12}-{number % 12 + 1:02d}"


def _interval(begin: dict[str, Any], end: dict[str, Any], kind: str) -> Interval:
    return Interval(
        begin["organisation"], begin["host"], begin["format"], begin["begins"], end["ends"], kind,
        tuple(dict.fromkeys((begin["example"], end["example"]))),
    )  # fmt: skip
