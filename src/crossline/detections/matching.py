"""Rules over batches of events, with the columns that say where each hit stands."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from crossline.sigma import Plan, correlate, match
from crossline.tables import TABLES

__all__ = ["MATCH_COLUMNS", "PLACE", "Found", "correlated", "found_in", "together"]

PLACE = pa.schema(
    [
        TABLES["events"].schema.field(name)
        for name in (
            "event_id",
            "organisation",
            "format",
            "host",
            "time",
            "channel",
            "event_code",
            "record_id",
            "evidence_path",
            "member",
            "locator",
        )
    ]
)
"""What a hit keeps of its event."""

MATCH_COLUMNS = (*PLACE.names, "provider", "fields")
"""What is read of an event to match it."""

_MATCHED = TABLES["detections"].schema.field("matched").type
_HITS = pa.schema(
    [
        *PLACE,
        pa.field("rule", pa.int32()),
        pa.field("matched", _MATCHED),
        pa.field("suppressed_by", pa.string()),
    ]
)


@dataclass(frozen=True, slots=True)
class Found:
    """What rules found in some events.

    `hits`: the event's `PLACE`, `rule` (number in the plan), `matched` and
    `suppressed_by` (the id of a filter). `signals`: the `PLACE`
    of events that correlations count, with `rule` and the values they ask for. `checked`: per
    rule, the events of its log source.
    """

    hits: pa.Table
    signals: pa.Table
    checked: NDArray[np.int64]


def found_in(plan: Plan, events: Iterable[pa.RecordBatch]) -> Found:
    """Match batches of events."""
    found = []
    for batch in events:
        matches = match(plan, batch)
        where = pa.Table.from_batches([batch.select(PLACE.names)])
        hits = _placed(where, matches.hits)
        found.append(Found(hits, _placed(where, matches.signals), matches.events_checked))
    return together(plan, found)


def together(plan: Plan, found: Iterable[Found]) -> Found:
    """The sum of what was found in several places."""
    parts = list(found)
    checked = np.zeros(len(plan.rules), np.int64)
    for part in parts:
        checked += part.checked
    hits = pa.concat_tables([_HITS.empty_table(), *(part.hits for part in parts)])
    signals = [part.signals for part in parts if part.signals.num_rows]
    return Found(hits, pa.concat_tables(signals) if signals else PLACE.empty_table(), checked)


def _placed(where: pa.Table, found: pa.Table) -> pa.Table:
    """What was found, with its event's columns in place of the row's number."""
    rows = where.take(found["row"])
    for name in found.column_names:
        if name != "row" and name not in rows.column_names:
            rows = rows.append_column(name, found[name])
    return rows


def correlated(plan: Plan, signals: pa.Table) -> Iterator[dict[str, object]]:
    """Findings of the correlations, each within one organisation.

    Yields dicts with the `PLACE` of the completing event, `rule`, `matched` (the group's values)
    and `event_ids`.
    """
    for organisation in pc.unique(signals["organisation"]).to_pylist() if signals.num_rows else []:
        own = _once(signals.filter(pc.equal(signals["organisation"], organisation)))
        findings = correlate(plan, own).to_pylist()
        last = pa.array({finding["event_ids"][-1] for finding in findings}, pa.string())
        places = own.filter(pc.is_in(own["event_id"], last)).select(PLACE.names).to_pylist()
        by_event = {row["event_id"]: row for row in places}
        for finding in findings:
            yield {
                **by_event[finding["event_ids"][-1]],
                "time": finding["time"],
                "rule": finding["rule"],
                "matched": finding["group"],
                "event_ids": sorted(finding["event_ids"]),
            }


def _once(signals: pa.Table) -> pa.Table:
    """Each event of a rule once, also where the same record stands in two files."""
    numbered = signals.append_column("number", pa.array(range(signals.num_rows), pa.int64()))
    first = numbered.group_by(["rule", "event_id"]).aggregate([("number", "min")])
    return signals.take(sorted(first["number_min"].to_pylist()))
