"""What the estate has: its host-days, and when each machine was last heard of."""

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from crossline.intrusions.machines import Machines
from crossline.store import Tables

__all__ = ["DAY_US", "Estate", "read_estate", "with_machine"]

DAY_US = 86_400_000_000


@dataclass(frozen=True, slots=True)
class Estate:
    """The size of each organisation's evidence.

    Both by (organisation, machine): `days` counts the days with any event, `last` is the time of
    the last event in microseconds since 1970 UTC.
    """

    days: Mapping[tuple[str, str], int]
    last: Mapping[tuple[str, str], int]

    def host_days(self, organisation: str) -> int:
        """(machine, day) pairs with any event."""
        return sum(days for (name, _), days in self.days.items() if name == organisation)

    def last_of(self, organisation: str) -> int:
        """Time of the organisation's last event."""
        return max(time for (name, _), time in self.last.items() if name == organisation)


def with_machine(events: pa.Table | pa.RecordBatch, machines: Machines) -> pa.Array:
    """The machine of each event, from its columns `organisation` and `host`."""
    names = pc.binary_join_element_wise(
        pc.fill_null(events["organisation"], ""), pc.fill_null(events["host"], ""), "\x1f"
    )
    encoded = pc.dictionary_encode(names)
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    joined = [machines.of(*name.split("\x1f", 1)) for name in encoded.dictionary.to_pylist()]
    return pa.array(joined, pa.string()).take(encoded.indices)


def read_estate(tables: Tables, machines: Machines) -> Estate:
    """Count the host-days of the stored events: one scan over organisation, host and time."""
    parts = [
        _host_days(batch, machines)
        for batch in tables.scan("events", ["organisation", "host", "time"])
    ]
    if not parts:
        return Estate({}, {})
    days = pa.concat_tables(parts).group_by(["organisation", "machine", "day"])
    machine_days = days.aggregate([("last", "max")]).group_by(["organisation", "machine"])
    counted = machine_days.aggregate([("day", "count"), ("last_max", "max")]).to_pylist()
    keys = [(row["organisation"], row["machine"]) for row in counted]
    return Estate(
        dict(zip(keys, (row["day_count"] for row in counted), strict=True)),
        dict(zip(keys, (row["last_max_max"] for row in counted), strict=True)),
    )


def _host_days(batch: pa.RecordBatch, machines: Machines) -> pa.Table:
    timed = batch.filter(pc.is_valid(batch["time"]))
    time = timed["time"].cast(pa.int64())
    rows = pa.table(
        {
            "organisation": timed["organisation"],
            "machine": with_machine(timed, machines),
            "day": pc.divide(time, DAY_US),
            "last": time,
        }
    )
    grouped = rows.group_by(["organisation", "machine", "day"]).aggregate([("last", "max")])
    return grouped.rename_columns({"last_max": "last"})
