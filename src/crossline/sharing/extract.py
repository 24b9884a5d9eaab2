"""The rows of a case that one organisation may see."""

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from crossline.store import Store
from crossline.tables import TABLES

__all__ = ["Extract", "extract_of"]

# These are told anew from the extract, so that no count or sentence speaks of the others.
_TOLD_ANEW = frozenset({"judgements", "actions"})
# Of these every row names what the whole case holds.
_LEFT_OUT = frozenset({"coordination_evidence"})


@dataclass(frozen=True)
class Extract:
    """What belongs to one organisation: itself, its intrusions, and the clusters they stand in."""

    organisation: str
    sources: pa.Array
    detections: pa.Array
    intrusions: pa.Array
    clusters: pa.Array

    def rows(self, store: Store, name: str) -> pa.Table:
        """The organisation's rows of a table other than `events`; none of one told anew."""
        if name in _TOLD_ANEW | _LEFT_OUT or not store.exists(name):
            return TABLES[name].schema.empty_table()
        rows = store.read(name, None, self._filter(name))
        return self._uncounted(rows) if name == "rule_status" else rows

    def events(self, store: Store) -> Iterator[pa.Table]:
        """The organisation's events, a batch at a time."""
        for batch in store.dataset("events").to_batches(filter=self._filter("events")):
            if batch.num_rows:
                yield pa.Table.from_batches([batch])

    def _filter(self, name: str) -> ds.Expression | None:
        """A row is the organisation's if every column that names whose it is says so."""
        held = {
            "organisation": pa.array([self.organisation]),
            "source_id": self.sources,
            "detection_id": self.detections,
            "intrusion_id": self.intrusions,
            "intrusion_x": self.intrusions,
            "intrusion_y": self.intrusions,
            "cluster_id": self.clusters,
            "cluster_x": self.clusters,
            "cluster_y": self.clusters,
        }
        columns = {column.name for column in TABLES[name].columns}
        conditions = [ds.field(key).isin(ids) for key, ids in held.items() if key in columns]
        if not conditions:
            return None
        whole = conditions[0]
        for condition in conditions[1:]:
            whole &= condition
        return whole

    def _uncounted(self, rules: pa.Table) -> pa.Table:
        """Rules with no count of events and hits: the counts are of the whole case."""
        for name in ("events_checked", "hits"):
            place = rules.schema.get_field_index(name)
            rules = rules.set_column(place, name, pa.nulls(len(rules), pa.int64()))
        place = rules.schema.get_field_index("rests_on")
        below = pa.array([self.sources.to_pylist()] * len(rules), rules["rests_on"].type)
        return rules.set_column(place, rules.schema.field(place), below)


def extract_of(store: Store, organisation: str) -> Extract:
    """What of a case belongs to an organisation."""
    intrusions = _ids(store, "intrusions", "intrusion_id", "organisation", [organisation])
    clusters = _ids(store, "cluster_members", "cluster_id", "intrusion_id", intrusions.to_pylist())
    return Extract(
        organisation,
        _ids(store, "sources", "source_id", "organisation", [organisation]),
        _ids(store, "detections", "detection_id", "organisation", [organisation]),
        intrusions,
        clusters,
    )


def _ids(store: Store, name: str, column: str, by: str, values: list[str]) -> pa.Array:
    if not store.exists(name):
        return pa.array([], pa.string())
    found = store.read(name, [column, by])
    mine = found.filter(pc.is_in(found[by], pa.array(values, pa.string())))
    return pc.unique(mine[column].combine_chunks())
