"""One source to Arrow batches: the one way from evidence to events."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import pyarrow as pa

from crossline.events.problems import Problems
from crossline.events.read_settings import ReadSettings
from crossline.events.rows import Rows
from crossline.events.times import Clock
from crossline.evidence import Fault, Records, Source, read
from crossline.kernel.ids import digest

__all__ = ["Batch", "batches", "reader_version"]

MOST_BATCH_BYTES = 64 * 2**20
"""Text of records after which a batch ends. Reason: keeps a worker's memory flat (ENGINE.md)."""
MOST_BATCH_FIELDS = 2_000_000
"""Fields after which a batch ends. Reason: many small fields take more memory than their text."""
_FINGERPRINT_BYTES = 1024
# To be raised when the same bytes would give other events than before.
_VERSION = 3


@dataclass(frozen=True, slots=True)
class Batch:
    """Consecutive records of one source.

    `events` has the schema of the table `events`, `problems` that of `problems`. The counts are
    records of this batch: read = kept + rejected + withheld, kept = rows of `events`, rejected =
    the sum of `count` over problems of kind "record" and "chunk".
    """

    events: pa.RecordBatch
    problems: pa.Table
    read: int
    kept: int
    rejected: int
    withheld: int


def reader_version() -> str:
    """What the stored events depend on besides bytes and settings: reader and EVTX library."""
    return f"{_VERSION}/evtx-{metadata.version('evtx')}"


def batches(
    source: Source, base: Path, settings: ReadSettings, rows: int = 25_000
) -> Iterator[Batch]:
    """Read one source to events, in batches of that many records, or less if they are large.

    The same content and settings give the same batches. There is at least one batch. Never raises
    for what the evidence holds: that is in `problems`.

    Raises:
        UsageError: the settings name a time zone that does not exist.
    """
    filling = _Filling(source, settings, rows)
    for item in read(source, base):
        if isinstance(item, Fault):
            filling.note(item)
        else:
            yield from filling.take(item)
    yield filling.batch()


class _Filling:
    """The batch that is being filled, and where in the source it stands."""

    def __init__(self, source: Source, settings: ReadSettings, most_rows: int) -> None:
        self._source = source
        self._clock = Clock(settings)
        self._settings = settings
        self._most_rows = most_rows
        self._position = 0
        self._fingerprint = ""
        self._start()

    def _start(self) -> None:
        self._problems = Problems(self._source)
        self._rows = Rows(self._source, self._settings, self._clock, self._problems)
        self._read = 0
        self._bytes = 0

    def note(self, fault: Fault) -> None:
        """A fault stands for as many records as it says, which take their positions."""
        if fault.kind in ("record", "chunk"):
            self._position += fault.count
            self._read += fault.count
        self._problems.add(fault.kind, fault.locator, fault.reason, fault.count, self._position)

    def take(self, records: Records) -> Iterator[Batch]:
        """Add records; gives the batches that they fill."""
        if not self._fingerprint:
            self._fingerprint = digest(records.texts[0][:_FINGERPRINT_BYTES])
        start, last = 0, len(records.texts)
        while start < last:
            stop = min(last, start + max(1, self._most_rows - self._read))
            self._rows.add(records, start, stop, self._position + 1, self._fingerprint)
            self._position += stop - start
            self._read += stop - start
            self._bytes += sum(map(len, records.texts[start:stop]))
            start = stop
            if self._is_full():
                yield self.batch()
                self._start()

    def _is_full(self) -> bool:
        return (
            self._read >= self._most_rows
            or self._bytes >= MOST_BATCH_BYTES
            or self._rows.fields >= MOST_BATCH_FIELDS
        )

    def batch(self) -> Batch:
        """What was filled so far."""
        events = self._rows.batch()
        return Batch(
            events=events,
            problems=self._problems.table(),
            read=self._read,
            kept=len(self._rows),
            rejected=self._problems.rejected,
            withheld=self._rows.withheld,
        )
