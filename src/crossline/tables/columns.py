"""Columns that several tables share, so that one name has one meaning."""

from crossline.tables.declaring import COUNT, REAL, TEXT, TIME, Column

__all__ = [
    "CLUSTER",
    "EVIDENCE_PATH",
    "FROM",
    "GRADES",
    "HIGH",
    "HOST",
    "INTRUSION",
    "LOCATOR",
    "LOW",
    "MEMBER",
    "ORGANISATION",
    "PROBABILITY",
    "RELATIONS",
    "TO",
    "X",
    "Y",
]

ORGANISATION = Column("organisation", TEXT, "the organisation whose logs these are")
EVIDENCE_PATH = Column("evidence_path", TEXT, "the evidence file, relative to the case, with `/`")
MEMBER = Column("member", TEXT, "the member inside an archive; null for a plain file")
LOCATOR = Column(
    "locator",
    COUNT,
    "where a person finds the record: line from 1 for text, EventRecordID for Windows events, "
    "block number from 1 for block formats, first line for records over several lines",
)
HOST = Column("host", TEXT, "the host that the record speaks of, as the log names it")
INTRUSION = Column("intrusion_id", TEXT, "the intrusion")
PROBABILITY = Column("probability", REAL, "probability", "0 to 1")
LOW = Column("low", REAL, "lower end of the 90 % interval", "0 to 1")
HIGH = Column("high", REAL, "upper end of the 90 % interval", "0 to 1")
FROM = Column("from_time", TIME, "start", "UTC")
TO = Column("to_time", TIME, "end", "UTC")
CLUSTER = Column("cluster_id", TEXT, "the cluster")
X = Column("cluster_x", TEXT, "one cluster of the pair")
Y = Column("cluster_y", TEXT, "the other cluster of the pair")
RELATIONS = (
    "coincidence",
    "common_interest",
    "common_tasking",
    "piggyback_x_on_y",
    "piggyback_y_on_x",
    "shared_tool_source",
    "same_operator",
    "hand_over",
)
GRADES = ("I0", "I1", "I2", "I3", "I4", "I5")
