"""The paged tables of the page: detections, rules, problems, hosts and accounts, files."""

from collections.abc import Collection, Iterator

import pyarrow as pa
import pyarrow.compute as pc

from crossline.report.facts import Facts
from crossline.report.paged import PagedTable, TableColumn
from crossline.report.wording import clipped
from crossline.tables import TABLES

__all__ = ["paged_tables", "rarest_detections", "rows_of"]

_LONGEST_MATCH = 160
_LEVELS = ("informational", "low", "medium", "high", "critical")


def rows_of(facts: Facts, name: str) -> PagedTable:
    """A table as it is declared, for a section that has no form of its own."""
    rows, columns, made = facts.tables.read(name), [], {}
    for column in TABLES[name].columns:
        values, kind = rows[column.name], "text"
        if pa.types.is_list(values.type):
            values = pa.array(["; ".join(each or ()) for each in values.to_pylist()], pa.string())
        elif pa.types.is_boolean(values.type):
            values = pc.if_else(values, "yes", "no")
        elif pa.types.is_timestamp(values.type):
            kind = "time"
        elif not pa.types.is_string(values.type):
            kind = "number"
        columns.append(TableColumn(column.name, column.name.replace("_", " "), kind))
        made[column.name] = values
    meaning = TABLES[name].meaning
    return PagedTable(
        name, meaning[0].upper() + meaning[1:], tuple(columns), pa.table(made), len(rows)
    )


def _columns(text: str) -> tuple[TableColumn, ...]:
    """Columns from `key:label:kind` separated by `|`."""
    return tuple(TableColumn(*part.strip().split(":")) for part in text.split("|"))


def rarest_detections(facts: Facts, most: int) -> pa.Table:
    """The detections that the page holds: the rarest, then the gravest, then the earliest."""
    order = [
        ("rarity_bits", "descending"), ("grave", "descending"), ("time", "ascending"),
        ("detection_id", "ascending"),
    ]  # fmt: skip
    ranked = _ranked(facts.detections).sort_by(order)
    return ranked.drop_columns(["grave"]).slice(0, most)


def _ranked(rows: pa.Table) -> pa.Table:
    """The rows with a column `grave`: the rank of their level."""
    return rows.append_column("grave", pc.index_in(rows["level"], pa.array(_LEVELS)))


def paged_tables(
    facts: Facts, detections: pa.Table, held: Collection[str]
) -> dict[str, PagedTable]:
    """All paged tables by name.

    `detections` are the rows that the page holds, `held` the events that it holds in full.
    """
    made = (
        _detections(facts, detections, held),
        _rules_fired(facts),
        _rules_not_run(facts),
        _problems(facts),
        _logs_by_host(facts),
        _hosts_and_accounts(facts),
        _sources(facts),
    )
    return {table.name: table for table in made}


def _named(facts: Facts, column: pa.ChunkedArray) -> pa.Array:
    return pa.array([facts.name(each) for each in column.to_pylist()], pa.string())


def _detections(facts: Facts, rows: pa.Table, held: Collection[str]) -> PagedTable:
    events = [each[0] if each else None for each in rows["rests_on"].to_pylist()]
    table = pa.table(
        {
            "time": rows["time"],
            "level": rows["level"],
            "rule": rows["rule_title"],
            "author": rows["rule_author"],
            "organisation": _named(facts, rows["organisation"]),
            "host": rows["host"],
            "techniques": [", ".join(each or ()) for each in rows["techniques"].to_pylist()],
            "matched": pa.array(list(_matched(rows["matched"])), pa.string()),
            "rarity": pc.round(rows["rarity_bits"], 1),
            "story": _stories(facts, rows),
            "place": _places(facts, events),
            "event": pa.array([each if each in held else None for each in events], pa.string()),
            "id": rows["detection_id"],
        }
    )
    return PagedTable(
        "detections",
        "Detections, rarest first",
        _columns(
            "time:time:time|level:level:level|rule:rule, author, techniques:rule|"
            "organisation:organisation|host:host|matched:matched:mono|rarity:rarity, bits:bits|"
            "story:intrusion:story|place:record:record"
        ),
        table,
        len(facts.detections),
    )


def _matched(column: pa.ChunkedArray) -> Iterator[str]:
    for pairs in column.to_pylist():
        text = "; ".join(f"{name}={'' if value is None else value}" for name, value in pairs or ())
        yield clipped(text, _LONGEST_MATCH)


def _stories(facts: Facts, detections: pa.Table) -> pa.Array:
    """The intrusion that holds each detection, or null."""
    held = facts.intrusions.select(["intrusion_id", "rests_on"]).to_pylist()
    held += facts.steps.select(["intrusion_id", "rests_on"]).to_pylist()
    story = {each: row["intrusion_id"] for row in held for each in row["rests_on"] or ()}
    return pa.array(
        [story.get(each) for each in detections["detection_id"].to_pylist()], pa.string()
    )


def _places(facts: Facts, events: list[str | None]) -> pa.Array:
    """`Security.evtx · rec 48213` for each event."""
    ids = pa.array(sorted({each for each in events if each}), pa.string())
    rows = facts.events(ids, ["event_id", "evidence_path", "member", "locator", "record_id"])
    names = pc.replace_substring_regex(
        pc.coalesce(rows["member"], rows["evidence_path"]), pattern=".*/", replacement=""
    )
    nouns = pc.if_else(pc.is_valid(rows["record_id"]), " · rec ", " · line ")
    text = pc.binary_join_element_wise(
        names, nouns, pc.coalesce(rows["locator"].cast(pa.string()), pa.scalar("?")), ""
    )
    place = dict(zip(rows["event_id"].to_pylist(), text.to_pylist(), strict=True))
    return pa.array([place.get(each) if each else None for each in events], pa.string())


def _rules_fired(facts: Facts) -> PagedTable:
    rows = facts.detections
    keys = ["rule_id", "rule_title", "rule_author", "level"]
    found = rows.group_by(keys).aggregate(
        [([], "count_all"), ("organisation", "count_distinct"), ("host", "count_distinct"),
         ("time", "min"), ("time", "max"), ("rarity_bits", "max")]
    )  # fmt: skip
    order = [
        ("rarity_bits_max", "descending"), ("grave", "descending"), ("count_all", "ascending"),
        ("rule_id", "ascending"),
    ]  # fmt: skip
    found = _ranked(found).sort_by(order)
    table = pa.table(
        {
            "rule": found["rule_title"],
            "author": found["rule_author"],
            "level": found["level"],
            "count": found["count_all"],
            "organisations": found["organisation_count_distinct"],
            "hosts": found["host_count_distinct"],
            "first": found["time_min"],
            "last": found["time_max"],
            "rarity": pc.round(found["rarity_bits_max"], 1),
        }
    )
    return PagedTable(
        "rules-fired",
        "Rules that fired, rarest first",
        _columns(
            "rule:rule and author:rule|level:level:level|count:detections:number|"
            "organisations:organisations:number|hosts:hosts:number|first:first:time|"
            "last:last:time|rarity:rarity, bits:bits"
        ),
        table,
        len(table),
    )


def _rules_not_run(facts: Facts) -> PagedTable:
    rows = facts.rules.filter(pc.not_equal(facts.rules["status"], "ran"))
    words = {"not_applicable": "not applicable", "degraded": "ran, lacking a field"}
    table = pa.table(
        {
            "rule": rows["rule_title"],
            "level": rows["level"],
            "status": [words.get(each, each) for each in rows["status"].to_pylist()],
            "reason": rows["reason"],
            "techniques": [", ".join(each or ()) for each in rows["techniques"].to_pylist()],
            "pack": rows["pack"],
        }
    )
    return PagedTable(
        "rules-not-run",
        "Rules that did not run in full",
        _columns(
            "rule:rule|level:level:level|status:status|reason:reason|techniques:techniques:mono|"
            "pack:pack"
        ),
        table.sort_by([("status", "ascending"), ("rule", "ascending")]),
        len(table),
    )


def _problems(facts: Facts) -> PagedTable:
    rows = facts.problems
    place = pc.binary_join_element_wise(
        pc.fill_null(rows["evidence_path"], ""),
        pc.if_else(pc.is_valid(rows["member"]), " · ", ""),
        pc.fill_null(rows["member"], ""),
        "",
    )
    table = pa.table(
        {
            "kind": rows["kind"],
            "place": place,
            "locator": rows["locator"],
            "count": rows["count"],
            "reason": rows["reason"],
        }
    )
    return PagedTable(
        "problems",
        "Files, records and rules not used",
        _columns(
            "kind:kind|place:file:mono|locator:place:number|count:records:number|"
            "reason:what is wrong"
        ),
        table,
        len(table),
    )


def _logs_by_host(facts: Facts) -> PagedTable:
    rows = facts.coverage
    flags = {state: pc.equal(rows["state"], state).cast(pa.int64()) for state in _STATES}
    counted = pa.table(
        {name: rows[name] for name in ("organisation", "host", "format", "events")} | flags
    )
    found = counted.group_by(["organisation", "host", "format"]).aggregate(
        [(name, "sum") for name in (*_STATES, "events")]
    )
    found = found.rename_columns([name.removesuffix("_sum") for name in found.column_names])
    kept = found.filter(pc.greater(found["events"], 0))
    order = [(name, "ascending") for name in ("organisation", "host", "format")]
    kept = kept.sort_by(order)
    named = kept.set_column(0, "organisation", _named(facts, kept["organisation"]))
    return PagedTable(
        "logs-by-host",
        "Months of each log of each host",
        _columns(
            "organisation:organisation|host:host|format:log|seen:held:number|"
            "partial:in part:number|silent:silent:number|unknown:before or after:number|"
            "events:events:number"
        ),
        named.select(
            ["organisation", "host", "format", "seen", "partial", "silent", "unknown", "events"]
        ),
        len(named),
    )


_STATES = ("seen", "partial", "silent", "unknown")


def _hosts_and_accounts(facts: Facts) -> PagedTable:
    """Hosts and accounts of the intrusions, with first and last sign."""
    order = [("kind", "descending"), ("first", "ascending"), ("name", "ascending")]
    both = pa.concat_tables([_named_in_steps(facts, "host"), _named_in_steps(facts, "account")])
    return PagedTable(
        "hosts-and-accounts",
        "Hosts and accounts of the intrusions",
        _columns(
            "kind:kind|name:name:mono|organisation:organisation|story:intrusion:story|"
            "count:events:number|first:first sign:time|last:last sign:time"
        ),
        both.sort_by([*order, ("story", "ascending")]),
        len(both),
    )


def _named_in_steps(facts: Facts, kind: str) -> pa.Table:
    """Each `host` or `account` of each intrusion, with the number and times of its events."""
    rows = facts.steps.filter(pc.is_valid(facts.steps[kind]))
    found = rows.group_by([kind, "intrusion_id"]).aggregate(
        [([], "count_all"), ("time", "min"), ("time", "max")]
    )
    ids, whose = (facts.intrusions[name].to_pylist() for name in ("intrusion_id", "organisation"))
    organisation = {story: facts.name(each) for story, each in zip(ids, whose, strict=True)}
    stories = found["intrusion_id"].to_pylist()
    return pa.table(
        {
            "kind": pa.array([kind] * len(found), pa.string()),
            "name": found[kind],
            "organisation": pa.array([organisation.get(each) for each in stories], pa.string()),
            "story": found["intrusion_id"],
            "count": found["count_all"],
            "first": found["time_min"],
            "last": found["time_max"],
        }
    )


def _sources(facts: Facts) -> PagedTable:
    rows = facts.sources
    table = pa.table(
        {
            "organisation": _named(facts, rows["organisation"]),
            "file": pc.binary_join_element_wise(
                rows["evidence_path"],
                pc.if_else(pc.is_valid(rows["member"]), " · ", ""),
                pc.fill_null(rows["member"], ""),
                "",
            ),
            "container": pc.fill_null(rows["container"], "not recognised"),
            **{name: rows[name] for name in ("size", "read", "kept", "rejected", "withheld")},
            "first": rows["first_time"],
            "last": rows["last_time"],
            "sha256": rows["sha256"],
            "id": rows["source_id"],
        }
    ).sort_by([("organisation", "ascending"), ("file", "ascending"), ("id", "ascending")])
    return PagedTable(
        "files",
        "Files of evidence",
        _columns(
            "organisation:organisation|file:file:mono|container:form|size:bytes:number|"
            "read:read:number|kept:kept:number|rejected:rejected:number|withheld:withheld:number|"
            "first:first:time|last:last:time|sha256:SHA-256:mono"
        ),
        table,
        len(table),
    )
