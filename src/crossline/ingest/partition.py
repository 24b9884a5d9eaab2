"""One source, read in a worker: its events go to a spool file, its counts come back.

The spool file lies under the store's folder and lives until its commit; a run that was killed
leaves it behind, and the next run removes it.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from crossline.events import ReadSettings, batches
from crossline.evidence import Source
from crossline.tables import TABLES

__all__ = ["Part", "Partition", "read_partition"]

_EVENTS = TABLES["events"].schema
# A file of millions of broken records must not fill the memory: further ones are counted by reason.
_MOST_PROBLEMS = 10_000


@dataclass(frozen=True, slots=True)
class Partition:
    """What a worker is to read, and where it may spool."""

    source: Source
    base: Path
    settings: ReadSettings
    spool: Path


@dataclass(frozen=True, slots=True)
class Part:
    """What came of one source: counts, problems, and the events in the file `spool`."""

    source: Source
    spool: Path
    spooled_bytes: int
    read: int
    kept: int
    rejected: int
    withheld: int
    first_time: datetime | None
    last_time: datetime | None
    problems: pa.Table


def read_partition(partition: Partition) -> Part:
    """Read one source to the end; events are spooled in batches, so memory stays flat."""
    counts = dict.fromkeys(("read", "kept", "rejected", "withheld"), 0)
    times: list[datetime] = []
    problems: list[pa.Table] = []
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    with pa.ipc.new_file(str(partition.spool), _EVENTS, options=options) as spool:
        for batch in batches(partition.source, partition.base, partition.settings):
            if batch.events.num_rows:
                spool.write_batch(batch.events)
                span = pc.min_max(batch.events["time"]).as_py()
                times += [time for time in span.values() if time is not None]
            for name in counts:
                counts[name] += getattr(batch, name)
            if batch.problems.num_rows:
                problems = _bounded([*problems, batch.problems])
    return Part(
        source=partition.source,
        spool=partition.spool,
        spooled_bytes=partition.spool.stat().st_size,
        first_time=min(times, default=None),
        last_time=max(times, default=None),
        problems=pa.concat_tables(problems)
        if problems
        else TABLES["problems"].schema.empty_table(),
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
