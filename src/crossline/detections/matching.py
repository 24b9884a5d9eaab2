"""Rules over batches of events, with the columns that say where each hit stands."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from crossline.sigma import Plan, correlate, match
from crossline.tables import TABLES

__all__ = ["EVENT_COLUMNS", "MATCH_COLUMNS", "Found", "correlated", "found_in"]

# What a hit keeps of its event.
EVENT_COLUMNS = (
    "event_id", "organisation", "format", "host", "time", "channel", "event_code", "record_id",
    "evidence_path", "member", "locator",
)  # fmt: skip
# What is read of an event to match it.
MATCH_COLUMNS = (*EVENT_COLUMNS, "provider", "fields")

_PLACE = pa.schema([TABLES["events"].schema.field(name) for name in EVENT_COLUMNS])


@dataclass(frozen=True, slots=True)
class Found:
    """What rules found in some events.

    `hits`: rule (index into the plan's rules), matched, and the event's columns. `signals`: what
    correlations need of the rules they refer to; `signal_events`: the columns of their events.
    `checked`: events looked at by class.
    """

    hits: pa.Table
    signals: pa.Table
    signal_events: pa.Table
    checked: Counter[str]


def found_in(plan: Plan, events: Iterable[pa.RecordBatch]) -> Found:
    """Match batches of events, each within one organisation."""
    hits, signals, places = [], [], []
    checked: Counter[str] = Counter()
    for batch in events:
        matches = match(plan, batch)
        where = batch.select(list(EVENT_COLUMNS))
        hits.append(_joined(matches.hits, where))
        signals.append(matches.signals)
        places.append(pa.Table.from_batches([where]).take(pc.unique(matches.signals["row"])))
        checked.update(matches.checked)
    return Found(_concat(hits), _concat(signals), _concat(places), checked)


def _concat(tables: list[pa.Table]) -> pa.Table:
    return pa.concat_tables(tables).combine_chunks() if tables else pa.table({})


def _joined(hits: pa.Table, where: pa.RecordBatch) -> pa.Table:
    """The hits with the columns of their events instead of row numbers."""
    places = pa.Table.from_batches([where]).take(hits["row"])
    for name in ("rule", "matched"):
        places = places.append_column(name, hits[name])
    return places
