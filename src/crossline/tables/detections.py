"""What rules and detectors found, and what was not checked."""

from crossline.tables.columns import HOST, ORGANISATION
from crossline.tables.declaring import COUNT, FIELDS, REAL, TEXT, TEXTS, TIME, Column, table

__all__ = ["DETECTIONS"]

DETECTIONS = (
    table(
        "rule_status",
        "one rule, and what became of it",
        "rule_id pack",
        Column("rule_id", TEXT, "the rule's id, else its name, else its title"),
        Column("rule_title", TEXT, "title"),
        Column("pack", TEXT, "the rule pack that it came from"),
        Column(
            "status",
            TEXT,
            "`degraded`: ran, but a field that it needs was never seen",
            values=("ran", "refused", "not_applicable", "degraded"),
        ),
        Column(
            "reason",
            TEXT,
            "why it did not run, or what it lacked; null for a rule that `ran`. For a filter: who "
            "owns it, why, and until when",
        ),
        Column("events_checked", COUNT, "events of its log source", "events"),
        Column("hits", COUNT, "detections; for a filter those that it suppresses", "detections"),
        Column(
            "level", TEXT, "level", values=("informational", "low", "medium", "high", "critical")
        ),
        Column("techniques", TEXTS, "ATT&CK technique ids of the rule's tags, as v18.1 names them"),
        Column("rule_hash", TEXT, "hash of the rule as compiled; null if it was refused"),
        Column(
            "kind",
            TEXT,
            "what it is; a document that is refused counts as a rule",
            values=("rule", "correlation", "filter", "indicators", "detector"),
        ),
        rests_on="sources",
    ),
    table(
        "detections",
        "one rule or detector firing",
        "detection_id",
        Column("detection_id", TEXT, "`de_` and the hash of rule id, rule version and event ids"),
        Column("rule_id", TEXT, "the rule's id, else its name, else its title"),
        Column("rule_title", TEXT, "title of the rule"),
        Column("rule_author", TEXT, "author of the rule, as its licence asks"),
        Column(
            "level", TEXT, "level", values=("informational", "low", "medium", "high", "critical")
        ),
        Column("techniques", TEXTS, "ATT&CK technique ids of the rule's tags, as v18.1 names them"),
        ORGANISATION,
        HOST,
        Column(
            "time", TIME, "time of the event, or of the event that completed a correlation", "UTC"
        ),
        Column(
            "matched",
            FIELDS,
            "the fields that matched and their values; group values for a correlation",
        ),
        Column("rarity_bits", REAL, "how rare this rule is in this estate, by host-days", "bits"),
        Column(
            "suppressed_by",
            TEXT,
            "id of the decision or site filter that suppresses it; null: none",
        ),
        Column("rule_hash", TEXT, "hash of the rule as compiled"),
        Column("kind", TEXT, "what fired", values=("rule", "correlation", "indicator", "detector")),
        rests_on="events",
        prefix="de",
    ),
    table(
        "cleared",
        "a detection explained as legitimate",
        "detection_id",
        Column("detection_id", TEXT, "the detection"),
        Column("reason", TEXT, "why it is legitimate"),
        Column(
            "cleared_by",
            TEXTS,
            "ids of the tickets, schedules, side-table rows or events that clear it",
        ),
        rests_on="detections",
    ),
    table(
        "coverage",
        "one log kind of one host in one month",
        "organisation host month format",
        ORGANISATION,
        HOST,
        Column("month", TEXT, "month", "YYYY-MM"),
        Column("format", TEXT, "kind of log"),
        Column(
            "state",
            TEXT,
            "`silent`: no event although the log was seen before and after; `never`: no event of "
            "it from this host at all; `unknown`: before its first or after its last event",
            values=("seen", "partial", "silent", "never", "unknown"),
        ),
        Column("events", COUNT, "events", "events"),
        Column(
            "techniques_blind",
            TEXTS,
            "techniques that the loaded rules look for only in logs absent here",
        ),
        rests_on="sources",
    ),
)
