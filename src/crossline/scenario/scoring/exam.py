"""One case laid beside the truth of its world: which event is which, which story is whose."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from crossline.kernel.errors import UsageError

__all__ = ["Exam", "Row"]

Row = Mapping[str, Any]

_TRUTH_EVENTS = "truth_events"
_BY_POSITION = ("winsec", "winsystem", "sysmon", "powershell", "win_other")
"""Record ids of Windows repeat after a clear; these events are known by their place in the file."""


class Exam:
    """The tables of a case's report and the truth of its world, and how they match.

    A table that the case does not have is empty: what a stage does not deliver scores zero.
    """

    def __init__(self, truth: Path, case: Path) -> None:
        """Lay a case beside a truth.

        Args:
            truth: the folder of the truth tables.
            case: the case folder; its report's tables are read, and its side tables.

        Raises:
            UsageError: the folder holds no truth, or the case no report.
        """
        if not (truth / f"{_TRUTH_EVENTS}.parquet").is_file():
            raise UsageError(f"{truth}: no truth; name the folder that `scenario build` wrote")
        if not (case / "report" / "tables").is_dir():
            raise UsageError(f"{case}: no report; run `crossline run {case}` first")
        self._truth, self.case = truth, case
        self._rows: dict[str, list[Row]] = {}

    def truth(self, name: str) -> list[Row]:
        """The rows of a truth table, named without `truth_`."""
        return self._read(self._truth / f"truth_{name}.parquet")

    def found(self, name: str) -> list[Row]:
        """The rows of a table of the report; none if it is absent."""
        return self._read(self._table(name))

    def _table(self, name: str) -> Path:
        return self.case / "report" / "tables" / f"{name}.parquet"

    def _read(self, path: Path) -> list[Row]:
        if str(path) not in self._rows:
            there = path.is_file()
            self._rows[str(path)] = pq.read_table(path).to_pylist() if there else []
        return self._rows[str(path)]

    @cached_property
    def events(self) -> Mapping[str, Row]:
        """The truth of each record by its uid; second copies are not records of their own."""
        return {row["event_uid"]: row for row in self.truth("events") if not row["duplicate_of"]}

    @cached_property
    def malicious(self) -> Mapping[str, Row]:
        """The intruders' records that a log shows, by uid."""
        return {
            uid: row
            for uid, row in self.events.items()
            if row["label"] == "malicious" and row["visible"]
        }

    @cached_property
    def uid_of(self) -> Mapping[str, str]:
        """The uid of each of the case's events that the truth knows; noise is not there."""
        events, truth = self._table("events"), self._truth / f"{_TRUTH_EVENTS}.parquet"
        if not events.is_file():
            return {}
        matched = duckdb.execute(
            """
            select e.event_id, coalesce(t.duplicate_of, t.event_uid)
            from read_parquet($events) e join read_parquet($truth) t
              on e.organisation = t.org
             and regexp_replace(e.evidence_path, '^evidence/', '')
               = regexp_replace(t.file, '^evidence/', '')
             and case when list_contains($by_position, t.format) then e.position = t.position
                      else e.locator = t.line_or_record end
            order by all
            """,
            {"events": str(events), "truth": str(truth), "by_position": list(_BY_POSITION)},
        ).fetchall()
        return dict(matched)

    @cached_property
    def event_ids(self) -> Mapping[str, frozenset[str]]:
        """The case's events of each uid; a record that stands twice may be either."""
        found = defaultdict(set)
        for event, uid in self.uid_of.items():
            found[uid].add(event)
        return {uid: frozenset(events) for uid, events in found.items()}

    @cached_property
    def detected(self) -> list[Row]:
        """The detections that stand: neither suppressed nor cleared."""
        cleared = {row["detection_id"] for row in self.found("cleared")}
        return [
            row
            for row in self.found("detections")
            if not row["suppressed_by"] and row["detection_id"] not in cleared
        ]

    @cached_property
    def stories(self) -> Mapping[str, frozenset[str]]:
        """The events of each story of the case."""
        found: dict[str, set[str]] = {
            row["intrusion_id"]: set() for row in self.found("intrusions")
        }
        for row in self.found("intrusion_events"):
            found.setdefault(row["intrusion_id"], set()).add(row["event_id"])
        return {story: frozenset(events) for story, events in found.items()}

    @cached_property
    def shares(self) -> Mapping[str, Counter[str]]:
        """By story, how many of its events belong to each intrusion of the truth."""
        return {
            story: Counter(
                self.malicious[uid]["intrusion"]
                for uid in {self.uid_of.get(event, "") for event in events}
                if uid in self.malicious
            )
            for story, events in self.stories.items()
        }

    @cached_property
    def story_of(self) -> Mapping[str, str]:
        """The story that stands for each intrusion of the truth: one to one, best overlap first."""
        pairs = sorted(
            (-count, truth, story)
            for story, counts in self.shares.items()
            for truth, count in counts.items()
        )
        found: dict[str, str] = {}
        taken: set[str] = set()
        for _, truth, story in pairs:
            if truth not in found and story not in taken:
                found[truth] = story
                taken.add(story)
        return found

    @cached_property
    def intrusion_of(self) -> Mapping[str, str]:
        """The intrusion of the truth that each story tells, by the most of its events."""
        return {
            story: min(counts, key=lambda truth: (-counts[truth], truth))
            for story, counts in self.shares.items()
            if counts
        }

    @cached_property
    def intrusions(self) -> Mapping[str, Row]:
        """The intrusions of the truth that left something in the logs, by id."""
        return {row["intrusion"]: row for row in self.truth("intrusions") if row["n_visible"]}
