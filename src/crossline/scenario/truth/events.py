"""What became of each record of the plot and of the look-alikes; noise has no row."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa
import pyarrow.parquet as pq

from crossline.scenario.content import table
from crossline.scenario.evidence import Outcome
from crossline.scenario.truth.columns import schema_of

__all__ = ["EventTable", "Lookalike", "Told"]

_BATCH = 20_000
_PROOFS = 20
"""Look-alikes are many; so many of their clearing records are named."""


@dataclass(slots=True)
class Lookalike:
    """One look-alike in one organisation, counted."""

    play: str
    first: datetime
    count: int = 0
    proofs: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Told:
    """What the other truth tables are made from: the plot's records, the look-alikes counted."""

    plot: list[Outcome] = field(default_factory=list)
    lookalikes: dict[tuple[str, str], Lookalike] = field(default_factory=dict)
    by_intrusion: dict[str, list[Outcome]] = field(default_factory=lambda: defaultdict(list))

    def add(self, outcome: Outcome) -> None:
        """Take one record in; a second copy counts for nothing."""
        if outcome.copy_of:
            return
        if outcome.truth.label == "malicious":
            self.plot.append(outcome)
            self.by_intrusion[outcome.truth.intrusion].append(outcome)
        else:
            self._count(outcome)

    def _count(self, outcome: Outcome) -> None:
        truth, org = outcome.truth, outcome.host.organisation
        key = (truth.lookalike, org.id)
        seen = self.lookalikes.setdefault(key, Lookalike(truth.play, outcome.true_time))
        seen.count += 1
        seen.first = min(seen.first, outcome.true_time)
        clears = table("lookalikes")[truth.lookalike]["clears"]
        log = "@db" if outcome.log == org.database else outcome.log
        if log in clears and not outcome.lost_to and len(seen.proofs) < _PROOFS:
            seen.proofs.append(truth.uid)


class EventTable:
    """The file `truth_events.parquet` while it is written, batch by batch."""

    def __init__(self, folder: Path, world: str) -> None:
        """Open the file in the folder of the truth tables."""
        self._world = world
        self._schema = schema_of("truth_events")
        self._file = pq.ParquetWriter(folder / "truth_events.parquet", self._schema)
        self._rows: list[Mapping[str, Any]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._flush()
        self._file.close()

    def add(self, outcome: Outcome) -> None:
        """Write one row; a second copy has the uid of its original with a `d`."""
        truth = outcome.truth
        self._rows.append(
            {
                "event_uid": truth.uid + ("d" if outcome.copy_of else ""),
                "world": self._world,
                "org": outcome.host.organisation.label,
                "host_uid": outcome.host.name,
                "format": outcome.log,
                "file": outcome.file or None,
                "line_or_record": outcome.locator if outcome.file else None,
                "position": outcome.position or None,
                "true_time_utc": outcome.true_time,
                "logged_time_utc": outcome.logged_time,
                "label": truth.label,
                "actor": truth.actor or None,
                "intrusion": truth.intrusion or None,
                "step": truth.step or None,
                "play": truth.play,
                "technique": list(truth.techniques),
                "lookalike": truth.lookalike or None,
                "duplicate_of": outcome.copy_of or None,
                "visible": not outcome.lost_to,
                "why_invisible": outcome.lost_to or None,
            }
        )
        if len(self._rows) >= _BATCH:
            self._flush()

    def _flush(self) -> None:
        self._file.write_table(pa.Table.from_pylist(self._rows, schema=self._schema))
        self._rows.clear()
