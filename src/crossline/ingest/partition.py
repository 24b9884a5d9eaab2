"""One source, read in a worker: its events are written, what came of it goes back.

The files that a worker writes are no part of the table until the coordinator commits them; what a
killed run leaves is written over or swept away by the next.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from crossline.events import ReadSettings, batches
from crossline.evidence import Source
from crossline.store import NewFile, write_files
from crossline.tables import TABLES

__all__ = ["Part", "Partition", "read_partition"]

_NO_PROBLEMS = TABLES["problems"].schema.empty_table()
# A file of millions of broken records must not fill the memory: further ones are counted by reason.
_MOST_PROBLEMS = 10_000


@dataclass(frozen=True, slots=True)
class Partition:
    """What a worker is to read, and the store that it writes to."""

    source: Source
    base: Path
    settings: ReadSettings
    store: Path


@dataclass(frozen=True, slots=True)
class Part:
    """What came of one source: its written events, counts and problems."""

    source: Source
    files: list[NewFile]
    read: int
    kept: int
    rejected: int
    withheld: int
    first_time: datetime | None
    last_time: datetime | None
    problems: pa.Table


def read_partition(partition: Partition) -> Part:
    """Read one source to the end; events are written batch by batch, so memory stays flat."""
    counts = dict.fromkeys(("read", "kept", "rejected", "withheld"), 0)
    times: list[datetime] = []
    problems: list[pa.Table] = []

    def events() -> Iterator[pa.RecordBatch]:
        for batch in batches(partition.source, partition.base, partition.settings):
            for name in counts:
                counts[name] += getattr(batch, name)
            if batch.problems.num_rows:
                problems[:] = _bounded([*problems, batch.problems])
            if batch.events.num_rows:
                span = pc.min_max(batch.events["time"]).as_py()
                times.extend(time for time in span.values() if time is not None)
                yield batch.events

    files = write_files(partition.store, "events", partition.source.source_id, events())
    return Part(
        source=partition.source,
        files=files,
        first_time=min(times, default=None),
        last_time=max(times, default=None),
        problems=pa.concat_tables([_NO_PROBLEMS, *problems]),
        **counts,
    )


def _bounded(problems: list[pa.Table]) -> list[pa.Table]:
    """The problems so far; above the bound, one row for each further kind and reason."""
    rows = pa.concat_tables(problems)
    if rows.num_rows <= _MOST_PROBLEMS:
        return problems
    whole, rest = rows.slice(0, _MOST_PROBLEMS), rows.slice(_MOST_PROBLEMS)
    first_of_kind: dict[tuple[str, str], dict[str, object]] = {}
    for row in rest.to_pylist():
        known = first_of_kind.setdefault((row["kind"], row["reason"]), {**row, "count": 0})
        known["count"] += row["count"]
    return [whole, pa.Table.from_pylist(list(first_of_kind.values()), rows.schema)]
