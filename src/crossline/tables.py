"""Every table of crossline: what a row is, its columns, its key and what it rests on.

This module is data. Stages meet only here and in `crossline.store`; the command line, the
documentation, the exports and the schema tests are derived from `TABLES`. Tables marked `public`
are exported by the report under `report/tables/`, with the columns named here.
"""

from dataclasses import dataclass

import pyarrow as pa

__all__ = ["TABLES", "Column", "Table", "table_of_id"]

TEXT = pa.string()
FLAG = pa.bool_()
COUNT = pa.int64()
REAL = pa.float64()
TIME = pa.timestamp("us", tz="UTC")
TEXTS = pa.list_(pa.string())
FIELDS = pa.map_(pa.string(), pa.string())


@dataclass(frozen=True, slots=True)
class Column:
    """One column: name, Arrow type, meaning, and the unit or allowed values where it has them."""

    name: str
    type: pa.DataType
    meaning: str
    unit: str = ""
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """One table.

    `key` names the columns that identify a row and order the table. `rests_on` names the tables
    whose ids may stand in the column of that name (empty: the table has no such column).
    `id_column` and `prefix` are set where rows have an id of their own.
    """

    name: str
    meaning: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    rests_on: tuple[str, ...] = ()
    prefix: str = ""
    public: bool = True
    partition_by: tuple[str, ...] = ()

    @property
    def id_column(self) -> str | None:
        """The column that holds this table's own id, or None."""
        return self.columns[0].name if self.prefix else None

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema, `rests_on` included."""
        fields = [pa.field(column.name, column.type) for column in self.columns]
        if self.rests_on:
            fields.append(pa.field("rests_on", TEXTS))
        return pa.schema(fields)


def _table(
    name: str,
    meaning: str,
    key: str,
    *columns: Column,
    rests_on: str = "",
    prefix: str = "",
    public: bool = True,
    partition_by: str = "",
) -> Table:
    return Table(
        name,
        meaning,
        tuple(key.split()),
        columns,
        tuple(rests_on.split()),
        prefix,
        public,
        tuple(partition_by.split()),
    )


_ORGANISATION = Column("organisation", TEXT, "the organisation whose logs these are")
_EVIDENCE_PATH = Column("evidence_path", TEXT, "the evidence file, relative to the case, with `/`")
_MEMBER = Column("member", TEXT, "the member inside an archive; null for a plain file")
_LOCATOR = Column(
    "locator",
    COUNT,
    "where a person finds the record: line from 1 for text, EventRecordID for Windows events, "
    "block number from 1 for block formats, first line for records over several lines",
)
_HOST = Column("host", TEXT, "the host that the record speaks of, as the log names it")
_INTRUSION = Column("intrusion_id", TEXT, "the intrusion")
_PROBABILITY = Column("probability", REAL, "probability", "0 to 1")
_LOW = Column("low", REAL, "lower end of the 90 % interval", "0 to 1")
_HIGH = Column("high", REAL, "upper end of the 90 % interval", "0 to 1")
_FROM = Column("from_time", TIME, "start", "UTC")
_TO = Column("to_time", TIME, "end", "UTC")
_CLUSTER = Column("cluster_id", TEXT, "the cluster")
_X = Column("cluster_x", TEXT, "one cluster of the pair")
_Y = Column("cluster_y", TEXT, "the other cluster of the pair")
_RELATIONS = (
    "coincidence",
    "common_interest",
    "common_tasking",
    "piggyback_x_on_y",
    "piggyback_y_on_x",
    "shared_tool_source",
    "same_operator",
    "hand_over",
)
_GRADES = ("I0", "I1", "I2", "I3", "I4", "I5")

_DECLARED = (
    _table(
        "sources",
        "one evidence file, or one member of an archive, by its content",
        "source_id",
        Column("source_id", TEXT, "`so_` and the hash of organisation and content"),
        _ORGANISATION,
        _EVIDENCE_PATH,
        _MEMBER,
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
    _table(
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
        _ORGANISATION,
        Column("month", TEXT, "month of `time`, `unknown` without one", "YYYY-MM"),
        _EVIDENCE_PATH,
        _MEMBER,
        _LOCATOR,
        Column(
            "position",
            COUNT,
            "ordinal of the record in the file from 1; file and position are unique",
        ),
        Column("source_id", TEXT, "the source that the record stands in"),
        Column(
            "format", TEXT, "kind of log: winsec, winsystem, sysmon, powershell, win_other, iis, …"
        ),
        _HOST,
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
    _table(
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
        _EVIDENCE_PATH,
        _MEMBER,
        _LOCATOR,
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
    _table(
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
    _table(
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
        _ORGANISATION,
        _HOST,
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
    _table(
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
    _table(
        "intrusions",
        "one attack story in one organisation",
        "intrusion_id",
        Column("intrusion_id", TEXT, "`in_` and a content hash"),
        _ORGANISATION,
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
    _table(
        "intrusion_events",
        "an event in an attack story",
        "intrusion_id event_id",
        _INTRUSION,
        Column("event_id", TEXT, "the event"),
        Column(
            "role",
            TEXT,
            "a rule fired on it, or it ties others together",
            values=("detected", "linked"),
        ),
        Column("technique", TEXT, "ATT&CK technique id; null: none named"),
        _HOST,
        Column("account", TEXT, "the account that acted; null: not in the record"),
        Column("link_reason", TEXT, "why it belongs to the story, in words"),
        Column("link_bits", REAL, "how unlikely the sharing is by chance", "bits"),
        Column("time", TIME, "time of the event", "UTC"),
        Column("step", TEXT, "what it shows, in one line"),
        rests_on="events detections",
    ),
    _table(
        "unlinked",
        "a detection that no story holds, and why",
        "detection_id",
        Column("detection_id", TEXT, "the detection"),
        Column("reason", TEXT, "what it lacked"),
        Column("group_bits", REAL, "weight of the group it stood in", "bits"),
        rests_on="detections",
        public=False,
    ),
    _table(
        "entries",
        "a way in that was considered",
        "intrusion_id vector event_id",
        _INTRUSION,
        Column(
            "vector",
            TEXT,
            "the way in; `valid_account` includes an insider's own",
            values=(
                "exploit",
                "phishing",
                "supplier",
                "valid_account",
                "other_intrusion",
                "unknown",
            ),
        ),
        _PROBABILITY,
        Column(
            "before_disclosure",
            FLAG,
            "used before the hole was public; null: not applicable or unknown",
        ),
        Column("event_id", TEXT, "the event that shows it"),
        Column("supplier", TEXT, "the supplier, for that vector"),
        Column("parent_intrusion_id", TEXT, "the intrusion it came from"),
        rests_on="intrusions events",
    ),
    _table(
        "supplier_paths",
        "what one supplier opened at one organisation",
        "supplier organisation intrusion_id tier account",
        Column("supplier", TEXT, "the supplier"),
        _ORGANISATION,
        _INTRUSION,
        Column("tier", TEXT, "how it is known", values=("observed", "usable", "contractual")),
        Column("account", TEXT, "the supplier's account"),
        _FROM,
        _TO,
        _PROBABILITY,
        Column(
            "supplier_compromised_from_earliest",
            TIME,
            "earliest start of the supplier's compromise",
            "UTC",
        ),
        Column(
            "supplier_compromised_from_latest",
            TIME,
            "latest start of the supplier's compromise",
            "UTC",
        ),
        rests_on="intrusions events",
    ),
    _table(
        "reach",
        "one host or asset touched or in reach",
        "intrusion_id organisation host",
        _INTRUSION,
        _ORGANISATION,
        _HOST,
        Column(
            "asset_class",
            TEXT,
            "crown-jewel class",
            values=(
                "domain",
                "mail",
                "billing",
                "cdr",
                "mediation",
                "register",
                "packet_core",
                "routing",
                "crm",
                "li",
                "sim_ota",
                "nms",
                "backup",
                "bastion",
                "aaa",
                "other",
            ),
        ),
        Column("status", TEXT, "how far it came", values=("reached", "attempted", "reachable")),
        Column(
            "privilege", TEXT, "highest privilege shown", values=("none", "read", "write", "admin")
        ),
        Column("first_time", TIME, "first access", "UTC"),
        Column("last_time", TIME, "last access", "UTC"),
        rests_on="intrusions events",
    ),
    _table(
        "interference",
        "the grade of one intrusion: what the access would have allowed",
        "intrusion_id",
        _INTRUSION,
        Column("grade_possible", TEXT, "highest grade that the access allowed", values=_GRADES),
        Column("grade_used", TEXT, "highest grade that was used", values=_GRADES),
        _FROM,
        _TO,
        Column("proof", TEXT, "the event that shows the privilege, in words"),
        rests_on="intrusions events",
    ),
    _table(
        "exposure",
        "one pseudonym asked for by one intrusion",
        "subscriber organisation intrusion_id",
        Column("subscriber", TEXT, "pseudonym"),
        _ORGANISATION,
        _INTRUSION,
        Column("watched_probability", REAL, "probability that this person was watched", "0 to 1"),
        Column("queries", COUNT, "queries", "queries"),
        Column("first_time", TIME, "first query", "UTC"),
        Column("last_time", TIME, "last query", "UTC"),
        Column("basis", TEXT, "how it is known", values=("named", "inferred", "list")),
        rests_on="intrusions events",
    ),
    _table(
        "exposed_sets",
        "a bulk read of subscribers' data",
        "intrusion_id organisation",
        _INTRUSION,
        _ORGANISATION,
        Column("low", COUNT, "at least", "subscribers"),
        Column("best", COUNT, "best estimate", "subscribers"),
        Column("high", COUNT, "at most", "subscribers"),
        Column("determinable", FLAG, "whether the persons can be told from the logs"),
        rests_on="intrusions events",
    ),
    _table(
        "adaptation",
        "one mitigation or eviction, and how it was answered",
        "mitigation_id intrusion_id",
        Column("mitigation_id", TEXT, "the mitigation"),
        _INTRUSION,
        Column(
            "response_kind",
            TEXT,
            "the answer",
            values=(
                "none",
                "wait_and_return",
                "new_place",
                "new_infrastructure",
                "new_account",
                "new_tool",
                "new_technique",
                "survivor",
                "unknown",
            ),
        ),
        Column("response_time", TIME, "time of the answer", "UTC"),
        Column("lag_days", REAL, "time from mitigation to answer", "days"),
        Column("censored", FLAG, "the logs end or begin before the answer could be seen"),
        Column("path", TEXT, "the way back"),
        rests_on="intrusions events",
    ),
    _table(
        "coverage",
        "one log kind of one host in one month",
        "organisation host month format",
        _ORGANISATION,
        _HOST,
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
    _table(
        "gaps",
        "an interval not or badly seen",
        "gap_id",
        Column("gap_id", TEXT, "`ga_` and a content hash"),
        _ORGANISATION,
        _HOST,
        Column("format", TEXT, "kind of log"),
        _FROM,
        _TO,
        Column(
            "kind",
            TEXT,
            "what is wrong",
            values=(
                "silent",
                "never_collected",
                "cleared",
                "disabled",
                "truncated",
                "clock_offset",
                "clock_drift",
                "duplicate",
                "telemetry_change",
                "missing_fields",
            ),
        ),
        Column("offset_seconds", REAL, "clock offset", "seconds"),
        Column("caused_by_intruder", FLAG, "whether an intruder caused it; null: not known"),
        rests_on="events sources problems",
        prefix="ga",
    ),
    _table(
        "traits",
        "one sign of how an intruder works, found in one intrusion",
        "trait_id",
        Column("trait_id", TEXT, "`tr_` and a content hash"),
        _INTRUSION,
        _ORGANISATION,
        Column(
            "family",
            TEXT,
            "what the sign speaks of; signs of one family depend on each other",
            values=(
                "technique",
                "software",
                "build",
                "path",
                "command",
                "account",
                "infrastructure",
                "schedule",
                "target",
            ),
        ),
        Column("kind", TEXT, "the sort of sign: web_shell_path, service_name, imphash, …"),
        Column("value", TEXT, "the sign itself, normalised; subscribers as pseudonyms"),
        Column("first_time", TIME, "first event that shows it", "UTC"),
        Column("last_time", TIME, "last event that shows it", "UTC"),
        Column("events", COUNT, "events that show it", "events"),
        Column("world_bits", REAL, "how rare it is among known intruders; null: not known", "bits"),
        Column("estate_bits", REAL, "how rare it is in these estates outside the story", "bits"),
        rests_on="events",
        prefix="tr",
        public=False,
    ),
    _table(
        "clusters",
        "one cluster of intrusions",
        "cluster_id",
        Column("cluster_id", TEXT, "`cl_` and a content hash"),
        Column("state", TEXT, "life cycle", values=("new", "stable", "merged", "split")),
        Column("derived_from", TEXTS, "clusters of the run before that its intrusions stood in"),
        rests_on="intrusions",
        prefix="cl",
    ),
    _table(
        "cluster_members",
        "an intrusion in a cluster",
        "cluster_id intrusion_id",
        _CLUSTER,
        _INTRUSION,
        _PROBABILITY,
        rests_on="intrusions",
    ),
    _table(
        "pair_weights",
        "one piece of evidence between two intrusions",
        "intrusion_x intrusion_y feature value",
        Column("intrusion_x", TEXT, "one intrusion"),
        Column("intrusion_y", TEXT, "the other"),
        Column("feature", TEXT, "kind of evidence"),
        Column("value", TEXT, "what they share"),
        Column("bits", REAL, "weight", "bits"),
        rests_on="intrusions events",
    ),
    _table(
        "attributions",
        "one candidate for one cluster; sums to 1 per cluster",
        "cluster_id candidate",
        _CLUSTER,
        Column("candidate", TEXT, "ATT&CK group id, profile id, or `none_of_these`"),
        _PROBABILITY,
        Column("low", REAL, "lowest when the evidence or the prior is varied", "0 to 1"),
        Column("high", REAL, "highest when the evidence or the prior is varied", "0 to 1"),
        Column("name", TEXT, "what its source calls the candidate; null for none of these"),
        Column("known_techniques", COUNT, "profile size: techniques known of it", "techniques"),
        Column("known_software", COUNT, "profile size: software known of it", "software"),
        Column("known_reports", COUNT, "profile size: reports that speak of it", "reports"),
        Column(
            "confidence",
            TEXT,
            "analytic confidence in the cluster's answer, from how the evidence stands, not from "
            "the probability",
            values=("low", "moderate", "high"),
        ),
        Column(
            "sponsor_claims",
            TEXTS,
            "who is said to stand behind the candidate, and by whom; never crossline's own claim",
        ),
        rests_on="clusters",
    ),
    _table(
        "attribution_evidence",
        "one reason for or against a candidate, or one trial of the answer",
        "cluster_id candidate kind item",
        _CLUSTER,
        Column("candidate", TEXT, "as in `attributions`"),
        Column(
            "kind",
            TEXT,
            "`start`: odds before any evidence; `family`: what a family of evidence adds, sums "
            "with `start` to the odds of the answer; `absent`: usual for the candidate and not "
            "seen, already in the families; `drop_one`: the answer without one item; `false_flag`: "
            "who leads without the strongest item; `prior`: the answer at another prior of none "
            "of these; `collect`: an item that would tell the first two groups apart",
            values=("start", "family", "absent", "drop_one", "false_flag", "prior", "collect"),
        ),
        Column("item", TEXT, "family, technique, software or prior; empty for `start`"),
        Column("bits", REAL, "change of the candidate's log odds; null for `prior`", "bits"),
        Column("probability", REAL, "the candidate's, in that trial; null: no trial", "0 to 1"),
        Column("blind_formats", TEXTS, "logs that would show the item and are absent here"),
        rests_on="clusters",
        public=False,
    ),
    _table(
        "coordination",
        "one relation of one pair of clusters; sums to 1 per pair",
        "cluster_x cluster_y relation",
        _X,
        _Y,
        Column("relation", TEXT, "the hypothesis", values=_RELATIONS),
        _PROBABILITY,
        _LOW,
        _HIGH,
        Column("calibrated", FLAG, "whether the probability is calibrated"),
        Column("cannot_tell", FLAG, "the evidence does not separate the leaders"),
        rests_on="clusters",
    ),
    _table(
        "coordination_evidence",
        "one item for or against a relation",
        "cluster_x cluster_y item relation",
        _X,
        _Y,
        Column("item", TEXT, "the item"),
        Column("relation", TEXT, "the hypothesis", values=_RELATIONS),
        Column("bits", REAL, "weight", "bits"),
        Column("p_value", REAL, "probability under the null model", "0 to 1"),
        Column("null_model", TEXT, "the null model"),
        rests_on="clusters events",
    ),
    _table(
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
        _LOW,
        _HIGH,
        Column("confidence", TEXT, "analytic confidence", values=("low", "moderate", "high")),
        Column("rivals", TEXTS, "what else could explain it"),
        Column("against", TEXTS, "evidence against it"),
        Column("would_change", TEXTS, "what would change it"),
        rests_on="intrusions detections coverage sources clusters",
        prefix="ju",
    ),
    _table(
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

TABLES: dict[str, Table] = {table.name: table for table in _DECLARED}

_BY_PREFIX = {table.prefix: table for table in _DECLARED if table.prefix}


def table_of_id(row_id: str) -> Table | None:
    """The table that an id such as `ev_1f…` belongs to, by its prefix; None if it has none."""
    return _BY_PREFIX.get(row_id.partition("_")[0])
