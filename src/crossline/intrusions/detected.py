"""The detections that count, and the events they fired on."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc

from crossline.intrusions.machines import Machines
from crossline.intrusions.nodes import Fired, Node, make_nodes
from crossline.intrusions.values import shared_values
from crossline.store import Tables
from crossline.tables import TABLES

__all__ = ["Detected", "read_detected"]

_EVENT_COLUMNS = ("event_id", "organisation", "host", "time", "format", "event_code", "fields")
_DETECTION_COLUMNS = (
    "detection_id", "rule_id", "rule_title", "level", "techniques", "suppressed_by", "kind",
    "rests_on",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Detected:
    """The detected events of one organisation.

    `nodes` stand in order of (time, event id); `holders` gives the nodes, by index, that hold a
    value, by (kind, text).
    """

    organisation: str
    nodes: tuple[Node, ...]
    holders: Mapping[tuple[str, str], tuple[int, ...]]

    def without(self, detections: Container[str]) -> "Detected":
        """The same without these detections, and without events that no other one fired on."""
        kept = [
            replace(node, fired=tuple(f for f in node.fired if f.detection_id not in detections))
            for node in self.nodes
        ]
        places = [index for index, node in enumerate(kept) if node.fired]
        now = {before: index for index, before in enumerate(places)}
        holders = {
            value: tuple(now[index] for index in members if index in now)
            for value, members in self.holders.items()
        }
        return Detected(self.organisation, tuple(kept[index] for index in places), holders)


def read_detected(tables: Tables, machines: Machines) -> tuple[list[Detected], dict[str, str]]:
    """Read the detections that nothing suppresses and the events that they rest on.

    Returns:
        The detected events of each organisation, and by detection id why a detection is left out.
    """
    detections = tables.read("detections", _DETECTION_COLUMNS)
    suppressed = pc.is_valid(detections["suppressed_by"])
    left_out = {
        row["detection_id"]: f"suppressed by {row['suppressed_by']}"
        for row in detections.filter(suppressed).to_pylist()
    }
    counted = detections.filter(pc.invert(suppressed))
    events = _events(tables, counted)
    fired = _fired(counted, dict(zip(*_columns(events, "event_id", "time"), strict=True)))
    placed = {one.detection_id for rules in fired.values() for one in rules}
    for detection in counted["detection_id"].to_pylist():
        if detection not in placed:
            left_out[detection] = "its event has no usable time, or is not in the store"
    events = events.filter(pc.is_in(events["event_id"], pa.array(sorted(fired), pa.string())))
    return [
        _of_organisation(name, events, fired, machines)
        for name in sorted(pc.unique(events["organisation"]).to_pylist())
    ], left_out


def _of_organisation(
    name: str, events: pa.Table, fired: Mapping[str, tuple[Fired, ...]], machines: Machines
) -> Detected:
    own = events.filter(pc.equal(events["organisation"], name)).combine_chunks()
    found = shared_values(own["fields"].chunk(0), own["event_code"].combine_chunks())
    holders: dict[tuple[str, str], list[int]] = {}
    columns = [found[column].to_pylist() for column in ("row", "kind", "text")]
    for row, kind, text in sorted(zip(*columns, strict=True)):
        holders.setdefault((kind, text), []).append(row)
    return Detected(
        name,
        tuple(make_nodes(own, fired, machines)),
        {value: tuple(members) for value, members in holders.items()},
    )


def _columns(rows: pa.Table, *names: str) -> list[list[str]]:
    return [rows[name].to_pylist() for name in names]


def _events(tables: Tables, detections: pa.Table) -> pa.Table:
    """The events under the detections that have a time, each once, by (time, event id)."""
    ids = pc.unique(pc.list_flatten(detections["rests_on"])).drop_null()
    if not len(ids):
        ids = pa.array([], pa.string())
    batches = list(tables.scan("events", _EVENT_COLUMNS, ("event_id", ids)))
    schema = pa.schema([TABLES["events"].schema.field(name) for name in _EVENT_COLUMNS])
    rows = pa.Table.from_batches(batches, schema)
    rows = rows.filter(pc.is_valid(rows["time"]))
    if not rows.num_rows:
        return rows
    rows = rows.set_column(3, "time", rows["time"].cast(pa.int64()))
    order = [("time", "ascending"), ("event_id", "ascending"), ("host", "ascending")]
    rows = rows.take(pc.sort_indices(rows.drop_columns(["fields"]), sort_keys=order))
    places = rows.append_column("place", pa.array(range(rows.num_rows), pa.int64()))
    once = places.select(["event_id", "place"]).group_by("event_id").aggregate([("place", "min")])
    return rows.take(once["place_min"].combine_chunks().sort()).combine_chunks()


def _fired(detections: pa.Table, times: Mapping[str, int]) -> dict[str, tuple[Fired, ...]]:
    """The detections of each event; a correlation stands on the event that completed it."""
    fired: dict[str, list[Fired]] = {}
    for row in detections.to_pylist():
        one = Fired(
            row["detection_id"], row["rule_id"], row["rule_title"] or row["rule_id"],
            row["level"] or "", tuple(row["techniques"] or ()),
        )  # fmt: skip
        events = [event for event in row["rests_on"] or () if event in times]
        if row["kind"] == "correlation" and events:
            events = [max(events, key=lambda event: (times[event], event))]
        for event in events:
            fired.setdefault(event, []).append(one)
    return {event: _by_weight(rules) for event, rules in fired.items()}


_LEVELS = ("critical", "high", "medium", "low", "informational", "")


def _by_weight(rules: Sequence[Fired]) -> tuple[Fired, ...]:
    return tuple(
        sorted(rules, key=lambda one: (_LEVELS.index(one.level), one.title, one.detection_id))
    )
