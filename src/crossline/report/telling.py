"""Which few rows of the many that a claim rests on are quoted beside it."""

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from crossline.report.facts import Facts
from crossline.report.wording import clipped

__all__ = ["Quoted", "rule_of_event", "telling_rows"]

Quoted = tuple[str, str]
_MOST = 5


def telling_rows(facts: Facts, rests_on: list[str]) -> list[Quoted]:
    """At most five (event or source id, rule and author): the rarest of different rules."""
    ids = pa.array(rests_on, pa.string())
    quoted = [*_of_detections(facts, ids), *_of_intrusions(facts, ids)]
    return quoted[:_MOST] or list(_of_sources(facts, ids))


def _rarest_first(detections: pa.Table) -> pa.Table:
    return detections.sort_by([("rarity_bits", "descending"), ("detection_id", "ascending")])


def _of_detections(facts: Facts, ids: pa.Array) -> Iterator[Quoted]:
    rows = facts.detections.filter(pc.is_in(facts.detections["detection_id"], ids))
    told: set[str] = set()
    for row in _rarest_first(rows.select(_COLUMNS)).slice(0, 2_000).to_pylist():
        if row["rule_id"] not in told and row["rests_on"]:
            told.add(row["rule_id"])
            yield row["rests_on"][0], _with_author(row)
        if len(told) == _MOST:
            return


_COLUMNS = ["detection_id", "rule_id", "rule_title", "rule_author", "rarity_bits", "rests_on"]


def _with_author(row: dict[str, str | None]) -> str:
    """A rule as it is quoted: its licence asks for the author wherever a match is shown."""
    author = f" by {clipped(row['rule_author'], 48)}" if row["rule_author"] else ""
    return f"{clipped(row['rule_title'] or '', 60)}{author}"


def _of_intrusions(facts: Facts, ids: pa.Array) -> Iterator[Quoted]:
    """The first and the last sign of the stories, and between them the strongest by technique."""
    rows = facts.steps.filter(pc.is_in(facts.steps["intrusion_id"], ids))
    rows = rows.sort_by([("time", "ascending"), ("event_id", "ascending")])
    if not len(rows):
        return
    strongest = rows.sort_by([("link_bits", "descending"), ("event_id", "ascending")])
    first, last = rows.slice(0, 1), rows.slice(len(rows) - 1)
    chosen: dict[str, None] = dict.fromkeys(first["event_id"].to_pylist())
    techniques = set(first["technique"].to_pylist())
    for row in strongest.select(["event_id", "technique"]).slice(0, 2_000).to_pylist():
        if row["technique"] not in techniques and len(chosen) < _MOST - 1:
            techniques.add(row["technique"])
            chosen[row["event_id"]] = None
    chosen.update(dict.fromkeys(last["event_id"].to_pylist()))
    rules = rule_of_event(facts, list(chosen))
    in_time = pc.is_in(rows["event_id"], pa.array(list(chosen), pa.string()))
    for event_id in dict.fromkeys(rows.filter(in_time)["event_id"].to_pylist()):
        yield event_id, rules.get(event_id, "")


def _of_sources(facts: Facts, ids: pa.Array) -> Iterator[Quoted]:
    rows = facts.sources.filter(pc.is_in(facts.sources["source_id"], ids))
    order = [("rejected", "descending"), ("size", "descending"), ("source_id", "ascending")]
    for source_id in rows.sort_by(order)["source_id"].slice(0, _MOST).to_pylist():
        yield source_id, ""


def rule_of_event(facts: Facts, event_ids: list[str]) -> dict[str, str]:
    """The rarest rule that fired on each of these events, with its author."""
    steps = facts.steps.filter(pc.is_in(facts.steps["event_id"], pa.array(event_ids, pa.string())))
    below = steps["rests_on"].combine_chunks().flatten().cast(pa.string())
    fired = facts.detections.filter(pc.is_in(facts.detections["detection_id"], below))
    rules: dict[str, str] = {}
    for row in _rarest_first(fired.select(_COLUMNS)).to_pylist():
        for event_id in row["rests_on"] or ():
            rules.setdefault(event_id, _with_author(row))
    return {each: rules[each] for each in event_ids if each in rules}
