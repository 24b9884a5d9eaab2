"""What the judgements are made from: the stages' tables, read once."""

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from crossline.store import Tables

__all__ = ["MOST_ROWS", "Findings", "rarest", "read_findings"]

# A claim that counts a whole table names this many of its rows, the rarest. Reason: a claim over
# a million detections would otherwise be a row of 35 MB.
MOST_ROWS = 10_000
_MEANING = (
    "entries", "reach", "exposure", "adaptation", "interference", "cluster_members",
    "attributions", "coordination",
)  # fmt: skip


@dataclass(frozen=True)
class Findings:
    """The tables that judgements look at, each sorted by key; `names` maps ids of organisations.

    A table that no stage wrote is None: its question gets no sentence.
    """

    sources: pa.Table
    rules: pa.Table
    detections: pa.Table
    coverage: pa.Table
    intrusions: pa.Table
    unlinked: pa.Table
    names: dict[str, str]
    entries: pa.Table | None = None
    reach: pa.Table | None = None
    exposure: pa.Table | None = None
    adaptation: pa.Table | None = None
    interference: pa.Table | None = None
    cluster_members: pa.Table | None = None
    attributions: pa.Table | None = None
    coordination: pa.Table | None = None

    def name(self, organisation: str) -> str:
        """The name of an organisation as the side table gives it, else its folder's name."""
        return self.names.get(organisation) or organisation

    @property
    def source_ids(self) -> tuple[str, ...]:
        """Ids of every source."""
        return tuple(self.sources["source_id"].to_pylist())


def read_findings(tables: Tables, names: dict[str, str]) -> Findings:
    """Read the tables; suppressed detections stay out, they are no findings."""
    detections = tables.read(
        "detections",
        ["detection_id", "rule_id", "rule_title", "level", "organisation", "host", "rarity_bits",
         "suppressed_by", "rests_on"],
        where=pc.field("suppressed_by").is_null(),
    )  # fmt: skip
    return Findings(
        sources=tables.read("sources"),
        rules=tables.read("rule_status"),
        detections=detections,
        coverage=tables.read("coverage"),
        intrusions=tables.read("intrusions"),
        unlinked=tables.read("unlinked"),
        names=names,
        **{name: tables.read(name) for name in _MEANING if tables.store.exists(name)},
    )


def rarest(detections: pa.Table, most: int = MOST_ROWS) -> tuple[str, ...]:
    """Ids of the rarest detections, by bits, then by id."""
    order = [("rarity_bits", "descending"), ("detection_id", "ascending")]
    return tuple(detections.sort_by(order)["detection_id"].slice(0, most).to_pylist())
