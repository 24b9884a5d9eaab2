"""Section 8: who was watched, as counts of pseudonyms; no person stands here in clear."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from crossline.kernel.words import counted
from crossline.report.facts import Facts
from crossline.report.meaning.tables import rows_of_table
from crossline.report.paged import PagedTable, TableColumn

__all__ = ["Watched", "watched"]

_SHOWN_DIGITS = 16
_WATCHED = 0.5
# A smaller count could point to a person when it is quoted outside the case.
_SMALLEST_CELL = 5


@dataclass(frozen=True, slots=True)
class Watched:
    """Counts by organisation, the overlap between organisations, bulk reads, and the table."""

    reading: str
    lines: tuple[tuple[str, str, str, str, str], ...]
    shared: str
    sets: tuple[str, ...]
    table: PagedTable | None


def watched(facts: Facts, labels: dict[str, str]) -> Watched:
    """Persons count as watched where the probability is over one half."""
    rows = rows_of_table(facts, "exposure")
    likely = [row for row in rows if row["watched_probability"] > _WATCHED]
    persons = {row["subscriber"] for row in likely}
    places = Counter(
        person for person, _ in {(row["subscriber"], row["organisation"]) for row in likely}
    )
    twice = sum(number > 1 for number in places.values())
    reading = (
        f"Intruders asked for {counted(len({row['subscriber'] for row in rows}), 'pseudonym')}; "
        f"{len(persons):,} of them score over one half as watched."
        if rows
        else "No intrusion is seen to ask for a person by number."
    )
    return Watched(
        reading,
        tuple(_line(facts, each, rows) for each in facts.organisations),
        f"{counted(twice, 'pseudonym')} asked for at more than one organisation." if rows else "",
        tuple(_set(facts, row, labels) for row in rows_of_table(facts, "exposed_sets")),
        _table(facts, rows) if rows else None,
    )


def _cell(number: int) -> str:
    return f"under {_SMALLEST_CELL}" if 0 < number < _SMALLEST_CELL else f"{number:,}"


def _line(
    facts: Facts, organisation: str, rows: list[dict[str, Any]]
) -> tuple[str, str, str, str, str]:
    here = [row for row in rows if row["organisation"] == organisation]
    likely = {row["subscriber"] for row in here if row["watched_probability"] > _WATCHED}
    by_basis = Counter(row["basis"] for row in here if row["subscriber"] in likely)
    return (
        facts.name(organisation),
        _cell(len({row["subscriber"] for row in here})),
        _cell(len(likely)),
        _cell(by_basis["named"] + by_basis["list"]),
        _cell(by_basis["inferred"]),
    )


def _set(facts: Facts, row: dict[str, Any], labels: dict[str, str]) -> str:
    """A bulk read in one sentence."""
    story, where = labels.get(row["intrusion_id"], "An intrusion"), facts.name(row["organisation"])
    best = "an unknown number" if row["best"] is None else f"about {row['best']:,}"
    bounds = "" if row["high"] is None else f", at least {row['low']:,} and at most {row['high']:,}"
    who = "" if row["determinable"] else "; which persons, these logs do not tell"
    return f"{story} read records of {best} subscribers of {where} in bulk{bounds}{who}."


def _table(facts: Facts, rows: list[dict[str, Any]]) -> PagedTable:
    ranked = sorted(rows, key=lambda row: (-row["watched_probability"], -row["queries"],
                                           row["subscriber"], row["organisation"]))  # fmt: skip
    columns = {
        "pseudonym": [row["subscriber"][:_SHOWN_DIGITS] for row in ranked],
        "organisation": [facts.name(row["organisation"]) for row in ranked],
        "story": [row["intrusion_id"] for row in ranked],
        "score": [round(row["watched_probability"], 2) for row in ranked],
        "queries": [row["queries"] for row in ranked],
        "first": [row["first_time"] for row in ranked],
        "last": [row["last_time"] for row in ranked],
        "basis": [row["basis"] for row in ranked],
    }
    kinds = {"pseudonym": "mono", "story": "story", "score": "bits", "queries": "number",
             "first": "time", "last": "time"}  # fmt: skip
    named = {"story": "intrusion", "basis": "known from", "score": "score, not calibrated"}
    return PagedTable(
        "watched",
        "Pseudonyms asked for, the likeliest watched first",
        tuple(TableColumn(key, named.get(key, key), kinds.get(key, "text")) for key in columns),
        pa.table(columns),
        len(ranked),
    )
