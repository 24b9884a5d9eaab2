"""Attack stories and what did not become one."""

from crossline.tables.columns import HOST, INTRUSION, ORGANISATION
from crossline.tables.declaring import REAL, TEXT, TEXTS, TIME, Column, table

__all__ = ["INTRUSIONS"]

INTRUSIONS = (
    table(
        "intrusions",
        "one attack story in one organisation",
        "intrusion_id",
        Column("intrusion_id", TEXT, "`in_` and a content hash"),
        ORGANISATION,
        Column("first_seen", TIME, "time of its first event", "UTC"),
        Column("last_seen", TIME, "time of its last event", "UTC"),
        Column("status", TEXT, "status at the end of data", values=("open", "closed", "unknown")),
        Column(
            "probability",
            REAL,
            "probability that this is an intrusion; null while it is not calibrated",
            "0 to 1",
        ),
        Column("confidence", TEXT, "analytic confidence", values=("low", "moderate", "high")),
        Column("title", TEXT, "one line for a person"),
        Column("score_bits", REAL, "evidence against this estate's own base rate, summed", "bits"),
        Column("hosts", TEXTS, "hosts in order of first appearance"),
        Column("accounts", TEXTS, "accounts in order of first appearance"),
        Column("techniques", TEXTS, "ATT&CK technique ids in order of first appearance"),
        rests_on="detections events",
        prefix="in",
    ),
    table(
        "intrusion_events",
        "an event in an attack story",
        "intrusion_id event_id",
        INTRUSION,
        Column("event_id", TEXT, "the event"),
        Column(
            "role",
            TEXT,
            "a rule fired on it, or it ties others together",
            values=("detected", "linked"),
        ),
        Column("technique", TEXT, "ATT&CK technique id; null: none named"),
        HOST,
        Column("account", TEXT, "the account that acted; null: not in the record"),
        Column("link_reason", TEXT, "why it belongs to the story, in words"),
        Column("link_bits", REAL, "how unlikely the sharing is by chance", "bits"),
        Column("time", TIME, "time of the event", "UTC"),
        Column("step", TEXT, "what it shows, in one line"),
        rests_on="events detections",
    ),
    table(
        "unlinked",
        "a detection that no story holds, and why",
        "detection_id",
        Column("detection_id", TEXT, "the detection"),
        Column("reason", TEXT, "what it lacked"),
        Column("group_bits", REAL, "weight of the group it stood in", "bits"),
        rests_on="detections",
        public=False,
    ),
)
