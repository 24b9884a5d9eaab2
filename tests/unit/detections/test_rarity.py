from datetime import UTC, datetime, timedelta
from math import log2

import pyarrow as pa
import pyarrow.dataset as ds
import pytest

from crossline.detections.rarity import rarity
from crossline.tables import TABLES

START = datetime(2021, 1, 1, tzinfo=UTC)
FOUND = pa.schema([
    ("organisation", pa.string()), ("rule_id", pa.string()), ("format", pa.string()),
    ("host", pa.string()), ("time", pa.timestamp("us", tz="UTC")),
])  # fmt: skip


def estate(hosts: int, days: int, organisation: str = "org") -> pa.Table:
    rows = [
        {
            "organisation": organisation,
            "host": f"h{host}",
            "format": "winsec",
            "time": START + timedelta(days=day),
        }
        for host in range(hosts)
        for day in range(days)
    ]
    return pa.Table.from_pylist(rows, TABLES["events"].schema)


def fired(
    rule: str, *places: tuple[int, int], organisation: str = "org"
) -> list[dict[str, object]]:
    return [
        {
            "organisation": organisation,
            "rule_id": rule,
            "format": "winsec",
            "host": f"h{host}",
            "time": START + timedelta(days=day, hours=hour),
        }
        for host, day in places
        for hour in (1, 2, 3)
    ]


def test_bits_count_host_days_and_not_hits() -> None:
    found = fired("rare", (0, 0)) + fired(
        "common", *((host, day) for host in range(10) for day in range(10))
    )
    bits = rarity(ds.dataset(estate(10, 10)), pa.Table.from_pylist(found, FOUND))
    assert bits["org", "rare"] == pytest.approx(log2(101 / 2))
    assert bits["org", "common"] == pytest.approx(0)


def test_each_organisation_has_its_own_base_rate() -> None:
    events = pa.concat_tables([estate(1, 1, "small"), estate(50, 1, "large")])
    found = fired("r", (0, 0), organisation="small") + fired("r", (0, 0), organisation="large")
    bits = rarity(ds.dataset(events), pa.Table.from_pylist(found, FOUND))
    assert bits["small", "r"] == pytest.approx(0)
    assert bits["large", "r"] == pytest.approx(log2(51 / 2))


def test_a_firing_without_host_or_time_has_no_rarity() -> None:
    row = {"organisation": "org", "rule_id": "r", "format": "winsec", "host": None, "time": None}
    assert rarity(ds.dataset(estate(1, 1)), pa.Table.from_pylist([row], FOUND)) == {}
