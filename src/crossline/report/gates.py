"""What the report must hold before it is written; a gate that fails stops the build.

Real reports went wrong in these ways: a claim whose evidence was not there, a "first" that was not
the first, a count in a sentence that its table did not have.
"""

import re

import pyarrow as pa
import pyarrow.compute as pc

from crossline.kernel.errors import CrosslineError
from crossline.report.facts import Facts
from crossline.report.recounting import recounted, recounted_for, stories_of
from crossline.report.wording import day
from crossline.tables import TABLES, table_of_id

__all__ = ["GateError", "check", "numbers_in"]


class GateError(CrosslineError):
    """The tables contradict each other or a sentence; the message names the claim and the row."""


_DATES = re.compile(r"\b\d{4}-\d{2}(?:-\d{2})?\b")
_NUMBERS = re.compile(r"(?<![\w.,$#-])\d{1,3}(?:,\d{3})+(?![\w])|(?<![\w.,$#-])\d+(?![\w.,]\w|\w)")

_EXCLUSIVE = (
    ("attributions", ["cluster_id"]),
    ("coordination", ["cluster_x", "cluster_y"]),
)
_ROUNDING = 1e-6


def check(facts: Facts) -> None:
    """Run all gates.

    Raises:
        GateError: a claim without rows, an id that does not resolve, a count or date that no table
            has, or rival hypotheses whose probabilities do not sum to 1.
    """
    claims_have_rows(facts)
    ids_resolve(facts)
    counts_agree(facts)
    first_and_last_agree(facts)
    rivals_sum_to_one(facts)


def claims_have_rows(facts: Facts) -> None:
    """Every judgement and action rests on at least one row."""
    for table in (facts.judgements, facts.actions):
        bare = table.filter(pc.equal(pc.list_value_length(table["rests_on"]), 0))
        for row in bare.slice(0, 1).to_pylist():
            raise GateError(f"The report was not written: {next(iter(row.values()))} has no rows")


def ids_resolve(facts: Facts) -> None:
    """Every id in `rests_on` of a public table stands in the table that its prefix names."""
    known: dict[str, pa.Array] = {}
    for name, table in TABLES.items():
        if not (table.public and table.rests_on and facts.tables.store.exists(name)):
            continue
        below = facts.tables.read(name, ["rests_on"])["rests_on"].combine_chunks()
        ids = pc.unique(below.flatten().cast(pa.string()))
        for wanted in sorted({each.partition("_")[0] for each in ids.to_pylist()}):
            target = table_of_id(f"{wanted}_")
            if target is None or target.name not in table.rests_on:
                raise GateError(f"The report was not written: `{name}` rests on {wanted}_ ids")
            if target.name not in known:
                known[target.name] = _ids_of(facts, target.name)
            mine = ids.filter(pc.starts_with(ids, f"{wanted}_"))
            missing = mine.filter(pc.invert(pc.is_in(mine, known[target.name])))
            if len(missing):
                raise GateError(
                    f"The report was not written: `{name}` rests on {missing[0]}, which is not in "
                    f"`{target.name}` ({len(missing):,} such ids). Run the case again from ingest"
                )


def _ids_of(facts: Facts, name: str) -> pa.Array:
    column = TABLES[name].columns[0].name
    if name == "events":
        return pc.unique(facts.events(facts.event_ids, [column])[column].combine_chunks())
    return facts.tables.read(name, [column])[column].combine_chunks()


def counts_agree(facts: Facts) -> None:
    """Every number in a judgement's sentence is one that can be counted again from the tables."""
    whole = recounted(facts)
    for row in facts.judgements.to_pylist():
        own = whole | recounted_for(facts, row["rests_on"])
        found = numbers_in(_without_names(facts, row))
        strange = [each for each in found if each not in own]
        if strange:
            raise GateError(
                f"The report was not written: {row['judgement_id']} says {strange[0]:,}, which no "
                f"table counts: {row['sentence']}"
            )


def first_and_last_agree(facts: Facts) -> None:
    """Dates in a sentence on intrusions are those of the first and last sign of all of them."""
    for row in facts.judgements.to_pylist():
        stories = stories_of(facts, row["rests_on"])
        if not len(stories):
            continue
        ends = (pc.min(stories["first_seen"]).as_py(), pc.max(stories["last_seen"]).as_py())
        strange = set(_DATES.findall(_without_names(facts, row))) - {day(time) for time in ends}
        if strange:
            raise GateError(
                f"The report was not written: {row['judgement_id']} says {min(strange)}, which is "
                f"neither the first nor the last day of its intrusions: {row['sentence']}"
            )


def _without_names(facts: Facts, row: dict[str, str]) -> str:
    sentence = row["sentence"]
    for name in sorted(_names(facts, list(row["rests_on"])), key=len, reverse=True):
        pattern = rf"(?<![\w.,:-]){re.escape(name)}(?![\w-])"
        sentence = re.sub(pattern, " ", sentence) if name else sentence
    return sentence


def rivals_sum_to_one(facts: Facts) -> None:
    """Probabilities of hypotheses that exclude each other sum to 1."""
    for name, keys in _EXCLUSIVE:
        rows = facts.tables.read(name)
        sums = rows.group_by(keys).aggregate([("probability", "sum")])
        off = pc.greater(pc.abs(pc.subtract(sums["probability_sum"], 1.0)), _ROUNDING)
        for row in sums.filter(off).slice(0, 1).to_pylist():
            whose = ", ".join(str(row[key]) for key in keys)
            raise GateError(
                f"The report was not written: `{name}` of {whose} sums to "
                f"{row['probability_sum']:.3f}, not to 1"
            )


def numbers_in(sentence: str) -> list[int]:
    """Counts in a sentence; dates, and digits within a name such as `WS01`, are passed over."""
    found = _NUMBERS.findall(_DATES.sub(" ", sentence))
    return [int(each.replace(",", "")) for each in found]


def _names(facts: Facts, rests_on: list[str]) -> set[str]:
    """Names in which digits are no counts: organisations, groups, titles of the claim's stories."""
    names = {facts.name(each) for each in facts.organisations} | set(facts.organisations)
    if "attributions" not in facts.not_assessed:
        groups = facts.tables.read("attributions", ["name"])["name"].to_pylist()
        names |= {each for each in groups if each}
    return names | {row["title"] or "" for row in stories_of(facts, rests_on).to_pylist()}
