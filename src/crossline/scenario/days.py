"""Days of the world: numbers from day zero, the moments they hold, and when nobody works."""

from datetime import UTC, datetime, time, timedelta
from functools import cache

from crossline.scenario.content import table
from crossline.scenario.dice import stream

__all__ = ["LAST_DAY", "day_of", "first_of_month", "is_holiday", "local", "moment", "month_of"]

_ZERO = datetime.combine(table("calendar")["day_zero"], time(), UTC)
LAST_DAY: int = table("calendar")["last_day"]
_WEEKDAYS = range(5)


def moment(day: int, seconds: float = 0, zone: int = 0) -> datetime:
    """The instant, in UTC, that lies some seconds after local midnight of a day.

    Args:
        day: number of the local day.
        seconds: since local midnight.
        zone: minutes that local time is ahead of UTC.
    """
    return _ZERO + timedelta(days=day, seconds=seconds, minutes=-zone)


def day_of(instant: datetime, zone: int = 0) -> int:
    """The number of the local day in which an instant falls."""
    return (instant - _ZERO + timedelta(minutes=zone)) // timedelta(days=1)


def local(instant: datetime, zone: int) -> datetime:
    """The instant on the local clock, still marked UTC."""
    return instant + timedelta(minutes=zone)


def first_of_month(day: int) -> int:
    """The day on which the month of a day begins."""
    return day - (moment(day).day - 1)


def month_of(day: int) -> str:
    """The month of a day, as 2018-05."""
    return f"{moment(day):%Y-%m}"


def is_holiday(day: int, kind: str, country: str, seed: int) -> bool:
    """Whether a day is a holiday of a kind (`public`: of the country, drawn from the seed)."""
    if kind == "public":
        return day in _public(country, seed)
    return any(first <= day <= last for first, last in table("calendar")["holidays"][kind])


@cache
def _public(country: str, seed: int) -> frozenset[int]:
    """Some weekdays of each calendar year."""
    years: dict[int, list[int]] = {}
    for day in range(LAST_DAY + 1):
        if moment(day).weekday() in _WEEKDAYS:
            years.setdefault(moment(day).year, []).append(day)
    count = table("calendar")["public_holidays_per_year"]
    return frozenset(
        day
        for year, days in years.items()
        for day in stream(seed, "public holidays", country, year).sample(days, count)
    )
