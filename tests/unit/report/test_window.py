from datetime import UTC, datetime

import pyarrow as pa
import pytest

from crossline.report.window import MOST_MONTHS, log_window, month_names


def coverage(*months: str) -> pa.Table:
    return pa.table({"month": pa.array(months, pa.string()), "events": [1] * len(months)})


@pytest.mark.parametrize(
    ("months", "first", "last"),
    [
        (["2020-03"], "2020-03", "2020-03"),
        (["2019-11", "2020-02"], "2019-11", "2020-02"),
        (["1601-01", "2019-11", "2020-02"], "2019-11", "2020-02"),
        (["2019-11", "2020-02", "2098-01"], "2019-11", "2020-02"),
        (["2019-11", "unknown"], "2019-11", "2019-11"),
    ],
)
def test_the_window_is_where_the_logs_are(months: list[str], first: str, last: str) -> None:
    window = log_window(coverage(*months))
    assert window is not None
    names = month_names(window)
    assert (names[0], names[-1]) == (first, last)
    assert len(names) <= MOST_MONTHS


def test_no_log_has_no_window() -> None:
    assert log_window(coverage()) is None
    assert log_window(coverage("unknown")) is None


def test_the_window_ends_with_its_last_month() -> None:
    assert log_window(coverage("2020-12")) == (
        datetime(2020, 12, 1, tzinfo=UTC),
        datetime(2021, 1, 1, tzinfo=UTC),
    )
