"""The undetected events around the detected ones, in one scan of the stored events.

What is looked for hangs on the detected events: process creations on their machines, logons that
opened their sessions or led to their machines, and how often their values occur at all.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from crossline.intrusions.estate import DAY_US, with_machine
from crossline.intrusions.long_fields import long_fields, pivot
from crossline.intrusions.machines import Machines
from crossline.intrusions.nodes import Node
from crossline.intrusions.values import account_name, plain_address, shared_values
from crossline.intrusions.vocabulary import OWN_ADDRESSES, VIEWS, OwnAddress, View
from crossline.store import Tables

__all__ = ["Context", "read_context"]

_COLUMNS = ("event_id", "organisation", "host", "time", "format", "event_code", "fields")
_SEPARATOR = "\x1f"
_PLAIN = ("event_id", "organisation", "machine", "host", "time", "format")


@dataclass(frozen=True, slots=True)
class Context:
    """What the scan found; every table has event_id, organisation, machine, host, time and format.

    `creations` has guid, pid, image, parent_guid, parent_pid, parent_image, account and session;
    `logons` has account, session, logon_type, address and workstation: the texts of the records.
    `addresses` maps (organisation, address) to the one machine that has it. `frequencies` maps
    (organisation, kind, text) to the host-days, as (machine, day), that hold the value.
    """

    creations: pa.Table
    logons: pa.Table
    addresses: Mapping[tuple[str, str], str]
    frequencies: Mapping[tuple[str, str, str], frozenset[tuple[str, int]]]


def read_context(
    tables: Tables,
    machines: Machines,
    nodes: Sequence[Node],
    values: Iterable[tuple[str, str, str]],
) -> Context:
    """Scan the events once for what surrounds the nodes.

    Args:
        tables: the store, with `events`.
        machines: joins the names of one machine.
        nodes: the detected events.
        values: (organisation, kind, text) to be counted; the accounts among them are those whose
            logons are kept.
    """
    values = set(values)
    wanted = pa.array(sorted({node.machine for node in nodes}), pa.string())
    accounts = pa.array(sorted({text for _, kind, text in values if kind == "account"}), pa.string())
    keys = pa.array(sorted(_SEPARATOR.join(value) for value in values), pa.string())
    creations, logons, addresses, counts = [], [], [], []
    for batch in tables.scan("events", _COLUMNS):
        events = _prepared(batch, machines)
        here = events.filter(pc.is_in(events["machine"], wanted))
        creations += [_seen_by(view, here) for view in VIEWS if view.creates]
        for view in VIEWS:
            if view.logon:
                logons.append(_of_accounts(_seen_by(view, here), accounts))
        addresses += [_own_addresses(stated, events) for stated in OWN_ADDRESSES]
        counts.append(_counts(events, keys))
    return Context(
        _in_order(creations),
        _in_order(logons),
        _single_machines([*addresses, *(_named_addresses(rows, machines) for rows in logons)]),
        _host_days(counts),
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
        pc.is_in(events["format"], pa.array(formats)), pc.is_in(events["event_code"], pa.array(codes))
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
    """One column of texts; `DOMAIN\\NAME` joins two fields; `` where no field has a value."""
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
    source = logons.select(["organisation", "address"]).append_column("host", logons["workstation"])
    named = source.filter(pc.not_equal(pc.fill_null(pc.utf8_trim(source["host"], "- "), ""), ""))
    pairs = named.append_column("machine", with_machine(named, machines)).drop_columns(["host"])
    return pairs.group_by(["organisation", "address", "machine"]).aggregate([])


def _single_machines(parts: Sequence[pa.Table]) -> dict[tuple[str, str], str]:
    """Addresses that are one machine's alone; loopback and empty ones are nobody's."""
    owners: dict[tuple[str, str], set[str]] = {}
    for part in parts:
        for row in part.to_pylist():
            address = plain_address(row["address"] or "")
            if address:
                owners.setdefault((row["organisation"], address), set()).add(row["machine"])
    return {key: next(iter(names)) for key, names in owners.items() if len(names) == 1}


def _counts(events: pa.Table, keys: pa.Array) -> pa.Table:
    """Which of the values occur on which machine and day."""
    found = shared_values(_map_column(events), events["event_code"].combine_chunks())
    rows = events.select(["organisation", "machine", "time"]).take(found["row"])
    key = pc.binary_join_element_wise(
        rows["organisation"], found["kind"], found["text"], _SEPARATOR
    )
    pairs = pa.table(
        {"key": key, "machine": rows["machine"], "day": pc.divide(rows["time"], DAY_US)}
    )
    return pairs.filter(pc.is_in(key, keys)).group_by(pairs.column_names).aggregate([])


def _host_days(parts: Sequence[pa.Table]) -> dict[tuple[str, str, str], frozenset[tuple[str, int]]]:
    found: dict[tuple[str, str, str], set[tuple[str, int]]] = {}
    for part in parts:
        for key, machine, day in zip(*(part[name].to_pylist() for name in part.column_names), strict=True):
            organisation, kind, text = key.split(_SEPARATOR, 2)
            found.setdefault((organisation, kind, text), set()).add((machine, day))
    return {key: frozenset(days) for key, days in found.items()}


def _in_order(parts: Sequence[pa.Table]) -> pa.Table:
    """All rows, each event once, by time and id: the order of batches must not matter."""
    rows = pa.concat_tables(parts, promote_options="default") if parts else pa.table({})
    if not rows.num_rows:
        return rows
    rows = rows.sort_by([("time", "ascending"), ("event_id", "ascending"), ("host", "ascending")])
    seen = rows.append_column("place", pa.array(range(rows.num_rows)))
    first = seen.group_by("event_id").aggregate([("place", "min")])["place_min"]
    return rows.take(first.combine_chunks().sort())
