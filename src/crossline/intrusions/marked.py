"""Undetected events that hold what marks a story: its addresses, names, files, pages, processes.

One scan of the stored events for all stories. A value marks a story if detected events of the story
hold it and few machines of the estate do; the supplier's own addresses mark nothing, as its staff
comes from there too.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from math import log2

import pyarrow as pa
import pyarrow.compute as pc

from crossline.intrusions.estate import DAY_US, Estate, with_machine
from crossline.intrusions.linked import Linked
from crossline.intrusions.long_fields import long_fields
from crossline.intrusions.machines import Machines
from crossline.intrusions.stories import Story
from crossline.intrusions.values import plain_address, shared_values
from crossline.intrusions.vocabulary import KINDS
from crossline.settings import IntrusionSettings
from crossline.store import Tables

__all__ = ["Marks", "marked_events", "marks_of", "with_reached"]

Value = tuple[str, str]
Holders = Mapping[Value, Sequence[int]]

_COLUMNS = ("event_id", "organisation", "host", "time", "format", "event_code", "fields")
_SEPARATOR = "\x1f"
_WORDS = {kind.name: kind.words for kind in KINDS if kind.family != "account"}
_NETWORK = frozenset(kind.name for kind in KINDS if kind.family == "network")
_PROCESS = "process"
_GUIDS = frozenset({"ProcessGuid", "SourceProcessGuid", "SourceProcessGUID"})
# More events than this with one value are no sign of one intruder; the value is let go.
_MOST_EVENTS = 50_000


@dataclass(frozen=True, slots=True)
class Marks:
    """The values that mark one story."""

    story: Story
    values: frozenset[Value]


@dataclass(frozen=True, slots=True)
class _Row:
    event_id: str
    host: str
    format: str
    time: int
    machine: str


def marks_of(
    story: Story,
    places: Mapping[str, int],
    holders: Holders,
    machines: Machines,
    suppliers: Iterable[str],
) -> Marks:
    """The values that detected events of a story hold.

    Args:
        story: the story.
        places: index of each detected event of the organisation.
        holders: those events, by index, that hold a value, by (kind, text).
        machines: the estate's own addresses.
        suppliers: addresses and networks of suppliers.
    """
    own = {places[node.event_id] for node in story.nodes}
    values = {
        value
        for value, members in holders.items()
        if value[0] in _WORDS and not own.isdisjoint(members)
    }
    started = {
        (_PROCESS, node.process.guid) for node in story.nodes if node.creates and node.process.guid
    }
    return Marks(story, _outside(values, story, machines, suppliers) | started)


def _outside(
    values: Iterable[Value], story: Story, machines: Machines, suppliers: Iterable[str]
) -> frozenset[Value]:
    """The values without addresses of the estate and of suppliers."""
    return frozenset(
        (kind, text)
        for kind, text in values
        if kind != "address" or _is_outside(story.organisation, text, machines, suppliers)
    )


def _is_outside(organisation: str, text: str, machines: Machines, suppliers: Iterable[str]) -> bool:
    plain = plain_address(text)
    if not plain or (organisation, plain) in machines.known:
        return False
    address = ip_address(plain)
    return not any(address in ip_network(network, strict=False) for network in suppliers)


def marked_events(
    tables: Tables,
    machines: Machines,
    marks: Sequence[Marks],
    estate: Estate,
    settings: IntrusionSettings,
) -> dict[str, list[Linked]]:
    """By intrusion id the events that hold its marks near its time, without the detected ones."""
    wanted: dict[str, list[Marks]] = {}
    for one in marks:
        for kind, text in one.values:
            key = _SEPARATOR.join((one.story.organisation, kind, text))
            wanted.setdefault(key, []).append(one)
    found = _holding(tables, machines, wanted)
    linked: dict[str, dict[str, Linked]] = {one.story.intrusion_id: {} for one in marks}
    sizes = {
        name: (estate.host_days(name), estate.machines(name))
        for name in sorted({one.story.organisation for one in marks})
    }
    for key, rows in sorted(found.items()):
        organisation, kind, text = key.split(_SEPARATOR, 2)
        days = {(row.machine, row.time // DAY_US) for row in rows}
        host_days, all_machines = sizes[organisation]
        if kind == _PROCESS or _is_rare(days, all_machines, settings):
            bits = log2((host_days + settings.world_host_days) / len(days))
            for row in rows:
                _give(row, kind, text, bits, wanted[key], linked, settings)
    return {
        name: sorted(events.values(), key=lambda one: (one.time, one.event_id))
        for name, events in linked.items()
    }


def with_reached(
    tables: Tables,
    machines: Machines,
    marks: Sequence[Marks],
    linked: Mapping[str, Sequence[Linked]],
    suppliers: Iterable[str],
) -> list[Marks]:
    """The marks with the addresses and names outside that the events found by them hold.

    So the server that a tool reports to marks its story although no rule saw the connection.
    """
    story_of = {event.event_id: name for name, events in linked.items() for event in events}
    found: dict[str, set[Value]] = {}
    ids = pa.array(sorted(story_of), pa.string())
    for batch in tables.scan("events", ("event_id", "event_code", "fields"), ("event_id", ids)):
        shared = shared_values(batch["fields"], batch["event_code"])
        names = batch["event_id"].take(shared["row"].combine_chunks()).to_pylist()
        values = zip(shared["kind"].to_pylist(), shared["text"].to_pylist(), strict=True)
        for event, (kind, text) in zip(names, values, strict=True):
            if event in story_of and kind in _NETWORK:
                found.setdefault(story_of[event], set()).add((kind, text))
    return [
        Marks(
            one.story,
            one.values
            | _outside(found.get(one.story.intrusion_id, ()), one.story, machines, suppliers),
        )
        for one in marks
    ]


def _holding(tables: Tables, machines: Machines, wanted: Iterable[str]) -> dict[str, list[_Row]]:
    """The events with each of these keys; none for a key that too many have."""
    keys = pa.array(sorted(wanted), pa.string())
    found: dict[str, list[_Row]] = {}
    dropped: set[str] = set()
    if not len(keys):
        return found
    for batch in tables.scan("events", _COLUMNS):
        for row in _matches(batch, keys, machines).to_pylist():
            key = row.pop("key")
            if key not in dropped:
                found.setdefault(key, []).append(_Row(**row))
                if len(found[key]) > _MOST_EVENTS:
                    dropped.add(key)
                    del found[key]
    return found


def _matches(batch: pa.RecordBatch, keys: pa.Array, machines: Machines) -> pa.Table:
    events = batch.filter(pc.is_valid(batch["time"]))
    shared = shared_values(events["fields"], events["event_code"])
    long = long_fields(events["fields"], _GUIDS)
    guids = pa.table(
        {
            "row": long["row"],
            "kind": pa.repeat(pa.scalar(_PROCESS), len(long)),
            "text": pc.utf8_lower(pc.utf8_trim(long["value"], "{} ")),
        }
    )
    values = pa.concat_tables([shared, guids])
    rows = values["row"].combine_chunks()
    key = pc.binary_join_element_wise(
        events["organisation"].take(rows), values["kind"], values["text"], _SEPARATOR
    )
    keep = pc.is_in(key, keys)
    rows, key = rows.filter(keep), key.filter(keep)
    named = {
        name: pc.fill_null(events[name].take(rows), "") for name in ("event_id", "host", "format")
    }
    return pa.table(
        named
        | {
            "time": events["time"].cast(pa.int64()).take(rows),
            "machine": with_machine(events, machines).take(rows),
            "key": key,
        }
    )


def _is_rare(days: set[tuple[str, int]], machines: int, settings: IntrusionSettings) -> bool:
    """Whether few of the estate's machines hold a value, which occurs on these host-days."""
    holders = len({machine for machine, _ in days})
    return holders <= max(settings.mark_machines, settings.common_share * machines)


def _give(
    row: _Row,
    kind: str,
    text: str,
    bits: float,
    among: Sequence[Marks],
    linked: Mapping[str, dict[str, Linked]],
    settings: IntrusionSettings,
) -> None:
    """Put an event into the story that it is nearest to in time, if it is near."""
    near = min(among, key=lambda one: (_away(one.story, row.time), one.story.intrusion_id))
    if _away(near.story, row.time) > settings.network_window_d * DAY_US:
        return
    words = _WORDS.get(kind, "same process")
    reason = f"{words} {text[:80]} as detected events of the story"
    step = f"{row.format} record, {words}"
    held = linked[near.story.intrusion_id]
    if row.event_id not in held or held[row.event_id].bits < bits:
        held[row.event_id] = Linked(row.event_id, row.host, "", row.time, reason, bits, step)


def _away(story: Story, time: int) -> int:
    """Distance of a time from the story's detected events, 0 inside its span."""
    return max(story.nodes[0].time - time, time - story.nodes[-1].time, 0)
