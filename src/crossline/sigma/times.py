"""Times of events in ISO 8601, with whatever offset."""

import re
from datetime import UTC, datetime

__all__ = ["parse_time", "written_time"]

_LONG_FRACTION = re.compile(r"([.,]\d{6})\d+")


def written_time(text: str) -> datetime | None:
    """A time as it is written, its own offset kept, microseconds cut. None: no ISO 8601."""
    try:
        return datetime.fromisoformat(_LONG_FRACTION.sub(r"\1", text.strip()))
    except ValueError:
        return None


def parse_time(text: str) -> datetime | None:
    """The instant that a text names, in UTC; without an offset it is UTC. None: no ISO 8601."""
    time = written_time(text)
    try:
        return time and (time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC))
    except OverflowError:
        return None
