"""The undetected events around the detected ones, in one scan of the stored events.

What is looked for hangs on the detected events: process starts on their machines, logons of their
accounts, and what their processes connected to.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from crossline.intrusions.estate import with_machine
from crossline.intrusions.long_fields import long_fields, pivot
from crossline.intrusions.machines import Machines
from crossline.intrusions.nodes import Node
from crossline.intrusions.values import account_name, plain_address, shared_values
from crossline.intrusions.vocabulary import (
    ARRIVALS,
    CONNECTIONS,
    KINDS,
    OWN_ADDRESSES,
    VIEWS,
    Arrival,
    OwnAddress,
    View,
)
from crossline.store import Tables

__all__ = ["Context", "read_context"]

_COLUMNS = ("event_id", "organisation", "host", "time", "format", "event_code", "fields")
_PLAIN = ("event_id", "organisation", "machine", "host", "time", "format")
_CODES = sorted(
    {code for view in VIEWS if view.creates or view.logon for code in view.codes}
    | {code for stated in OWN_ADDRESSES for code in stated.codes}
    | {code for stated in ARRIVALS for code in stated.codes}
    | set(CONNECTIONS.codes)
)
_CONNECTED = ("organisation", "guid", "kind", "text")
_REACHED = ("organisation", "machine", "time", "address")
_NETWORK = pa.array([kind.name for kind in KINDS if kind.family == "network"])


@dataclass(frozen=True, slots=True)
class Context:
    """What the scan found.

    `creations` and `logons` have event_id, organisation, machine, host, time and format;
    `creations` also guid, pid, image, parent_guid, parent_pid, parent_image, account and session,
    `logons` account, session, logon_type, address, workstation and target: the texts of the
    records. `arrivals` has organisation, machine, time and address: who reached the machine.
    `connections` has organisation, guid (normal form), kind and text, each once. `owners` maps
    (organisation, address) to the machines that had the address.
    """

    creations: pa.Table
    logons: pa.Table
    arrivals: pa.Table
    connections: pa.Table
    owners: Mapping[tuple[str, str], frozenset[str]]


def read_context(
    tables: Tables, machines: Machines, nodes: Sequence[Node], accounts: Iterable[str]
) -> Context:
    """Scan the events once for what surrounds the nodes.

    Args:
        tables: the store, with `events`.
        machines: joins the names of one machine.
        nodes: the detected events.
        accounts: accounts without domain, in lower case, whose logons are kept.
    """
    wanted = pa.array(sorted({node.machine for node in nodes}), pa.string())
    users = pa.array(sorted(set(accounts)), pa.string())
    guids = pa.array(
        sorted({process.guid for node in nodes for process in (node.process, node.parent)}),
        pa.string(),
    )
    creations, logons, arrivals, connections, addresses = [], [], [], [], []
    for batch in tables.scan("events", _COLUMNS, ("event_code", pa.array(_CODES, pa.string()))):
        events = _prepared(batch, machines)
        here = events.filter(pc.is_in(events["machine"], wanted))
        creations += [_seen_by(view, here) for view in VIEWS if view.creates]
        for view in (view for view in VIEWS if view.logon):
            rows = _seen_by(view, events)
            addresses += [_named_addresses(rows, machines), _machine_logons(rows, machines)]
            logons.append(_of_accounts(rows.filter(pc.is_in(rows["machine"], wanted)), users))
        arrivals += [_arrivals(stated, here) for stated in ARRIVALS]
        connections.append(_connections(here, guids))
        addresses += [_own_addresses(stated, events) for stated in OWN_ADDRESSES]
    return Context(
        _in_order(creations),
        _in_order(logons),
        _distinct(arrivals, _REACHED),
        _distinct(connections, _CONNECTED),
        _owners(addresses),
    )


def _prepared(batch: pa.RecordBatch, machines: Machines) -> pa.Table:
    """The batch's events that have a time, with their machine and the time as a number."""
    timed = pa.Table.from_batches([batch.filter(pc.is_valid(batch["time"]))]).combine_chunks()
    timed = timed.set_column(
        timed.schema.get_field_index("time"), "time", timed["time"].cast(pa.int64())
    )
    return timed.append_column("machine", with_machine(timed, machines))


def _of(events: pa.Table, formats: Sequence[str], codes: Sequence[str]) -> pa.Table:
    fits = pc.and_(
        pc.is_in(events["format"], pa.array(formats)),
        pc.is_in(events["event_code"], pa.array(codes)),
    )
    return events.filter(fits).combine_chunks()


def _map_column(events: pa.Table) -> pa.MapArray:
    column = events["fields"]
    return column.chunk(0) if column.num_chunks else pa.array([], column.type)


def _seen_by(view: View, events: pa.Table) -> pa.Table:
    """The records that a view speaks of, with a column for each thing that it names."""
    rows = _of(events, view.formats, view.codes)
    long = long_fields(_map_column(rows), view.field_names)
    return pa.table(
        {name: rows[name] for name in _PLAIN}
        | {what: _text(long, fields, len(rows)) for what, fields in view.named.items()}
    )


def _text(long: pa.Table, names: Sequence[str], rows: int) -> pa.Array:
    r"""One column of texts; `DOMAIN\NAME` joins two fields; `` where no field has a value."""
    column = pa.nulls(rows, pa.string())
    for name in names:
        domain, _, plain = name.rpartition("\\")
        value = pivot(long, plain, rows)
        if domain:
            joined = pc.binary_join_element_wise(pivot(long, domain, rows), value, "\\")
            value = pc.coalesce(joined, value)
        column = pc.coalesce(column, value)
    return pc.fill_null(column, "")


def _of_accounts(logons: pa.Table, accounts: pa.Array) -> pa.Table:
    return logons.filter(pc.is_in(account_name(logons["account"]), accounts))


def _own_addresses(stated: OwnAddress, events: pa.Table) -> pa.Table:
    rows = _of(events, stated.formats, stated.codes)
    long = long_fields(_map_column(rows), {stated.flag, stated.field})
    fits = pc.equal(pivot(long, stated.flag, len(rows)), stated.value)
    pairs = pa.table(
        {
            "organisation": rows["organisation"],
            "address": pivot(long, stated.field, len(rows)),
            "machine": rows["machine"],
        }
    )
    return pairs.filter(fits).group_by(pairs.column_names).aggregate([])


def _named_addresses(logons: pa.Table, machines: Machines) -> pa.Table:
    """Logons that give both the address and the name of where they came from."""
    return _addresses_of(logons, pc.utf8_trim(logons["workstation"], "-\\ "), machines)


def _machine_logons(logons: pa.Table, machines: Machines) -> pa.Table:
    r"""Logons of machine accounts (`DOMAIN\NAME$`): they come from the machine itself."""
    found = pc.extract_regex(logons["account"], r"(?P<name>[^\\]+)\$$")
    return _addresses_of(logons, pc.fill_null(pc.struct_field(found, "name"), ""), machines)


def _addresses_of(logons: pa.Table, names: pa.ChunkedArray, machines: Machines) -> pa.Table:
    """(organisation, address, machine) of the logons for which there is a name, each once."""
    source = logons.select(["organisation", "address"]).append_column("host", names)
    named = source.filter(pc.not_equal(source["host"], ""))
    pairs = named.append_column("machine", with_machine(named, machines)).drop_columns(["host"])
    return pairs.group_by(["organisation", "address", "machine"]).aggregate([])


def _owners(parts: Sequence[pa.Table]) -> dict[tuple[str, str], frozenset[str]]:
    """The machines of each address; loopback and empty ones are nobody's."""
    owners: dict[tuple[str, str], set[str]] = {}
    for part in parts:
        for row in part.to_pylist():
            address = plain_address(row["address"] or "")
            if address:
                owners.setdefault((row["organisation"], address), set()).add(row["machine"])
    return {key: frozenset(names) for key, names in owners.items()}


def _connections(events: pa.Table, guids: pa.Array) -> pa.Table:
    """Which of these processes reached for which address or name."""
    rows = _of(events, CONNECTIONS.formats, CONNECTIONS.codes)
    column = _map_column(rows)
    named = pivot(long_fields(column, CONNECTIONS.guid), CONNECTIONS.guid[0], len(rows))
    process = pc.utf8_lower(pc.utf8_trim(named, "{} "))
    found = shared_values(column, rows["event_code"].combine_chunks())
    found = found.filter(pc.is_in(found["kind"], _NETWORK))
    places = found["row"].combine_chunks()
    pairs = pa.table(
        {
            "organisation": rows["organisation"].take(places),
            "guid": process.take(places),
            "kind": found["kind"],
            "text": found["text"],
        }
    )
    return _distinct([pairs.filter(pc.is_in(pairs["guid"], guids))], _CONNECTED)


def _arrivals(stated: Arrival, events: pa.Table) -> pa.Table:
    rows = _of(events, stated.formats, stated.codes)
    long = long_fields(_map_column(rows), {stated.flag, stated.field, stated.port})
    fits = pc.and_(
        pc.equal(pivot(long, stated.flag, len(rows)), stated.value),
        pc.is_in(pivot(long, stated.port, len(rows)), pa.array(stated.ports)),
    )
    named = {name: rows[name] for name in _REACHED[:-1]}
    pairs = pa.table(named | {"address": pivot(long, stated.field, len(rows))})
    return _distinct([pairs.filter(fits)], _REACHED)


def _distinct(parts: Sequence[pa.Table], names: Sequence[str]) -> pa.Table:
    if not parts:
        return pa.table({name: pa.array([], pa.string()) for name in names})
    rows = pa.concat_tables(parts).group_by(list(names)).aggregate([])
    return rows.sort_by([(name, "ascending") for name in names])


def _in_order(parts: Sequence[pa.Table]) -> pa.Table:
    """All rows, each event once, by time and id: the order of batches must not matter."""
    rows = pa.concat_tables(parts, promote_options="default") if parts else pa.table({})
    if not rows.num_rows:
        return rows
    rows = rows.sort_by([("time", "ascending"), ("event_id", "ascending"), ("host", "ascending")])
    seen = rows.append_column("place", pa.array(range(rows.num_rows)))
    first = seen.group_by("event_id").aggregate([("place", "min")])["place_min"]
    return rows.take(first.combine_chunks().sort())
