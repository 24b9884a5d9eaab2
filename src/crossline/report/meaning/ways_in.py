"""Section 6: how each intrusion came in, with its rivals."""

from dataclasses import dataclass

from crossline.report.facts import Facts
from crossline.report.meaning.tables import rows_of_table
from crossline.report.pictures.bars import Bars, bars
from crossline.report.wording import clipped, stamp

__all__ = ["VECTORS", "WayIn", "ways_in"]

VECTORS = {
    "exploit": "a hole in a public service",
    "phishing": "a message that a person opened",
    "supplier": "a supplier's access",
    "valid_account": "a valid account",
    "other_intrusion": "another intrusion's access",
    "unknown": "not known, or before the logs",
}


@dataclass(frozen=True, slots=True)
class WayIn:
    """One intrusion's ways in; `sign` is the event that shows the likeliest, `notes` sentences."""

    intrusion_id: str
    label: str
    organisation: str
    picture: Bars
    sign: str
    sign_time: str
    notes: tuple[str, ...]


def ways_in(facts: Facts, labels: dict[str, str]) -> tuple[WayIn, ...]:
    """In the order of the intrusions' labels."""
    by_story: dict[str, list[dict[str, object]]] = {}
    for row in rows_of_table(facts, "entries"):
        by_story.setdefault(row["intrusion_id"], []).append(row)
    places = {row["intrusion_id"]: row["organisation"] for row in facts.intrusions.to_pylist()}
    times = {row["event_id"]: row["time"] for row in facts.steps.to_pylist()}
    order = [each for each in labels if each in by_story]
    return tuple(
        _way_in(facts, labels, each, places.get(each, ""), by_story[each], times) for each in order
    )


def _way_in(
    facts: Facts,
    labels: dict[str, str],
    intrusion: str,
    organisation: str,
    rows: list[dict[str, object]],
    times: dict[str, object],
) -> WayIn:
    ranked = sorted(rows, key=lambda row: (-float(str(row["probability"])), str(row["vector"])))
    first = ranked[0]
    shares = [(_named(row), float(str(row["probability"])), None, None) for row in ranked]
    label = labels[intrusion]
    where = facts.name(organisation)
    sign = str(first["event_id"] or "")
    return WayIn(
        intrusion,
        label,
        where,
        bars(f"{label} at {clipped(where, 48)}: {_named(first)} scores highest.", shares, False),
        sign,
        stamp(times.get(sign)) if sign else "",  # type: ignore[arg-type]
        tuple(_notes(first, labels)),
    )


def _named(row: dict[str, object]) -> str:
    words = VECTORS[str(row["vector"])]
    return f"{words}: {clipped(str(row['supplier']), 32)}" if row["supplier"] else words


def _notes(row: dict[str, object], labels: dict[str, str]) -> list[str]:
    notes = []
    if row["before_disclosure"] is not None:
        when = "before" if row["before_disclosure"] else "after"
        notes.append(f"The hole was used {when} it was public.")
    if row["parent_intrusion_id"]:
        parent = str(row["parent_intrusion_id"])
        notes.append(f"It came from {labels.get(parent, 'an intrusion not in this report')}.")
    elif row["vector"] == "supplier":
        notes.append("No log of the supplier shows its side; that is inferred from here.")
    return notes
