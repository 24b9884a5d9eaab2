"""Numbers that a sentence may hold, counted anew from the tables."""

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from crossline.report.facts import Facts
from crossline.tables import TABLES

__all__ = ["recounted", "recounted_for", "stories_of"]

_MEANING = (
    "entries", "reach", "exposure", "adaptation", "interference", "clusters", "cluster_members",
    "coordination",
)  # fmt: skip


def recounted(facts: Facts) -> set[int]:
    """Numbers that are true of the whole case, counted here anew."""
    found = facts.detections
    grave = pc.is_in(found["level"], pa.array(["high", "critical"]))
    numbers = {
        len(found), len(facts.rules), len(facts.intrusions), len(facts.sources),
        len(facts.coverage), 0,
        pc.count_distinct(found["rule_id"]).as_py(),
        pc.count_distinct(found["organisation"]).as_py(),
        pc.count_distinct(facts.intrusions["organisation"]).as_py(),
        found.filter(grave).num_rows,
        len(found) - _linked(facts),
        facts.sources.filter(pc.greater(facts.sources["rejected"], 0)).num_rows,
    }  # fmt: skip
    numbers |= {pc.sum(facts.sources[name]).as_py() or 0 for name in ("kept", "rejected", "read")}
    for table, column in ((facts.rules, "status"), (facts.coverage, "state")):
        numbers |= set(pc.value_counts(table[column].combine_chunks()).field(1).to_pylist())
    if facts.tables.store.exists("unlinked"):
        numbers.add(facts.tables.read("unlinked", ["detection_id"]).num_rows)
    return numbers | set(_counts_of_meaning(facts))


def _counts_of_meaning(facts: Facts) -> Iterator[int]:
    """Counts over the tables of what intrusions mean, by each column that has named values."""
    for name in _MEANING:
        if name in facts.not_assessed:
            continue
        rows = facts.tables.read(name)
        yield len(rows)
        for column in TABLES[name].columns:
            if column.values or column.name.endswith("_id") or column.name == "subscriber":
                yield int(pc.count_distinct(rows[column.name]).as_py())
                yield from pc.value_counts(rows[column.name].combine_chunks()).field(1).to_pylist()
        yield from _special_counts(name, rows)


def _special_counts(name: str, rows: pa.Table) -> Iterator[int]:
    """Counts under a condition, stated here once more than in the sentence."""
    if name == "exposure":
        likely = rows.filter(pc.greater(rows["watched_probability"], 0.5))
        yield int(pc.count_distinct(likely["subscriber"]).as_py())
    elif name == "entries":
        order = [("intrusion_id", "ascending"), ("probability", "descending")]
        plain = rows.select(["intrusion_id", "probability", "vector"]).sort_by(order)
        top = plain.group_by("intrusion_id", use_threads=False).aggregate([("vector", "first")])
        yield from pc.value_counts(top["vector_first"].combine_chunks()).field(1).to_pylist()
    elif name == "adaptation":
        met = rows.filter(pc.not_equal(rows["intrusion_id"], ""))
        answered = met.filter(pc.is_valid(met["response_time"]))
        quiet = met.filter(pc.equal(met["response_kind"], "none"))
        yield from (len(answered), len(quiet), len(met) - len(answered) - len(quiet))
        yield int(pc.count_distinct(met["mitigation_id"]).as_py())
    elif name == "cluster_members":
        yield from range(int(pc.count_distinct(rows["cluster_id"]).as_py()) + 1)
    elif name == "coordination":
        open_pairs = rows.filter(rows["cannot_tell"])
        for some in (rows, open_pairs):
            yield some.group_by(["cluster_x", "cluster_y"]).aggregate([]).num_rows


def _linked(facts: Facts) -> int:
    held = pa.concat_arrays(
        [table["rests_on"].combine_chunks().flatten() for table in (facts.intrusions, facts.steps)]
    ).cast(pa.string())
    return int(pc.sum(pc.is_in(facts.detections["detection_id"], held)).as_py() or 0)


def stories_of(facts: Facts, rests_on: list[str]) -> pa.Table:
    """Rows of `intrusions` that a claim rests on."""
    wanted = pc.is_in(facts.intrusions["intrusion_id"], pa.array(rests_on, pa.string()))
    return facts.intrusions.filter(wanted)


def recounted_for(facts: Facts, rests_on: list[str]) -> set[int]:
    """Numbers that are true of one claim's own rows."""
    numbers = {len(rests_on)}
    for row in stories_of(facts, rests_on).to_pylist():
        numbers |= {len(row["hosts"] or ()), len(row["accounts"] or ())}
    return numbers
