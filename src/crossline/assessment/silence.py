"""Logs that were not there: begun late, or silent on days on which the organisation worked."""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa

from crossline.settings import AssessmentSettings
from crossline.store import Tables, select

__all__ = ["Interval", "Log", "late_starts", "read_logs", "silences", "working_days"]

_DAILY = """
SELECT organisation, format,
       -- One machine may stand under its short and its full name.
       CASE WHEN regexp_full_match(host, '[0-9.:]+') THEN host
            ELSE lower(split_part(coalesce(host, ''), '.', 1)) END AS host,
       datediff('day', DATE '1970-01-01', CAST(time AS DATE)) AS day,
       count(*) AS events, min(time) AS first, max(time) AS last, min(event_id) AS example
FROM events WHERE time IS NOT NULL AND format IS NOT NULL
GROUP BY ALL ORDER BY organisation, host, format, day
"""


@dataclass(frozen=True, slots=True)
class Log:
    """One kind of log of one host, by the days on which it has events.

    `days` are days since 1970, rising; `first` and `last` the first and last time of each day,
    `example` one event id of each.
    """

    organisation: str
    host: str
    format: str
    days: np.ndarray
    first: tuple[datetime, ...]
    last: tuple[datetime, ...]
    example: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Interval:
    """A time in which something was not, or badly, seen. An empty host: all of the organisation."""

    organisation: str
    host: str
    format: str
    begins: datetime
    ends: datetime
    kind: str
    rests_on: tuple[str, ...]
    offset_seconds: float | None = None
    caused_by_intruder: bool | None = None


def read_logs(tables: Tables) -> list[Log]:
    """All logs, by organisation, host and format, from one pass over `events`."""
    rows = select({"events": tables.dataset("events")}, _DAILY)
    keys = list(zip(*(rows[name].to_pylist() for name in ("organisation", "host", "format")),
                    strict=True))  # fmt: skip
    starts = [n for n, key in enumerate(keys) if n == 0 or key != keys[n - 1]] + [len(keys)]
    return [
        _log(keys[begin], rows.slice(begin, end - begin))
        for begin, end in itertools.pairwise(starts)
    ]


def _log(key: tuple[str, str, str], rows: pa.Table) -> Log:
    return Log(
        *key,
        days=rows["day"].to_numpy(),
        first=tuple(rows["first"].to_pylist()),
        last=tuple(rows["last"].to_pylist()),
        example=tuple(rows["example"].to_pylist()),
    )


def _working_days(logs: Iterable[Log], share: float) -> np.ndarray:
    """Days on which at least this share of the organisation's logs then known had events.

    A log is known from its first to its last day. Rising.
    """
    logs = list(logs)
    start = min(int(log.days[0]) for log in logs)
    length = max(int(log.days[-1]) for log in logs) - start + 1
    known, active = np.zeros(length + 1, int), np.zeros(length, int)
    for log in logs:
        known[log.days[0] - start] += 1
        known[log.days[-1] - start + 1] -= 1
        active[log.days - start] += 1
    known = np.cumsum(known)[:length]
    return np.flatnonzero(active >= np.maximum(1, share * known)) + start


def silences(logs: Iterable[Log], settings: AssessmentSettings) -> Iterator[Interval]:
    """Intervals without an event that are too long for chance.

    A log has events on a share p of the organisation's working days. A run of m working days
    without one has probability (1 - p)^m; it is a silence where that is under
    `silence_probability`, shared out over all runs of the organisation (Bonferroni).
    """
    for organisation in _by_organisation(logs):
        working = _working_days(organisation, settings.working_share)
        runs = sum(max(1, len(log.days) - 1) for log in organisation)
        for log in organisation:
            yield from _silent_runs(log, working, settings.silence_probability / runs)


def _silent_runs(log: Log, working: np.ndarray, bound: float) -> Iterator[Interval]:
    within = working[(working >= log.days[0]) & (working <= log.days[-1])]
    present = np.isin(within, log.days)
    if len(within) < 2:
        return
    for place in np.flatnonzero(np.diff(log.days) > 1):
        before, after = log.days[place], log.days[place + 1]
        missed = int(((within > before) & (within < after)).sum())
        # The run's own days must not speak for how often the log is silent.
        share = (present.sum() + 1) / (len(within) - missed + 2)
        if missed and (1 - share) ** missed < bound:
            missing = within[(within > before) & (within < after)]
            yield Interval(
                log.organisation,
                log.host,
                log.format,
                max(log.last[place], _day(missing[0])),
                min(log.first[place + 1], _day(missing[-1] + 1)),
                "silent",
                (log.example[place], log.example[place + 1]),
            )


def _day(number: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=int(number))


def working_days(logs: Iterable[Log], share: float) -> dict[str, list[datetime]]:
    """By organisation the days on which this share of its logs had events, rising."""
    return {
        mine[0].organisation: [_day(number) for number in _working_days(mine, share)]
        for mine in _by_organisation(logs)
    }


def late_starts(logs: Iterable[Log], settings: AssessmentSettings) -> Iterator[Interval]:
    """Logs that begin after the case does: `never_collected` until then.

    An organisation begins when a tenth of its logs have begun. A kind of log that begins later on
    hosts that were logged before in another way is a change of telemetry; on hosts of which
    nothing was held before, it was not collected. Where it begins on several hosts within
    `rollout_d` days, it is one interval for the whole organisation.
    """
    logs = list(logs)
    if not logs:
        return
    case_start = min(log.first[0] for log in logs)
    for organisation in _by_organisation(logs):
        starts = sorted(log.first[0] for log in organisation)
        begins = starts[len(starts) // 10]
        if begins - case_start > timedelta(days=settings.late_start_d):
            first = next(log for log in organisation if log.first[0] == begins)
            yield Interval(first.organisation, "", "", case_start, begins, "never_collected",
                           (first.example[0],))  # fmt: skip
        working = _working_days(organisation, settings.working_share)
        yield from _late_kinds(organisation, (case_start, begins), working, settings)


def _late_kinds(
    logs: list[Log],
    starts: tuple[datetime, datetime],
    working: np.ndarray,
    settings: AssessmentSettings,
) -> Iterator[Interval]:
    case_start, begins = starts
    for form in sorted({log.format for log in logs}):
        kind = sorted((log for log in logs if log.format == form), key=lambda log: log.first[0])
        start = kind[0].first[0]
        late = start - begins > timedelta(days=settings.late_start_d)
        if not late or not _telling(kind, working, settings):
            continue
        hosts = {log.host for log in kind}
        logged = any(log.host in hosts and log.first[0] < start for log in logs)
        together = [log for log in kind if log.first[0] - start <= _rollout(settings)]
        yield Interval(
            kind[0].organisation, "" if len(kind) > 1 else kind[0].host, form, case_start, start,
            "telemetry_change" if logged else "never_collected",
            tuple(sorted(log.example[0] for log in together)[:5]),
        )  # fmt: skip


def _telling(kind: list[Log], working: np.ndarray, settings: AssessmentSettings) -> bool:
    """Whether so late a first event of a kind is no chance, by how often the kind speaks since."""
    start = int(kind[0].days[0])
    days = np.unique(np.concatenate([log.days for log in kind]))
    since = working[working >= start]
    share = (np.isin(since, days).sum() + 1) / (len(since) + 2)
    missed = int((working < start).sum())
    return bool(missed and (1 - share) ** missed < settings.silence_probability)


def _rollout(settings: AssessmentSettings) -> timedelta:
    return timedelta(days=settings.rollout_d)


def _by_organisation(logs: Iterable[Log]) -> Iterator[list[Log]]:
    groups: dict[str, list[Log]] = {}
    for log in logs:
        groups.setdefault(log.organisation, []).append(log)
    for name in sorted(groups):
        yield groups[name]
