from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.dataset as ds
import pytest

from crossline.detections.coverage import coverage
from crossline.tables import TABLES

TECHNIQUES = {
    "winsec": frozenset({"T1078", "T1059"}),
    "sysmon": frozenset({"T1059", "T1003"}),
    "powershell": frozenset({"T1059.001"}),
}


def events(*rows: tuple[str, str, str]) -> ds.Dataset:
    """Rows of (host, format, time)."""
    full = [
        {
            "event_id": f"ev_{n}",
            "organisation": "org",
            "source_id": f"so_{host}",
            "host": host,
            "format": kind,
            "time": datetime.fromisoformat(time).replace(tzinfo=UTC),
            "month": time[:7],
        }
        for n, (host, kind, time) in enumerate(rows)
    ]
    return ds.dataset(pa.Table.from_pylist(full, TABLES["events"].schema))


def states(table: pa.Table, host: str, kind: str) -> dict[str, str]:
    return {
        row["month"]: row["state"]
        for row in table.to_pylist()
        if (row["host"], row["format"]) == (host, kind)
    }


def test_a_silent_month_differs_from_one_before_the_log_begins() -> None:
    table = coverage(
        events(
            ("a", "winsec", "2021-01-01"),
            ("a", "winsec", "2021-05-31"),
            ("b", "winsec", "2021-02-01"),
            ("b", "winsec", "2021-04-30"),
        ),
        TECHNIQUES,
    )
    assert states(table, "b", "winsec") == {
        "2021-01": "unknown", "2021-02": "seen", "2021-03": "silent", "2021-04": "seen",
        "2021-05": "unknown",
    }  # fmt: skip


def test_a_log_that_begins_or_ends_within_a_month_covers_it_in_part() -> None:
    table = coverage(
        events(("a", "winsec", "2021-01-15"), ("a", "winsec", "2021-02-10")), TECHNIQUES
    )
    assert states(table, "a", "winsec") == {"2021-01": "partial", "2021-02": "partial"}


def test_a_windows_host_without_a_usual_log_says_never_and_what_it_blinds() -> None:
    table = coverage(events(("a", "winsec", "2021-01-01")), TECHNIQUES)
    assert states(table, "a", "sysmon") == {"2021-01": "never"}
    blind = {row["format"]: row["techniques_blind"] for row in table.to_pylist()}
    assert blind == {
        "winsec": [],
        "sysmon": ["T1003"],
        "powershell": ["T1059.001"],
        "winsystem": [],
    }


def test_a_host_without_windows_logs_is_not_expected_to_have_them() -> None:
    table = coverage(events(("fw", "syslog", "2021-01-01")), TECHNIQUES)
    assert set(table["format"].to_pylist()) == {"syslog"}


def test_every_row_rests_on_the_sources_that_show_it() -> None:
    table = coverage(
        events(("a", "winsec", "2021-01-01"), ("b", "winsec", "2021-02-01")), TECHNIQUES
    )
    assert all(row["rests_on"] == [f"so_{row['host']}"] for row in table.to_pylist())


def test_one_record_with_a_broken_clock_does_not_fill_decades() -> None:
    table = coverage(
        events(("a", "winsec", "1970-01-01"), ("a", "winsec", "2021-02-01")), TECHNIQUES
    )
    assert set(table["month"].to_pylist()) == {"1970-01", "2021-02"}


@pytest.mark.parametrize("days", [1, 40, 400])
def test_events_add_up_to_those_given(days: int) -> None:
    start = datetime(2020, 1, 1, tzinfo=UTC)
    times = [(start + timedelta(days=n)).isoformat()[:10] for n in range(days)]
    table = coverage(events(*(("a", "winsec", time) for time in times)), TECHNIQUES)
    assert sum(table["events"].to_pylist()) == days
