"""Clocks that were off: the same act in two logs, and records that carry two times."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from crossline.assessment.silence import Interval
from crossline.settings import AssessmentSettings
from crossline.store import Tables, select

__all__ = ["clock_faults"]

# Records with two times, as the difference log minus own, by host and day: Sysmon states the
# machine's own time, the detail file of RADIUS heads each block with the local time of its writer.
_TWO_TIMES = """
SELECT organisation, coalesce(host, '') AS host, format,
       datediff('day', DATE '1970-01-01', CAST(time AS DATE)) AS day,
       median(CASE WHEN format = 'sysmon' THEN epoch(time) - epoch(own)
                   ELSE epoch(own) - epoch(time) END) AS offset_s,
       min(time) AS begins, max(time) AS ends, min(event_id) AS example
FROM (
    SELECT organisation, host, format, time, event_id, coalesce(
        TRY_CAST(fields['UtcTime'] || '+00' AS TIMESTAMPTZ),
        try_strptime(fields['Header-Time'], '%a %b %d %H:%M:%S %Y') AT TIME ZONE 'UTC') AS own
    FROM events WHERE time IS NOT NULL AND format IN ('sysmon', 'radius')
)
WHERE own IS NOT NULL
GROUP BY ALL ORDER BY organisation, host, format, day
"""

# One act in two logs of different hosts: a remote logon that the access server and the machine
# behind it both record, or a session that the gate and the database record. By organisation, pair
# of logs and day, the differences second minus first.
_ONE_ACT = """
WITH acts AS (
    SELECT organisation, coalesce(host, '') AS host, format, time, event_id,
           lower(regexp_replace(coalesce(
               fields['User-Name'], fields['TargetUserName'], fields['login'],
               fields['user_name'], fields['DBUSERNAME'], ''), '^.*[\\\\]', '')) AS who
    FROM events
    WHERE time IS NOT NULL AND (
        (format = 'radius' AND fields['Acct-Status-Type'] = 'Start')
        OR (format = 'winsec' AND event_code = '4624' AND fields['LogonType'] IN ('3', '10'))
        OR (format = 'teleport' AND event_code = 'session.start'))
)
SELECT x.organisation, y.host, y.format, x.host AS against,
       datediff('day', DATE '1970-01-01', CAST(y.time AS DATE)) AS day,
       list(epoch(y.time) - epoch(x.time) ORDER BY y.time, y.event_id, x.event_id) AS offsets,
       min(y.time) AS begins, max(y.time) AS ends, min(y.event_id) AS example
FROM acts AS x JOIN acts AS y
  ON x.organisation = y.organisation AND x.who = y.who AND x.who <> ''
 AND x.format = 'radius' AND y.format <> 'radius'
 AND abs(epoch(y.time) - epoch(x.time)) <= $window
GROUP BY ALL ORDER BY x.organisation, y.host, y.format, against, day
"""


def clock_faults(tables: Tables, settings: AssessmentSettings) -> Iterator[Interval]:
    """Offsets and drifts of single logs, from the records that carry two times.

    A log whose own difference stays within `clock_steady_s` of one value over at least
    `clock_days` days, that value being over `clock_off_s`, was off by it (`clock_offset`). One
    whose difference grows steadily drifted (`clock_drift`, seconds a day). Differences of an act
    seen in two logs tell of a fault only where they change.
    """
    events = {"events": tables.dataset("events")}
    rows = select(events, _TWO_TIMES).to_pylist()
    for log in _logs(rows, ("organisation", "host", "format")):
        # A header is in local time: the zone is no fault, a change of it is.
        yield from _faults(_changes(log) if log[0]["format"] == "radius" else log, settings)
    window = {"window": settings.clock_pair_window_s}
    pairs = select(events, _ONE_ACT, window).to_pylist()
    for log in _logs(pairs, ("organisation", "host", "format", "against")):
        moded = [_moded(row) for row in log if len(row["offsets"]) > 0]
        # People need a while from the gate to the machine behind it: only a change is a fault.
        yield from _faults(_changes(moded), settings)


def _changes(log: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The log's differences, less the usual one."""
    usual = float(np.median([row["offset_s"] for row in log]))
    return [row | {"offset_s": row["offset_s"] - usual} for row in log]


def _moded(row: dict[str, Any]) -> dict[str, Any]:
    """The row with the middle of its densest five seconds as its offset."""
    values = np.sort(np.asarray(row["offsets"], float))
    ends = np.searchsorted(values, values + 5.0, side="right")
    best = int(np.argmax(ends - np.arange(len(values))))
    return row | {"offset_s": float(np.median(values[best : ends[best]]))}


def _logs(rows: Sequence[dict[str, Any]], key: Sequence[str]) -> Iterator[list[dict[str, Any]]]:
    group: list[dict[str, Any]] = []
    for row in rows:
        if group and any(row[name] != group[-1][name] for name in key):
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def _faults(log: Sequence[dict[str, Any]], settings: AssessmentSettings) -> Iterator[Interval]:
    """Runs of days with one offset, or one slope, long enough to be no chance."""
    begin = 0
    for place in range(1, len(log) + 1):
        steady = place < len(log) and (
            abs(log[place]["offset_s"] - log[place - 1]["offset_s"]) <= settings.clock_steady_s
        )
        if steady:
            continue
        run = log[begin:place]
        begin = place
        if len(run) >= settings.clock_days:
            yield from _fault(run, settings)


def _fault(run: Sequence[dict[str, Any]], settings: AssessmentSettings) -> Iterator[Interval]:
    days = np.array([row["day"] for row in run], float)
    offsets = np.array([row["offset_s"] for row in run], float)
    slope = float(np.polyfit(days - days[0], offsets, 1)[0]) if np.ptp(days) > 0 else 0.0
    fitted = np.abs(offsets - (offsets[0] + slope * (days - days[0]))).max()
    drifts = abs(slope) >= settings.clock_drift_s_per_day and fitted <= settings.clock_steady_s
    value = slope if drifts else float(np.median(offsets))
    if not drifts and abs(value) < settings.clock_off_s:
        return
    first, last = run[0], run[-1]
    yield Interval(
        first["organisation"], first["host"], first["format"], first["begins"],
        last["ends"], "clock_drift" if drifts else "clock_offset",
        tuple(dict.fromkeys((first["example"], last["example"]))), round(value, 3),
    )  # fmt: skip
