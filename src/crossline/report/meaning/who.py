"""Section 10: which known group may be behind each cluster."""

from dataclasses import dataclass
from typing import Any

from crossline.kernel.words import likelihood_word, percent
from crossline.report.facts import Facts
from crossline.report.meaning.tables import rows_of_table
from crossline.report.pictures.bars import Bars, bars

__all__ = ["NONE_OF_THESE", "Attributed", "attributed"]

NONE_OF_THESE = "none_of_these"
_MOST_NAMED = 6


@dataclass(frozen=True, slots=True)
class Attributed:
    """One cluster: rivals with `none of these` always among them, and how many are left out."""

    cluster_id: str
    label: str
    picture: Bars
    sentence: str
    left_out: int
    left_out_share: str


def attributed(facts: Facts, labels: dict[str, str]) -> tuple[Attributed, ...]:
    """By the clusters' labels."""
    by_cluster: dict[str, list[dict[str, Any]]] = {}
    for row in rows_of_table(facts, "attributions"):
        by_cluster.setdefault(row["cluster_id"], []).append(row)
    return tuple(
        _one(cluster, labels[cluster], by_cluster[cluster])
        for cluster in labels
        if cluster in by_cluster
    )


def _one(cluster: str, label: str, rows: list[dict[str, Any]]) -> Attributed:
    ranked = sorted(rows, key=lambda row: (-row["probability"], row["candidate"]))
    named = [row for row in ranked if row["candidate"] != NONE_OF_THESE][:_MOST_NAMED]
    none = [row for row in ranked if row["candidate"] == NONE_OF_THESE]
    shown = sorted([*named, *none], key=lambda row: (-row["probability"], row["candidate"]))
    rest = [row for row in ranked if row not in shown]
    first = shown[0]
    words = f"{_name(first)}: {likelihood_word(first['probability'])}"
    sentence = f"{words} ({percent(first['probability'])})."
    shares = [(_name(row), row["probability"], row["low"], row["high"]) for row in shown]
    return Attributed(
        cluster,
        label,
        bars(f"{label}: {sentence}", shares, True),
        sentence,
        len(rest),
        percent(sum(row["probability"] for row in rest)) if rest else "",
    )


def _name(row: dict[str, Any]) -> str:
    if row["candidate"] == NONE_OF_THESE:
        return "none of these"
    name = row.get("name")
    return f"{name} ({row['candidate']})" if name else str(row["candidate"])
