"""Section 11: whether clusters work together, with the evidence by hypothesis."""

from dataclasses import dataclass
from typing import Any

from crossline.kernel.words import likelihood_word, percent
from crossline.report.facts import Facts
from crossline.report.meaning.tables import rows_of_table
from crossline.report.pictures.bars import Bars, bars

__all__ = ["RELATIONS", "Evidence", "Together", "relation_words", "together"]

RELATIONS = {
    "coincidence": "coincidence",
    "common_interest": "common interest",
    "common_tasking": "common tasking",
    "piggyback_x_on_y": "{x} rides on {y}",
    "piggyback_y_on_x": "{y} rides on {x}",
    "shared_tool_source": "shared tool source",
    "same_operator": "one operator",
    "hand_over": "hand-over",
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """One item: its bits under each relation of `Together.columns`, and its test."""

    item: str
    bits: tuple[float | None, ...]
    p_value: float | None
    null_model: str


@dataclass(frozen=True, slots=True)
class Together:
    """One pair of clusters."""

    x: str
    y: str
    picture: Bars
    cannot_tell: bool
    calibrated: bool
    columns: tuple[str, ...]
    evidence: tuple[Evidence, ...]


def relation_words(relation: str, x: str, y: str) -> str:
    """A relation in words, with the clusters' labels where it has a direction."""
    return RELATIONS[relation].format(x=x, y=y)


def together(facts: Facts, labels: dict[str, str]) -> tuple[Together, ...]:
    """Every pair that was weighed, by label."""
    pairs: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows_of_table(facts, "coordination"):
        pairs.setdefault((row["cluster_x"], row["cluster_y"]), []).append(row)
    items: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows_of_table(facts, "coordination_evidence"):
        items.setdefault((row["cluster_x"], row["cluster_y"]), []).append(row)
    made = [
        _pair(labels.get(x, x), labels.get(y, y), rows, items.get((x, y), []))
        for (x, y), rows in pairs.items()
    ]
    return tuple(sorted(made, key=lambda each: (each.cannot_tell, each.x, each.y)))


def _pair(x: str, y: str, rows: list[dict[str, Any]], items: list[dict[str, Any]]) -> Together:
    ranked = sorted(rows, key=lambda row: (-row["probability"], row["relation"]))
    first = ranked[0]
    calibrated = all(row["calibrated"] for row in rows)
    cannot_tell = any(row["cannot_tell"] for row in rows)
    leader = relation_words(first["relation"], x, y)
    word = f"{likelihood_word(first['probability'])}, " if calibrated else "score "
    reading = (
        f"{x} and {y}: the evidence does not tell the leaders apart."
        if cannot_tell
        else f"{x} and {y}: {leader} leads ({word}{percent(first['probability'])})."
    )
    shares = [
        (relation_words(row["relation"], x, y), row["probability"], row["low"], row["high"])
        for row in ranked
    ]
    columns = [relation for relation in RELATIONS if any(r["relation"] == relation for r in items)]
    return Together(
        x, y, bars(reading, shares, calibrated), cannot_tell, calibrated,
        tuple(relation_words(each, x, y) for each in columns),
        tuple(_evidence(item, items, columns) for item in sorted({r["item"] for r in items})),
    )  # fmt: skip


def _evidence(item: str, rows: list[dict[str, Any]], columns: list[str]) -> Evidence:
    mine = {row["relation"]: row for row in rows if row["item"] == item}
    any_row = next(iter(mine.values()))
    return Evidence(
        item,
        tuple(mine[each]["bits"] if each in mine else None for each in columns),
        any_row["p_value"],
        any_row["null_model"] or "",
    )
