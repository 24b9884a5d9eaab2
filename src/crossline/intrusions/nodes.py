"""Detected events: what a story is made of."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pyarrow as pa

from crossline.intrusions.long_fields import long_fields
from crossline.intrusions.machines import Machines
from crossline.intrusions.values import plain_address
from crossline.intrusions.vocabulary import STOPS, VIEWS, View

__all__ = [
    "Fired",
    "Node",
    "Process",
    "make_nodes",
    "process_guid",
    "process_id",
    "session_id",
    "view_of",
]

DAY_US = 86_400_000_000


@dataclass(frozen=True, slots=True)
class Fired:
    """A detection on an event."""

    detection_id: str
    rule_id: str
    title: str
    level: str
    techniques: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Process:
    """A process as a record names it: GUID without braces, id in decimal, image; `` if not said."""

    guid: str = ""
    pid: str = ""
    image: str = ""

    @property
    def program(self) -> str:
        """The file name of the image, in lower case."""
        return self.image.replace("/", "\\").rpartition("\\")[2].lower()

    def __bool__(self) -> bool:
        return bool(self.guid or self.pid)


@dataclass(frozen=True, slots=True)
class Node:
    """One detected event with the rules that fired on it, and what acted in it.

    `machine` is the host under its joined name, `source` the machine of the estate from which the
    account acted on it, if the record names one, `time` in microseconds since 1970 UTC, `session`
    the LogonId in hex without prefix; `` where the record does not say. `parent` is named only by
    records that start a process (`creates`).
    """

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
    creates: bool
    fired: tuple[Fired, ...]
    source: str = ""

    @property
    def places(self) -> tuple[str, ...]:
        """The machines that the event concerns: where it happened, and where it came from."""
        return tuple(dict.fromkeys(place for place in (self.machine, self.source) if place))

    @property
    def day(self) -> int:
        """Days since 1970 UTC."""
        return self.time // DAY_US


def process_guid(text: str) -> str:
    """A process GUID in lower case without braces; `` for the empty GUID."""
    bare = text.strip("{} ").lower()
    return bare if bare.strip("0-") else ""


def process_id(text: str) -> str:
    """A process id as decimal text; Security events write it in hex. `` if it is none."""
    try:
        number = int(text, 0)
    except ValueError:
        return ""
    return str(number) if number > 0 else ""


def session_id(text: str) -> str:
    """A LogonId as hex without prefix; `` for none and for the sessions of the system itself."""
    try:
        number = f"{int(text, 0):x}"
    except ValueError:
        return ""
    return "" if number in STOPS.sessions else number


def view_of(form: str, code: str) -> View:
    """The view that speaks of records of this format and event id; the last one fits all."""
    return next(view for view in VIEWS if view.fits(form, code))


def _first(record: Mapping[str, str], names: Iterable[str]) -> str:
    return next((record[name] for name in names if record.get(name)), "")


def _account(record: Mapping[str, str], names: Iterable[str]) -> str:
    for name in names:
        domain, _, user = name.rpartition("\\")
        value, prefix = record.get(user, "-"), record.get(domain, "-")
        if value != "-":
            return value if prefix == "-" else f"{prefix}\\{value}"
    return ""


def _process(record: Mapping[str, str], view: View, parent: bool = False) -> Process:
    guid, pid, image = (
        (view.parent_guid, view.parent_pid, view.parent_image)
        if parent
        else (view.guid, view.pid, view.image)
    )
    return Process(
        process_guid(_first(record, guid)), process_id(_first(record, pid)), _first(record, image)
    )


def _source(organisation: str, record: Mapping[str, str], view: View, machines: Machines) -> str:
    """The machine from which the account acted; `` for one outside the estate."""
    name = _first(record, view.workstation).strip("-\\ ")
    address = plain_address(_first(record, view.address))
    return machines.of(organisation, name) if name else machines.inside(organisation, address)


def _records(events: pa.Table) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    """Each event's columns and its fields named in `views.toml`."""
    names = {name for view in VIEWS for name in view.field_names}
    for batch in events.to_batches():
        records: list[dict[str, str]] = [{} for _ in range(batch.num_rows)]
        long = long_fields(batch["fields"], names)
        for row, name, value in zip(
            long["row"].to_pylist(),
            long["name"].to_pylist(),
            long["value"].to_pylist(),
            strict=True,
        ):
            records[row].setdefault(name, value)
        yield from zip(batch.drop_columns(["fields"]).to_pylist(), records, strict=True)


def make_nodes(
    events: pa.Table, fired: Mapping[str, tuple[Fired, ...]], machines: Machines
) -> list[Node]:
    """Nodes of detected events, in the order of the table.

    Args:
        events: event_id, organisation, host, time (int64, microseconds), format, event_code and
            fields of the detected events, each once.
        fired: the detections of each event id.
        machines: joins the names of one machine.
    """
    nodes = []
    for event, record in _records(events):
        view = view_of(event["format"] or "", event["event_code"] or "")
        source = _source(event["organisation"], record, view, machines)
        machine = machines.of(event["organisation"], event["host"] or "")
        nodes.append(
            Node(
                event_id=event["event_id"],
                organisation=event["organisation"],
                machine=source if view.observer and source else machine,
                host=event["host"] or "",
                time=int(event["time"]),
                format=event["format"] or "",
                account=_account(record, view.account),
                session=session_id(_first(record, view.session)),
                process=_process(record, view),
                parent=_process(record, view, parent=True),
                creates=view.creates,
                fired=fired[event["event_id"]],
                source=source,
            )
        )
    return nodes
