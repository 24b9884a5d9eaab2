"""What was read: sources, records and what could not be used."""

from crossline.tables.columns import EVIDENCE_PATH, HOST, LOCATOR, MEMBER, ORGANISATION
from crossline.tables.declaring import COUNT, FIELDS, REAL, TEXT, TEXTS, TIME, Column, table

__all__ = ["EVIDENCE"]

EVIDENCE = (
    table(
        "sources",
        "one evidence file, or one member of an archive, by its content",
        "source_id",
        Column("source_id", TEXT, "`so_` and the hash of organisation and content"),
        ORGANISATION,
        EVIDENCE_PATH,
        MEMBER,
        Column("also_at", TEXTS, "further places with the same content (`path` or `path!member`)"),
        Column("sha256", TEXT, "SHA-256 of the content"),
        Column("size", COUNT, "size of the content", "bytes"),
        Column(
            "container", TEXT, "what was read: evtx, xml, json, json_lines, …; null: not recognised"
        ),
        Column("read", COUNT, "records met", "records"),
        Column("kept", COUNT, "records stored as events", "records"),
        Column("rejected", COUNT, "records not usable, each in `problems`", "records"),
        Column("withheld", COUNT, "records counted but never stored, with the reason", "records"),
        Column("first_time", TIME, "earliest event time", "UTC"),
        Column("last_time", TIME, "latest event time", "UTC"),
        Column("reader_version", TEXT, "version of the reader and of its library"),
        prefix="so",
        public=False,
    ),
    table(
        "events",
        "one record kept; exported only for events that a result rests on, all with `--all-events`",
        "organisation evidence_path member position",
        Column(
            "event_id",
            TEXT,
            "`ev_` and the hash of the record's own bytes with what names it (Windows: computer, "
            "channel, record id; text: the file's head and the position); the same record in two "
            "files has one id and counts once",
        ),
        ORGANISATION,
        Column("month", TEXT, "month of `time`, `unknown` without one", "YYYY-MM"),
        EVIDENCE_PATH,
        MEMBER,
        LOCATOR,
        Column(
            "position",
            COUNT,
            "ordinal of the record in the file from 1; file and position are unique",
        ),
        Column("source_id", TEXT, "the source that the record stands in"),
        Column(
            "format", TEXT, "kind of log: winsec, winsystem, sysmon, powershell, win_other, iis, …"
        ),
        HOST,
        Column(
            "time",
            TIME,
            "when it happened, clock correction applied; null: the record has no usable time",
            "UTC",
        ),
        Column("time_uncertainty_s", REAL, "half width of what `time` may be off by", "seconds"),
        Column(
            "time_basis",
            TEXT,
            "where the offset from UTC came from",
            values=("stated", "settings", "organisation", "assumed", "none"),
        ),
        Column("time_raw", TEXT, "the time as the record has it"),
        Column("channel", TEXT, "Windows channel, or the log's own name"),
        Column("provider", TEXT, "Windows provider, or the program that wrote the record"),
        Column("event_code", TEXT, "Windows event id, or the log's own record type"),
        Column("record_id", COUNT, "EventRecordID, where there is one"),
        Column(
            "fields",
            FIELDS,
            "the record's fields as text, under the names that Sigma rules use; further values of "
            "one field stand under `name#2`, `name#3`, …; a null value is a field that is present "
            "and null; subscribers' identities are replaced by `[kind pseudonym]`",
        ),
        Column(
            "subscribers",
            TEXTS,
            "pseudonyms of the subscribers that the record names, each once: 32 hex digits of "
            "HMAC-SHA-256 with the case's key",
        ),
        Column(
            "subscriber_kinds",
            TEXTS,
            "what each of `subscribers` was: msisdn (number), imsi (SIM) or imei (device)",
        ),
        prefix="ev",
        partition_by="organisation month",
    ),
    table(
        "problems",
        "a record, file or rule that was not used, or not wholly",
        "problem_id",
        Column("problem_id", TEXT, "`pr_` and a content hash"),
        Column(
            "kind",
            TEXT,
            "what was not used",
            values=(
                "file",
                "record",
                "chunk",
                "time",
                "incomplete",
                "rule",
                "archive",
                "withheld",
                "side_table",
            ),
        ),
        EVIDENCE_PATH,
        MEMBER,
        LOCATOR,
        Column("reason", TEXT, "what is wrong with it, and what to do where something can be done"),
        Column("count", COUNT, "records that this row stands for", "records"),
        Column(
            "source_id", TEXT, "the source; null for rules and for files that could not be opened"
        ),
        Column(
            "found_by",
            TEXT,
            "what found it",
            values=("inventory", "reading", "rules"),
        ),
        rests_on="sources",
        prefix="pr",
    ),
)
