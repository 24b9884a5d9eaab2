"""Observed data: the records that intrusions rest on, with what each names."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec
import pyarrow as pa

from crossline.report.facts import Facts
from crossline.report.machines.frame import numbers, timestamp
from crossline.report.machines.ids import content_id
from crossline.report.machines.objects import Observable, ObservedData, Process
from crossline.report.machines.observables import file_of, observables, telling
from crossline.report.machines.rows import EventRow, StepRow, typed

__all__ = ["Observed", "observe"]

# Reason: a bundle stays under some 40 MB; what imports it holds it whole in memory.
_MOST_EVENTS, _MOST_BYTES = 10_000, 20_000_000


@dataclass
class Observed:
    """Observed data by event, the observables by id, the process that each event speaks of.

    `left_out` counts events beyond what a bundle holds, `untimed` those without a usable time,
    which STIX cannot state.
    """

    data: dict[str, ObservedData] = field(default_factory=dict)
    observables: dict[str, Observable] = field(default_factory=dict)
    processes: dict[str, str] = field(default_factory=dict)
    left_out: int = 0
    untimed: int = 0


def observe(facts: Facts, steps: list[StepRow]) -> Observed:
    """The events of the steps: those of every intrusion in turn, the most telling first."""
    order = list(dict.fromkeys(_in_turn(steps)))
    rows: dict[str, EventRow] = {}
    table = facts.events(
        pa.array(order[:_MOST_EVENTS], pa.string()), list(EventRow.__struct_fields__)
    )
    for row in typed(table, EventRow):
        # A record seen in two files stands twice: the first place is quoted.
        rows.setdefault(row.event_id, row)
    files, seen, size = _log_files(facts), Observed(), 0
    for event in order:
        row_or_none = rows.get(event)
        if row_or_none is None or size >= _MOST_BYTES:
            seen.left_out += 1
        elif row_or_none.time is None:
            seen.untimed += 1
        else:
            size += sum(len(value or "") for _, value in row_or_none.fields)
            _observe(seen, row_or_none, files[row_or_none.source_id])
    return seen


def _in_turn(steps: list[StepRow]) -> Iterator[str]:
    """Event ids: first the strongest of each intrusion, then the second of each, and so on."""
    ranked = sorted(
        steps, key=lambda step: (step.role != "detected", -(step.link_bits or 0), step.event_id)
    )
    places: dict[str, int] = {}
    turns = []
    for step in ranked:
        turn = places[step.intrusion_id] = places.get(step.intrusion_id, -1) + 1
        turns.append((turn, step.intrusion_id, step.event_id))
    return (event for _, _, event in sorted(turns))


def _log_files(facts: Facts) -> dict[str, tuple[str, list[Observable]]]:
    """For each source its SHA-256 and its file as an observable."""
    names = ["source_id", "evidence_path", "member", "sha256"]
    found = {}
    for row in facts.sources.select(names).to_pylist():
        path = row["member"] or row["evidence_path"]
        name = path.rsplit("/", 1)[-1]
        found[row["source_id"]] = (row["sha256"], file_of(name, {"SHA-256": row["sha256"]}))
    return found


def _observe(seen: Observed, row: EventRow, log: tuple[str, list[Observable]]) -> None:
    sha256, file = log
    found = [*observables(telling(row.fields), row.event_id), *file]
    for each in found:
        _keep(seen.observables, each)
    process = _acting([each for each in found if isinstance(each, Process)])
    if process:
        seen.processes[row.event_id] = process.id
    time = timestamp(row.time)  # type: ignore[arg-type]
    seen.data[row.event_id] = ObservedData(
        id=content_id("observed-data", row.event_id),
        first_observed=time,
        last_observed=time,
        number_observed=1,
        object_refs=tuple(sorted(each.id for each in found)),
        extensions=_place(row, sha256),
    )


def _acting(processes: list[Process]) -> Process | None:
    """The process that did what the event tells: not the parent of another."""
    parents = {each.parent_ref for each in processes}
    return next((each for each in processes if each.id not in parents), None)


def _keep(found: dict[str, Observable], each: Observable) -> None:
    """Of two observables with one id the one that says more is kept, in any order of events."""
    there = found.get(each.id)
    if there is None or _weight(each) > _weight(there):
        found[each.id] = each


def _weight(each: Observable) -> tuple[int, bytes]:
    text = msgspec.json.encode(each, order="sorted")
    return len(text), text


def _place(row: EventRow, sha256: str) -> dict[str, dict[str, object]]:
    return numbers(
        row_id=row.event_id,
        evidence_path=row.evidence_path,
        member=row.member,
        locator=row.locator,
        sha256=sha256,
        host=row.host,
        channel=row.channel,
        provider=row.provider,
        event_code=row.event_code,
        record_id=row.record_id,
        time_basis=row.time_basis,
        time_uncertainty_s=row.time_uncertainty_s,
    )
