"""The sentences people read, and what to do next."""

from crossline.tables.columns import HIGH, LOW
from crossline.tables.declaring import REAL, TEXT, TEXTS, Column, table

__all__ = ["JUDGEMENTS"]

JUDGEMENTS = (
    table(
        "judgements",
        "one key sentence of the report",
        "judgement_id",
        Column("judgement_id", TEXT, "`ju_` and a content hash"),
        Column(
            "question", TEXT, "the question it answers", values=tuple(f"Q{n}" for n in range(1, 11))
        ),
        Column("sentence", TEXT, "the sentence"),
        Column("likelihood", TEXT, "ICD 203 word; null: not a probability, or not calibrated"),
        Column("probability", REAL, "probability; null: none given", "0 to 1"),
        LOW,
        HIGH,
        Column("confidence", TEXT, "analytic confidence", values=("low", "moderate", "high")),
        Column("rivals", TEXTS, "what else could explain it"),
        Column("against", TEXTS, "evidence against it"),
        Column("would_change", TEXTS, "what would change it"),
        rests_on="intrusions detections coverage sources clusters",
        prefix="ju",
    ),
    table(
        "actions",
        "what to do next",
        "action_id",
        Column("action_id", TEXT, "`ac_` and a content hash"),
        Column("kind", TEXT, "kind", values=("collect", "hunt", "contain", "tell")),
        Column("target", TEXT, "host, log or person it concerns"),
        Column("reason", TEXT, "why"),
        Column("separates", TEXTS, "the rivals it would tell apart"),
        rests_on="intrusions detections coverage judgements",
        prefix="ac",
    ),
)
