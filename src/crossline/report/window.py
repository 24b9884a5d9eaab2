"""The months that are drawn: one record dated 1601 must not make a calendar of centuries."""

from collections import Counter
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["MOST_MONTHS", "Window", "log_window", "month_names"]

MOST_MONTHS = 144
Window = tuple[datetime, datetime]


def log_window(coverage: pa.Table) -> Window | None:
    """From the first to the last month with any log, at most twelve years.

    Where the logs span more, the twelve years with the most host-months held. None without logs.
    """
    held = coverage.filter(pc.greater(coverage["events"], 0))["month"]
    months = Counter(_number(each) for each in held.to_pylist() if _is_month(each))
    if not months:
        return None
    first = max(sorted(months), key=lambda start: _held_from(start, months))
    last = max(month for month in months if month < first + MOST_MONTHS)
    return _start(first), _start(last + 1)


def month_names(window: Window) -> list[str]:
    """The months of a window, `YYYY-MM`."""
    first, end = (time.year * 12 + time.month - 1 for time in window)
    return [f"{n // 12:04}-{n % 12 + 1:02}" for n in range(first, end)]


def _is_month(text: str | None) -> bool:
    return text is not None and len(text) == 7 and text[4] == "-"


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:]) - 1


def _start(number: int) -> datetime:
    return datetime(number // 12, number % 12 + 1, 1, tzinfo=UTC)


def _held_from(start: int, months: Counter[int]) -> int:
    return sum(held for month, held in months.items() if start <= month < start + MOST_MONTHS)
