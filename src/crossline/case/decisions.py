"""What analysts decided: `decisions.csv`, read, added to and taken back; nothing else is touched.

The file belongs to the analysts: rows, their order, further columns and the way the lines end stay
as they are. A row that is added and taken back leaves the bytes that were there before, but that a
last line without its end gets one.
"""

import csv
import io
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path

from crossline.case.folder import Case
from crossline.case.side_tables import SIDE_TABLES, read_side_table
from crossline.kernel.errors import UsageError
from crossline.kernel.ids import row_id

__all__ = [
    "KINDS",
    "Decision",
    "Kind",
    "add_decision",
    "day_of",
    "in_force",
    "new_decision",
    "read_decisions",
    "take_back",
]

_TABLE = SIDE_TABLES["decisions"]
_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of decision: what it means, what it may be about, and what its object may be."""

    meaning: str
    subjects: tuple[str, ...]
    objects: tuple[str, ...]
    needs_object: bool = False


_STORIES = ("intrusion", "cluster")
_PLACES = ("host", "organisation")

KINDS: dict[str, Kind] = {
    "false_positive": Kind(
        "a detection, or a rule (at one host or organisation), is wrong",
        ("detection", "rule"),
        _PLACES,
    ),
    "exclude": Kind(
        "an event, a host or a rule is left out (at one host or organisation)",
        ("event", "host", "rule"),
        _PLACES,
    ),
    "confirmed": Kind(
        "a detection or an intrusion is real", ("detection", "event", "intrusion", "rule"), _PLACES
    ),
    "same_cluster": Kind("two intrusions are of one cluster", _STORIES, _STORIES, True),
    "different_cluster": Kind("two intrusions are not of one cluster", _STORIES, _STORIES, True),
}


@dataclass(frozen=True, slots=True)
class Decision:
    """One row of `decisions.csv`; empty texts where nothing was given.

    `decision_id` is `dc_` and the hash of the other columns but `time`: the same decision taken
    twice is one. `expires` is the last day on which it holds.
    """

    decision_id: str
    kind: str
    subject: str
    object: str
    analyst: str
    time: str
    reason: str
    expires: str


def new_decision(
    kind: str, subject: str, about: str, analyst: str, reason: str, expires: str, time: str
) -> Decision:
    """A decision with the id of its content; `about` is its object.

    Raises:
        UsageError: the kind is unknown, a text that must be there is empty, or a date is none.
    """
    parts = tuple(each.strip() for each in (kind, subject, about, analyst, reason, expires))
    kind, subject, about, analyst, reason, expires = parts
    row = {
        "decision_id": row_id("dc", parts),
        "kind": kind,
        "subject": subject,
        "object": about,
        "analyst": analyst,
        "time": time,
        "reason": reason,
        "expires": expires,
    }
    for complaint in _complaints(row):
        raise UsageError(f"decide: {complaint}")
    return Decision(**row)


def _complaints(row: dict[str, str]) -> Iterator[str]:
    for column in _TABLE.required:
        if not row.get(column):
            yield f"{column} is empty: fill it"
    for column, wanted, holds in _TABLE.checks:
        if row.get(column) and not holds(row[column]):
            yield f"{column} is {row[column]!r}: write {wanted}"


def read_decisions(case: Case) -> list[Decision]:
    """The decisions of a case in the order of the file; none if it is not there.

    Raises:
        UsageError: the file or a row of it cannot be used; the message names file and line.
    """
    path = _path(case)
    if not path.is_file():
        return []
    decisions = []
    try:
        for line, row in read_side_table(path):
            for complaint in _complaints(row):
                raise UsageError(f"{path}:{line}: {complaint}")
            decisions.append(Decision(**{name: row.get(name, "") for name in _TABLE.columns}))
    except (OSError, ValueError, csv.Error) as error:
        raise UsageError(
            f"{path}: {error}. `crossline lint {case.root}` names every fault"
        ) from error
    return decisions


def day_of(case: Case, last: datetime | None) -> date | None:
    """The day on which decisions are looked at: the setting `as_of`, else that of the last event.

    Never today's, so that the same case gives the same report tomorrow.
    """
    stated = case.settings.case.as_of
    if not stated:
        return last.date() if last else None
    try:
        return date.fromisoformat(stated)
    except ValueError as error:
        raise UsageError(f"[case] as_of is {stated!r}: write YYYY-MM-DD") from error


def in_force(decisions: Iterable[Decision], day: date | None) -> list[Decision]:
    """Those that have not expired by that day; without a day (no event has a time) all hold."""
    return [
        each
        for each in decisions
        if not each.expires or day is None or datetime.fromisoformat(each.expires).date() >= day
    ]


def add_decision(case: Case, decision: Decision) -> None:
    """Write a decision as the last row of the file.

    Raises:
        UsageError: it stands there already, or the file cannot be used or written.
    """
    row = {name: text for name, text in asdict(decision).items() if text}
    with _rewritten(case) as lines:
        if any(each.decision_id == decision.decision_id for each in read_decisions(case)):
            raise UsageError(f"{decision.decision_id}: this decision stands already in the file")
        if not "".join(lines).strip(_MARK + "\r\n"):
            lines[:] = [",".join(_TABLE.columns) + "\n"]
        header = next(csv.reader([lines[0].removeprefix(_MARK)]))
        if missing := [name for name in row if name not in header]:
            raise UsageError(f"{_path(case)}:1: add the columns {', '.join(missing)} to its header")
        end = "\r\n" if lines[0].endswith("\r\n") else "\n"
        if not lines[-1].endswith(("\n", "\r")):
            lines[-1] += end
        lines.append(_line([row.get(name, "") for name in header], end))


def take_back(case: Case, decision_id: str) -> Decision:
    """Remove a decision from the file; gives what it was.

    Raises:
        UsageError: there is no such decision, or the file cannot be used or written.
    """
    with _rewritten(case) as lines:
        found = [each for each in read_decisions(case) if each.decision_id == decision_id]
        if not found:
            raise UsageError(
                f"{decision_id}: no such decision. `crossline decide {case.root} --list` names them"
            )
        column = next(csv.reader([lines[0].removeprefix(_MARK)])).index("decision_id")
        spans = [
            (start, stop)
            for start, stop, cells in _rows(lines)
            if len(cells) > column and cells[column].strip() == decision_id
        ]
        for start, stop in spans[:1]:
            del lines[start:stop]
    return found[0]


def _path(case: Case) -> Path:
    return case.root / f"{_TABLE.name}.csv"


def _line(cells: Sequence[str], end: str) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator=end).writerow(cells)
    return text.getvalue()


def _rows(lines: list[str]) -> Iterator[tuple[int, int, list[str]]]:
    """Each row below the header with its first line and the one after its last."""
    reader = csv.reader(lines, strict=True)
    start = 0
    for cells in reader:
        if start:
            yield start, reader.line_num, cells
        start = reader.line_num


@contextmanager
def _rewritten(case: Case) -> Iterator[list[str]]:
    """The lines of the file, to be changed in place; written whole and at once, or not at all.

    The new file, made beside the old one, is also the lock: two analysts cannot write at once.
    """
    path = _path(case)
    fresh = path.with_suffix(".csv.new")
    try:
        lock = fresh.open("x", encoding="utf-8", newline="")
    except FileExistsError as error:
        raise UsageError(
            f"{fresh}: another `decide` is writing, or one was killed: then remove this file"
        ) from error
    except OSError as error:
        raise UsageError(f"{fresh}: cannot be written: {error.strerror}") from error
    try:
        with lock:
            text = path.read_bytes().decode("utf-8") if path.is_file() else ""
            lines = list(io.StringIO(text, newline=""))
            yield lines
            lock.write("".join(lines))
        if path.is_file():
            shutil.copymode(path, fresh)
        fresh.replace(path)
    except BaseException as error:
        fresh.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise UsageError(f"{path}: cannot be written: {error.strerror}") from error
        if isinstance(error, UnicodeDecodeError):
            raise UsageError(f"{path}: not UTF-8 at byte {error.start}: save it so") from error
        raise
