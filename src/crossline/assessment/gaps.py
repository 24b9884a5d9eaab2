"""What was not, or badly, seen, as intervals per log and host (Q10)."""

from collections.abc import Iterable

import pyarrow as pa

from crossline.assessment.clocks import clock_faults
from crossline.assessment.recorded import (
    cleared,
    copies,
    cut_records,
    disabled,
    missing_fields,
    signalling,
)
from crossline.assessment.silence import Interval, Log, late_starts, read_logs, silences
from crossline.kernel.ids import row_id
from crossline.settings import AssessmentSettings
from crossline.store import Tables
from crossline.tables import TABLES

__all__ = ["find_gaps", "gap_rows"]


def find_gaps(
    tables: Tables,
    in_stories: frozenset[str],
    telecoms: Iterable[str],
    settings: AssessmentSettings,
) -> tuple[list[Interval], list[Log]]:
    """All intervals, and the logs that they were found in.

    Args:
        tables: the store, with `events` and `problems`.
        in_stories: ids of events that stories hold: a gap that such an event opens is the
            intruder's.
        telecoms: organisations that declare a numbering plan, so that they run signalling.
        settings: bounds.
    """
    logs = read_logs(tables)
    if not logs:
        return [], []
    begins = min(log.first[0] for log in logs)
    ends = max(log.last[-1] for log in logs)
    found = [
        *late_starts(logs, settings),
        *disabled(tables, silences(logs, settings), in_stories, settings),
        *cleared(tables, logs, in_stories, settings),
        *copies(tables, settings),
        *missing_fields(tables, settings),
        *cut_records(tables),
        *clock_faults(tables, settings),
        *signalling(tables, begins, ends, telecoms),
    ]
    return found, logs


def gap_rows(intervals: Iterable[Interval]) -> pa.Table:
    """Rows of `gaps`, each interval once."""
    rows = {_gap_id(interval): interval for interval in intervals}
    return pa.Table.from_pylist(
        [_row(key, rows[key]) for key in sorted(rows)], TABLES["gaps"].schema
    )


def _gap_id(gap: Interval) -> str:
    parts = (gap.organisation, gap.host, gap.format, gap.kind, str(gap.begins), str(gap.ends))
    return row_id("ga", parts)


def _row(gap_id: str, gap: Interval) -> dict[str, object]:
    return {
        "gap_id": gap_id,
        "organisation": gap.organisation,
        "host": gap.host or None,
        "format": gap.format or None,
        "from_time": gap.begins,
        "to_time": gap.ends,
        "kind": gap.kind,
        "offset_seconds": gap.offset_seconds,
        "caused_by_intruder": gap.caused_by_intruder,
        "rests_on": sorted(gap.rests_on),
    }
