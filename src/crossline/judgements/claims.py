"""What a judgement and an action are before they become rows: one shape for every question."""

from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa

from crossline.kernel.ids import row_id
from crossline.kernel.words import likelihood_word
from crossline.tables import TABLES

__all__ = ["Action", "Judgement", "action_rows", "judgement_id", "judgement_rows"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """One sentence that answers one question.

    `probability` with `low` and `high` is given only where it is calibrated; a count read off the
    tables has neither probability nor confidence. `rests_on` is never empty.
    """

    question: str
    sentence: str
    rests_on: tuple[str, ...]
    confidence: str | None = None
    probability: float | None = None
    low: float | None = None
    high: float | None = None
    rivals: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    would_change: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do next: its kind (`collect`, `hunt`, `contain`, `tell`), on what, and why."""

    kind: str
    target: str
    reason: str
    rests_on: tuple[str, ...]
    separates: tuple[str, ...] = ()


def judgement_id(judgement: Judgement) -> str:
    """The id of a judgement: its question, its words and the rows it rests on."""
    return row_id("ju", (judgement.question, judgement.sentence, *judgement.rests_on))


def judgement_rows(judgements: Iterable[Judgement]) -> pa.Table:
    """Rows of the table `judgements`; the likelihood's word comes from the number alone."""
    rows = [
        {
            "judgement_id": judgement_id(each),
            "question": each.question,
            "sentence": each.sentence,
            "likelihood": None if each.probability is None else likelihood_word(each.probability),
            "probability": each.probability,
            "low": each.low,
            "high": each.high,
            "confidence": each.confidence,
            "rivals": list(each.rivals),
            "against": list(each.against),
            "would_change": list(each.would_change),
            "rests_on": list(each.rests_on),
        }
        for each in judgements
    ]
    return pa.Table.from_pylist(rows, schema=TABLES["judgements"].schema)


def action_rows(actions: Iterable[Action]) -> pa.Table:
    """Rows of the table `actions`."""
    rows = [
        {
            "action_id": row_id("ac", (each.kind, each.target, each.reason, *each.rests_on)),
            "kind": each.kind,
            "target": each.target,
            "reason": each.reason,
            "separates": list(each.separates),
            "rests_on": list(each.rests_on),
        }
        for each in actions
    ]
    return pa.Table.from_pylist(rows, schema=TABLES["actions"].schema)
