"""What the report is made from: the case's tables, read once, and the events they rest on."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc

from crossline.case import Case
from crossline.report.window import Window, log_window
from crossline.store import Part, Tables
from crossline.tables import TABLES

__all__ = ["Facts", "read_facts"]


@dataclass(frozen=True)
class Facts:
    """The tables of one case, each sorted by its key; suppressed detections are counted apart."""

    case: Case
    tables: Tables
    sources: pa.Table
    problems: pa.Table
    rules: pa.Table
    detections: pa.Table
    suppressed: int
    coverage: pa.Table
    intrusions: pa.Table
    steps: pa.Table
    judgements: pa.Table
    actions: pa.Table
    names: dict[str, str]
    not_assessed: frozenset[str]

    def name(self, organisation: str) -> str:
        """The name of an organisation as the side table gives it, else its folder's name."""
        return self.names.get(organisation) or organisation

    @cached_property
    def organisations(self) -> list[str]:
        """Every organisation with evidence, in the order of their names."""
        found = {*self.sources["organisation"].to_pylist(), *self.names}
        return sorted(found, key=lambda each: (self.name(each).casefold(), each))

    @cached_property
    def window(self) -> Window | None:
        """The months that are drawn; see `log_window`."""
        return log_window(self.coverage)

    @cached_property
    def event_ids(self) -> pa.Array:
        """Ids of all events that a result rests on, each once, sorted."""
        # Suppressed detections are exported, too.
        resting = [
            name
            for name, table in TABLES.items()
            if table.public and "events" in table.rests_on and self.tables.store.exists(name)
        ]
        lists = [self.tables.read(name, ["rests_on"])["rests_on"] for name in resting]
        ids = [column.combine_chunks().flatten().cast(pa.string()) for column in lists]
        ids.append(self.steps["event_id"].combine_chunks())
        every = pc.unique(pa.concat_arrays(ids))
        events = every.filter(pc.starts_with(every, "ev_"))
        return events.take(pc.sort_indices(events))

    @cached_property
    def _event_parts(self) -> list[Part]:
        # Listed once: each listing opens every file of every organisation and month.
        return self.tables.parts("events")

    def events(self, ids: pa.Array, columns: list[str] | None = None) -> pa.Table:
        """The events with these ids, in the order of organisation, file and position.

        An event seen in two files stands twice.
        """
        order = ["organisation", "evidence_path", "member", "position"]
        wanted = columns or TABLES["events"].schema.names
        rows = self._read(self._event_parts, list(dict.fromkeys([*wanted, *order])), ids)
        return rows.sort_by([(name, "ascending") for name in order]).select(wanted)

    def events_by_organisation(self, ids: pa.Array | None) -> Iterator[pa.Table]:
        """Events one organisation at a time, in no order; all of them where `ids` is None."""
        names = TABLES["events"].schema.names
        for organisation in sorted(set(self.sources["organisation"].to_pylist())):
            parts = [p for p in self._event_parts if p.partition["organisation"] == organisation]
            yield self._read(parts, names, ids)

    def _read(self, parts: list[Part], columns: list[str], ids: pa.Array | None) -> pa.Table:
        among = None if ids is None else ("event_id", ids.cast(pa.string()))
        schema = pa.schema([TABLES["events"].schema.field(name) for name in columns])
        batches = [
            batch
            for part in parts
            for batch in self.tables.scan_part("events", part, columns, among)
        ]
        return pa.Table.from_batches(batches, schema)


# Its lists (techniques, sources) are long, and no section draws them.
_OF_COVERAGE = ("organisation", "host", "month", "format", "state", "events")


def read_facts(case: Case, tables: Tables) -> Facts:
    """Read what the report needs, apart from events."""
    detections = tables.read("detections")
    active = detections.filter(pc.is_null(detections["suppressed_by"]))
    absent = (name for name, table in TABLES.items() if table.public)
    return Facts(
        case=case,
        tables=tables,
        sources=tables.read("sources"),
        problems=tables.read("problems"),
        rules=tables.read("rule_status"),
        detections=active,
        suppressed=len(detections) - len(active),
        coverage=tables.read("coverage", _OF_COVERAGE),
        intrusions=tables.read("intrusions"),
        steps=tables.read("intrusion_events"),
        judgements=tables.read("judgements"),
        actions=tables.read("actions"),
        names={
            row["organisation"]: row.get("name", "")
            for row in case.side_table("organisations")
            if row.get("organisation")
        },
        not_assessed=frozenset(name for name in absent if not tables.store.exists(name)),
    )
