"""How often values occur in the estate at all, detected or not."""

from collections.abc import Iterable, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from crossline.intrusions.estate import DAY_US, with_machine
from crossline.intrusions.machines import Machines
from crossline.intrusions.values import shared_values
from crossline.store import Tables

__all__ = ["Frequencies", "read_frequencies"]

Value = tuple[str, str, str]
Frequencies = Mapping[Value, frozenset[tuple[str, int]]]

_COLUMNS = ("organisation", "host", "time", "event_code", "fields")
_SEPARATOR = "\x1f"


def read_frequencies(tables: Tables, machines: Machines, values: Iterable[Value]) -> Frequencies:
    """The host-days, as (machine, days since 1970), of each (organisation, kind, text).

    One scan of the stored events; values that no event with a time holds are left out.
    """
    keys = pa.array(sorted(_SEPARATOR.join(value) for value in set(values)), pa.string())
    if not len(keys):
        return {}
    parts = [_counts(batch, keys, machines) for batch in tables.scan("events", _COLUMNS)]
    found: dict[Value, set[tuple[str, int]]] = {}
    for part in parts:
        columns = [part[name].to_pylist() for name in ("key", "machine", "day")]
        for key, machine, day in zip(*columns, strict=True):
            organisation, kind, text = key.split(_SEPARATOR, 2)
            found.setdefault((organisation, kind, text), set()).add((machine, day))
    return {key: frozenset(days) for key, days in found.items()}


def _counts(batch: pa.RecordBatch, keys: pa.Array, machines: Machines) -> pa.Table:
    """Which of the values occur on which machine and day."""
    events = batch.filter(pc.is_valid(batch["time"]))
    found = shared_values(events["fields"], events["event_code"])
    rows = found["row"].combine_chunks()
    key = pc.binary_join_element_wise(
        events["organisation"].take(rows), found["kind"], found["text"], _SEPARATOR
    )
    pairs = pa.table(
        {
            "key": key,
            "machine": with_machine(events, machines).take(rows),
            "day": pc.divide(events["time"].cast(pa.int64()), DAY_US).take(rows),
        }
    )
    return pairs.filter(pc.is_in(key, keys)).group_by(pairs.column_names).aggregate([])
