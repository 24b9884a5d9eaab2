"""What the estate has: its host-days, and when each machine was last heard of."""

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from crossline.intrusions.machines import Machines
from crossline.store import Tables

__all__ = ["DAY_US", "Estate", "read_estate", "with_machine"]

DAY_US = 86_400_000_000
_HOST_DAY = ("organisation", "machine", "day")


@dataclass(frozen=True, slots=True)
class Estate:
    """The size of each organisation's evidence.

    By (organisation, machine): `days` counts the days with any event, `first` and `last` are the
    times of the first and last event in microseconds since 1970 UTC. `format_days` counts the
    host-days with a format, by (organisation, format).
    """

    days: Mapping[tuple[str, str], int]
    first: Mapping[tuple[str, str], int]
    last: Mapping[tuple[str, str], int]
    format_days: Mapping[tuple[str, str], int]

    def host_days(self, organisation: str) -> int:
        """(machine, day) pairs with any event."""
        return sum(days for (name, _), days in self.days.items() if name == organisation)

    def machines(self, organisation: str) -> int:
        """Machines with any event."""
        return sum(name == organisation for name, _ in self.days)

    def history_d(self, organisation: str, machine: str, time: int) -> int:
        """Days of the machine's logs before a time: no more than its days with any event."""
        key = (organisation, machine)
        before = (time - self.first.get(key, time)) // DAY_US
        return max(0, min(before, self.days.get(key, 0)))

    def host_days_by_format(self, organisation: str) -> dict[str, int]:
        """(machine, day) pairs with an event of each format."""
        return {
            form: days for (name, form), days in self.format_days.items() if name == organisation
        }

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
    """Count the host-days of the stored events: one scan over four narrow columns."""
    columns = ["organisation", "host", "time", "format"]
    parts = [_host_days(batch, machines) for batch in tables.scan("events", columns)]
    if not parts:
        return Estate({}, {}, {}, {})
    rows = pa.concat_tables(parts)
    seen = rows.group_by([*_HOST_DAY, "format"]).aggregate([])
    days = rows.group_by(list(_HOST_DAY)).aggregate([("first", "min"), ("last", "max")])
    by_machine = days.group_by(["organisation", "machine"])
    counted = by_machine.aggregate(
        [("day", "count"), ("first_min", "min"), ("last_max", "max")]
    ).to_pylist()
    by_format = seen.group_by(["organisation", "format"]).aggregate([("day", "count")]).to_pylist()
    return Estate(
        {(row["organisation"], row["machine"]): row["day_count"] for row in counted},
        {(row["organisation"], row["machine"]): row["first_min_min"] for row in counted},
        {(row["organisation"], row["machine"]): row["last_max_max"] for row in counted},
        {(row["organisation"], row["format"]): row["day_count"] for row in by_format},
    )


def _host_days(batch: pa.RecordBatch, machines: Machines) -> pa.Table:
    timed = batch.filter(pc.is_valid(batch["time"]))
    time = timed["time"].cast(pa.int64())
    rows = pa.table(
        {
            "organisation": timed["organisation"],
            "machine": with_machine(timed, machines),
            "day": pc.divide(time, DAY_US),
            "format": pc.fill_null(timed["format"], ""),
            "first": time,
            "last": time,
        }
    )
    grouped = rows.group_by([*_HOST_DAY, "format"]).aggregate([("first", "min"), ("last", "max")])
    return grouped.rename_columns({"first_min": "first", "last_max": "last"})
