"""Which process a detected event belongs to, and the ancestors of that process."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc

from crossline.intrusions.estate import DAY_US
from crossline.intrusions.nodes import Node, Process, process_guid, process_id, session_id
from crossline.intrusions.vocabulary import STOPS

__all__ = ["Birth", "Births", "Kin", "find_births", "kinship", "with_owners"]

# Sysmon and the Security log write the start of one process within this time of each other.
_SAME_START_US = 2_000_000


@dataclass(frozen=True, slots=True)
class Birth:
    """The record of a process's start."""

    event_id: str
    organisation: str
    machine: str
    host: str
    time: int
    format: str
    account: str
    session: str
    process: Process
    parent: Process


@dataclass(frozen=True, slots=True)
class Kin:
    """A process that a node belongs to: its own (generation 0), its parent (1), and so on."""

    key: str
    generation: int
    process: Process


@dataclass(frozen=True)
class Births:
    """Process starts by what names a process.

    `by_pid` holds the starts under one machine and process id in order of time: ids are used
    again, so the last start before an event is the process that it speaks of.
    """

    by_guid: Mapping[str, Birth]
    by_pid: Mapping[tuple[str, str, str], Sequence[Birth]]

    def of(self, organisation: str, machine: str, process: Process, time: int) -> Birth | None:
        """The start of a process that an event at this time names; None: not in the evidence."""
        if process.guid:
            return self.by_guid.get(process.guid)
        starts = self.by_pid.get((organisation, machine, process.pid), ())
        place = bisect_right(starts, time + _SAME_START_US, key=lambda birth: birth.time)
        return starts[place - 1] if place else None

    def key(self, organisation: str, machine: str, process: Process, time: int) -> str:
        """A name of the process that all its events share.

        Without a GUID and without a known start, the id counts as one process for one day.
        """
        birth = self.of(organisation, machine, process, time)
        guid = process.guid or (birth.process.guid if birth else "")
        if guid:
            return f"guid {guid}"
        start = f"started {birth.time}" if birth else f"{process.program} day {time // DAY_US}"
        return f"pid {organisation} {machine} {process.pid} {start}"


def find_births(nodes: Iterable[Node], creations: pa.Table, generations: int) -> Births:
    """The starts of the nodes' processes and of their ancestors, so many generations up.

    Args:
        nodes: the detected events.
        creations: process starts as `Context.creations` has them.
        generations: how far up to look.
    """
    if not creations.num_rows:
        return Births({}, {})
    guids, pids = _named(nodes)
    columns = _Columns(creations)
    chosen: set[int] = set()
    for _ in range(generations + 1):
        found = set(columns.rows(guids, pids)) - chosen
        chosen |= found
        parents = columns.births(found)
        guids = {birth.parent.guid for birth in parents if birth.parent.guid}
        pids = {
            (birth.organisation, birth.machine, birth.parent.pid)
            for birth in parents
            if not birth.parent.guid
        }
    return _index(columns.births(chosen))


def _named(nodes: Iterable[Node]) -> tuple[set[str], set[tuple[str, str, str]]]:
    guids, pids = set(), set()
    for node in nodes:
        for process in (node.process, node.parent):
            guids.add(process.guid)
            pids.add((node.organisation, node.machine, process.pid))
    return guids - {""}, {pid for pid in pids if pid[2]}


class _Columns:
    """The creations under normal forms, searchable by set."""

    def __init__(self, creations: pa.Table) -> None:
        self._rows = creations
        self._guid = _normal(creations["guid"], process_guid)
        pid = _normal(creations["pid"], process_id)
        self._place = pc.binary_join_element_wise(
            creations["organisation"], creations["machine"], pid, "\x1f"
        )

    def rows(self, guids: set[str], pids: set[tuple[str, str, str]]) -> list[int]:
        """Rows that start one of these processes."""
        places = pa.array(sorted("\x1f".join(pid) for pid in pids), pa.string())
        fits = pc.or_(
            pc.is_in(self._guid, pa.array(sorted(guids), pa.string())),
            pc.is_in(self._place, places),
        )
        if isinstance(fits, pa.ChunkedArray):
            fits = fits.combine_chunks()
        return list(pc.indices_nonzero(fits).to_pylist())

    def births(self, rows: Iterable[int]) -> list[Birth]:
        """The rows as records."""
        return [
            Birth(
                row["event_id"], row["organisation"], row["machine"], row["host"] or "",
                row["time"], row["format"], row["account"], session_id(row["session"]),
                Process(process_guid(row["guid"]), process_id(row["pid"]), row["image"]),
                Process(
                    process_guid(row["parent_guid"]), process_id(row["parent_pid"]),
                    row["parent_image"],
                ),
            )
            for row in self._rows.take(pa.array(sorted(rows), pa.int64())).to_pylist()
        ]  # fmt: skip


def _normal(column: pa.ChunkedArray, form: Callable[[str], str]) -> pa.Array:
    encoded = column.combine_chunks().dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    texts = pa.array([form(text) for text in encoded.dictionary.to_pylist()], pa.string())
    return texts.take(encoded.indices)


def _index(births: Iterable[Birth]) -> Births:
    by_guid: dict[str, Birth] = {}
    by_pid: dict[tuple[str, str, str], list[Birth]] = {}
    for birth in sorted(births, key=lambda birth: (birth.time, birth.event_id)):
        if birth.process.guid:
            by_guid.setdefault(birth.process.guid, birth)
        place = (birth.organisation, birth.machine, birth.process.pid)
        by_pid.setdefault(place, []).append(birth)
    return Births(by_guid, {place: _one_each(starts) for place, starts in by_pid.items()})


def _one_each(starts: Sequence[Birth]) -> list[Birth]:
    """Starts under one process id, without a second record of the same start; GUIDs stay."""
    kept: list[Birth] = []
    for birth in starts:
        if kept and birth.time - kept[-1].time <= _SAME_START_US:
            if birth.process.guid and not kept[-1].process.guid:
                kept[-1] = birth
        else:
            kept.append(birth)
    return kept


def with_owners(nodes: Sequence[Node], births: Births) -> list[Node]:
    """The nodes with account and session of their process where their own record has none.

    Taken from the process's start, else from another detected event of the same process: records
    of loaded files, pipes and accesses name no account.
    """
    owners: dict[str, tuple[str, str]] = {}
    keys = []
    for node in nodes:
        owner = node.organisation, node.machine, node.process, node.time
        birth = births.of(*owner) if node.process else None
        key = births.key(*owner) if node.process else ""
        account, session = owners.get(key, ("", ""))
        if birth:
            account, session = account or birth.account, session or birth.session
        owners[key] = (account or node.account, session or node.session)
        keys.append(key)
    owners.pop("", None)
    return [
        replace(
            node,
            account=node.account or owners.get(key, ("", ""))[0],
            session=node.session or owners.get(key, ("", ""))[1],
        )
        for node, key in zip(nodes, keys, strict=True)
    ]


def kinship(node: Node, births: Births, generations: int) -> Iterator[Kin]:
    """The node's own process and its ancestors, up to a process on which everything hangs."""
    process, parent, time = node.process, node.parent, node.time
    for generation in range(generations + 1):
        if not process:
            return
        birth = births.of(node.organisation, node.machine, process, time)
        program = process.program or (birth.process.program if birth else "")
        if program in STOPS.processes:
            return
        key = births.key(node.organisation, node.machine, process, time)
        named = Process(
            process.guid, process.pid, process.image or (birth.process.image if birth else "")
        )
        yield Kin(key, generation, named)
        if birth:
            parent, time = parent or birth.parent, birth.time
        process, parent = parent, Process()
