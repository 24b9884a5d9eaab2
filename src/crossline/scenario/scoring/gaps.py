"""Gaps against the truth: what was not or badly seen, why, and clocks that were wrong."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from crossline.scenario.scoring.exam import Exam, Row
from crossline.scenario.scoring.measures import mean, share

__all__ = ["overlap", "scores"]

_OVERLAP = 0.5
_OFFSET_SECONDS = 5.0
_DRIFT = 0.2
_SECONDS_A_DAY = 0.0864
"""Seconds per day of one part per million."""
_CLOCKS = {"clock_offset", "clock_drift"}


def scores(exam: Exam) -> Mapping[str, float | None]:
    """Recall of gaps, each a loss that may concern many logs: the mean over its logs counts.

    A gap is found if a row of its host and format (an empty host or format stands for all)
    overlaps it by an intersection over union of at least 0.5; `kind` asks for the right kind too,
    `cause` whether an intruder was behind it.
    """
    rows = [row for row in exam.truth("gaps") if row["kind"] and row["detectable"]]
    found = {id(row): _found(exam, row) for row in rows}
    clocks = [row for row in rows if row["kind"] in _CLOCKS]
    return {
        "recall": _by_loss(rows, {key: bool(each) for key, each in found.items()}),
        "kind": _by_loss(rows, {id(row): _same(row, found[id(row)]) for row in rows}),
        "cause": _by_loss(rows, {id(row): _cause(row, found[id(row)]) for row in rows}),
        "clock": share(sum(_clock(row, found[id(row)]) for row in clocks), len(clocks)),
    }


def overlap(one: tuple[datetime, datetime], two: tuple[datetime, datetime]) -> float:
    """Intersection over union of two intervals."""
    common = (min(one[1], two[1]) - max(one[0], two[0])).total_seconds()
    union = (max(one[1], two[1]) - min(one[0], two[0])).total_seconds()
    return max(common, 0.0) / union if union else 0.0


def _found(exam: Exam, row: Row) -> list[Row]:
    """The rows of the case that speak of this gap, those of its kind first."""
    near = [each for each in _of_log(exam, row) if _overlaps(row, each)]
    return sorted(near, key=lambda each: (each["kind"] != row["kind"], each["gap_id"]))


def _of_log(exam: Exam, row: Row) -> list[Row]:
    host = row["host_uid"].casefold()
    return [
        each
        for each in exam.found("gaps")
        if each["organisation"] == row["org"]
        and (each["host"] or host).split(".")[0].casefold() == host
        and (each["format"] or row["format"]) == row["format"]
    ]


def _overlaps(row: Row, found: Row) -> bool:
    start, end = row["from_utc"], row["to_utc"]
    said = found["from_time"] or start, found["to_time"] or end
    return overlap((start, end), said) >= _OVERLAP


def _same(row: Row, found: list[Row]) -> bool:
    return bool(found) and found[0]["kind"] == row["kind"]


def _cause(row: Row, found: list[Row]) -> bool:
    return bool(found) and bool(found[0]["caused_by_intruder"]) == row["caused_by_actor"]


def _clock(row: Row, found: list[Row]) -> bool:
    """Whether a clock's offset is right within 5 s, its drift (s per day) within 20 %."""
    if not _same(row, found) or found[0]["offset_seconds"] is None:
        return False
    said = found[0]["offset_seconds"]
    if row["kind"] == "clock_drift":
        true = row["drift_ppm"] * _SECONDS_A_DAY
        return bool(abs(said - true) <= _DRIFT * abs(true))
    return bool(abs(said - row["seconds_offset"]) <= _OFFSET_SECONDS)


def _by_loss(rows: list[Row], right: Mapping[int, bool]) -> float | None:
    """Mean over losses of the share of their logs that are right."""
    by_loss = defaultdict(list)
    for row in rows:
        by_loss[row["gap"]].append(float(right[id(row)]))
    return mean([mean(values) or 0.0 for values in by_loss.values()])
