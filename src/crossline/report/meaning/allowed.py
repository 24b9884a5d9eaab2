"""Section 12: what the access would have allowed, and the facts that a regulator asks for."""

from dataclasses import dataclass
from typing import Any

from crossline.kernel.words import counted
from crossline.report.facts import Facts
from crossline.report.meaning.tables import rows_of_table
from crossline.report.meaning.ways_in import VECTORS
from crossline.report.wording import day

__all__ = ["GRADES", "Allowed", "Grade", "allowed"]

GRADES = {
    "I0": "no access to service or subscriber data",
    "I1": "reads data on subscribers or the network",
    "I2": "reads at scale, or holds the office domain, mail or backup",
    "I3": "changes single subscribers' records, or learns who is intercepted",
    "I4": "could change or cut the service of chosen subscribers",
    "I5": "could disrupt service for many",
}


@dataclass(frozen=True, slots=True)
class Grade:
    """One intrusion on the scale."""

    intrusion_id: str
    label: str
    organisation: str
    possible: str
    used: str
    since: str
    until: str
    proof: str


@dataclass(frozen=True, slots=True)
class Allowed:
    """All intrusions, the highest first; the sector in one line each; the regulator's facts."""

    reading: str
    scale: tuple[tuple[str, str], ...]
    grades: tuple[Grade, ...]
    sector: tuple[tuple[str, str, str], ...]
    annex: tuple[tuple[str, str], ...]


def allowed(facts: Facts, labels: dict[str, str]) -> Allowed:
    """Grades are of the access that events show; nothing here speaks of intent."""
    where = {row["intrusion_id"]: row for row in facts.intrusions.to_pylist()}
    rows = rows_of_table(facts, "interference")
    order = {each: place for place, each in enumerate(labels)}
    rows.sort(key=lambda row: order.get(row["intrusion_id"], len(order)))
    rows.sort(key=lambda row: row["grade_possible"], reverse=True)
    grades = tuple(_grade(facts, row, where, labels) for row in rows)
    top = grades[0] if grades else None
    reading = (
        f"The highest access is {top.possible} ({GRADES[top.possible]}), by {top.label} at "
        f"{top.organisation}; used was {max(each.used for each in grades)}."
        if top and top.possible != "I0"
        else "No event shows a privilege on service or subscriber data."
    )
    return Allowed(
        reading, tuple(GRADES.items()), grades, _sector(facts, rows, where), _annex(facts)
    )


def _grade(
    facts: Facts,
    row: dict[str, Any],
    where: dict[str, dict[str, Any]],
    labels: dict[str, str],
) -> Grade:
    organisation = where.get(row["intrusion_id"], {}).get("organisation", "")
    return Grade(
        row["intrusion_id"],
        labels.get(row["intrusion_id"], row["intrusion_id"]),
        facts.name(organisation),
        row["grade_possible"],
        row["grade_used"],
        day(row["from_time"]) if row["from_time"] else "",
        day(row["to_time"]) if row["to_time"] else "",
        row["proof"] or "",
    )


def _sector(
    facts: Facts, rows: list[dict[str, Any]], where: dict[str, dict[str, Any]]
) -> tuple[tuple[str, str, str], ...]:
    """For each organisation the highest grade possible and used."""
    lines = []
    for organisation in facts.organisations:
        mine = [
            row
            for row in rows
            if where.get(row["intrusion_id"], {}).get("organisation") == organisation
        ]
        possible = max((row["grade_possible"] for row in mine), default="no intrusion seen")
        used = max((row["grade_used"] for row in mine), default="–")
        lines.append((facts.name(organisation), possible, used))
    return tuple(lines)


def _annex(facts: Facts) -> tuple[tuple[str, str], ...]:
    """Severity, cause, measures and effect across borders: Directive (EU) 2022/2555, 23(4)(d)."""
    rows = facts.intrusions.to_pylist()
    hit = {row["organisation"] for row in rows}
    countries = {
        row["country"]
        for row in facts.case.side_table("organisations")
        if row.get("country") and row["organisation"] in hit
    }
    vectors = [
        VECTORS[row["vector"]]
        for row in _leading(rows_of_table(facts, "entries"))
        if row["vector"] != "unknown"
    ]
    measures = len(facts.case.side_table("mitigations"))
    span = (
        f"{day(min(row['first_seen'] for row in rows))} to "
        f"{day(max(row['last_seen'] for row in rows))}"
        if rows
        else "none seen"
    )
    return (
        ("Severity and impact", f"{counted(len(rows), 'intrusion')} at "
         f"{counted(len(hit), 'organisation')}, {span}; grades above."),
        ("Type of threat or root cause likely to have triggered it",
         "; ".join(f"{name} ({vectors.count(name)})" for name in sorted(set(vectors)))
         or "not known from these logs"),
        ("Mitigation measures applied", f"{counted(measures, 'measure')} declared to the case; "
         "their answers stand in section 9."),
        ("Cross-border impact", f"{counted(len(countries), 'country', 'countries')} of the "
         "organisations with an intrusion."),
    )  # fmt: skip


def _leading(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    best: dict[str, dict[str, Any]] = {}
    for row in rows:
        held = best.get(row["intrusion_id"])
        if held is None or row["probability"] > held["probability"]:
            best[row["intrusion_id"]] = row
    return [best[key] for key in sorted(best)]
