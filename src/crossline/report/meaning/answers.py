"""Section 9: what happened before and after each mitigation."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from crossline.kernel.words import counted
from crossline.report.facts import Facts
from crossline.report.meaning.tables import rows_of_table
from crossline.report.window import Window
from crossline.report.wording import clipped, day

__all__ = ["Answer", "Answers", "answers"]

_LEFT, _MIDDLE, _RIGHT, _ROW = 230.0, 520.0, 810.0, 30.0
_SPAN = timedelta(days=180)
_WORDS = {
    "none": "no answer seen",
    "wait_and_return": "waited, then returned",
    "new_place": "new place",
    "new_infrastructure": "new infrastructure",
    "new_account": "another account",
    "new_tool": "another tool",
    "new_technique": "another technique",
    "survivor": "went on with what was left",
    "unknown": "cannot be told",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """One strip: acts before and after one mitigation, the answer, and where the logs end."""

    mitigation: str
    organisation: str
    date: str
    story: str
    intrusion_id: str
    words: str
    path: str
    y: float
    before: tuple[float, ...]
    after: tuple[float, ...]
    answered: float | None
    logs_end: float | None


@dataclass(frozen=True, slots=True)
class Answers:
    """The picture; `middle` is the day of each mitigation, `span` the days to each side."""

    reading: str
    rows: tuple[Answer, ...]
    middle: float
    ends: tuple[float, float]
    span: int
    height: float


def answers(facts: Facts, labels: dict[str, str], window: Window | None) -> Answers:
    """One strip per mitigation and intrusion, by date; exercises and untouched ones in words."""
    given = {row["mitigation_id"]: row for row in facts.case.side_table("mitigations")}
    rows = [row for row in rows_of_table(facts, "adaptation") if row["mitigation_id"] in given]
    rows.sort(key=lambda row: (given[row["mitigation_id"]]["time"], row["mitigation_id"],
                               row["intrusion_id"]))  # fmt: skip
    times: dict[str, list[datetime]] = {}
    for step in facts.steps.select(["intrusion_id", "time"]).to_pylist():
        if step["time"] is not None:
            times.setdefault(step["intrusion_id"], []).append(step["time"])
    made = tuple(
        _answer(facts, place, row, given[row["mitigation_id"]], times, labels, window)
        for place, row in enumerate(rows)
    )
    came = sum(row["response_time"] is not None for row in rows)
    quiet = sum(row["response_kind"] == "none" for row in rows)
    reading = (
        f"Of {counted(len(given), 'mitigation')}, acts followed {came}; after {quiet} the logs "
        "show none; the others cannot be told."
        if rows
        else "No mitigation was declared, or none met an intrusion."
    )
    return Answers(reading, made, _MIDDLE, (_LEFT, _RIGHT), _SPAN.days, 40 + _ROW * len(made))


def _time(text: str) -> datetime:
    parsed = datetime.fromisoformat(text)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def _x(days: float) -> float:
    share = max(-1.0, min(1.0, days / _SPAN.days))
    return round(_MIDDLE + share * (_RIGHT - _MIDDLE), 1)


def _answer(
    facts: Facts,
    place: int,
    row: dict[str, Any],
    given: dict[str, str],
    times: dict[str, list[datetime]],
    labels: dict[str, str],
    window: Window | None,
) -> Answer:
    when = _time(given["time"])
    offsets = [(time - when) / timedelta(days=1) for time in times.get(row["intrusion_id"], ())]
    near = [each for each in offsets if abs(each) <= _SPAN.days]
    lag = row["lag_days"]
    words = _WORDS[row["response_kind"]]
    end = (window[1] - when) / timedelta(days=1) if window else None
    return Answer(
        clipped(f"{row['mitigation_id']} {given.get('kind', '')}".strip(), 44),
        facts.name(given.get("organisation", "")),
        day(when),
        labels.get(row["intrusion_id"], "–"),
        row["intrusion_id"],
        words if lag is None else f"{words}, after {counted(round(lag), 'day')}",
        row["path"] or "",
        34 + _ROW * place,
        tuple(sorted({_x(each) for each in near if each < 0})),
        tuple(sorted({_x(each) for each in near if each >= 0})),
        None if lag is None or lag > _SPAN.days else _x(lag),
        _x(end) if end is not None and 0 <= end < _SPAN.days else None,
    )
