"""Dates such as 12/03/2019, which are the twelfth of March or the third of December."""

import re
from datetime import date

__all__ = ["in_iso"]

_DATE = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})[ T](\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?)(.*)")
_ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def in_iso(text: str, near: str) -> tuple[str, str | None]:
    """The time in ISO 8601, and what is doubtful about it; any other form comes back as it is.

    Where both readings are dates, the one nearer to `near` is taken, the date (YYYY-MM-DD) of the
    record before it in the file; without one, the day stands first, as everywhere but in the USA.
    """
    found = _DATE.fullmatch(text)
    if not found:
        return text, None
    first, second, year, time, rest = found.groups()
    both = (_date(year, second, first), _date(year, first, second))
    readings = [reading for reading in both if reading]
    if not readings:
        return text, None
    taken, doubt = readings[0], None
    if len(set(readings)) == 2:
        last = date.fromisoformat(near) if _ISO_DATE.fullmatch(near) else None
        if last:
            taken = min(readings, key=lambda day: abs((day - last).days))
        doubt = (
            "day and month cannot be told apart: "
            + ("the reading nearer to the record before it" if last else "the day first")
            + " was taken"
        )
    hour, _, minutes = time.partition(":")
    return f"{taken.isoformat()} {int(hour):02}:{minutes}{rest.strip()}", doubt


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
