"""At which times of the day something is logged."""

from functools import cache
from itertools import accumulate
from random import Random

from crossline.scenario.content import table

__all__ = ["second_of_day"]

_HOUR, _DAY = 3600, 86_400


def second_of_day(clock: bool, random: Random) -> float:
    """A time of the local day, in seconds: people's by the curve of the day, machines' at any."""
    if clock:
        return random.random() * _DAY
    hours = _hours()
    hour = random.choices(range(len(hours)), cum_weights=hours)[0]
    return hour * _HOUR + random.random() * _HOUR


@cache
def _hours() -> list[int]:
    return list(accumulate(table("noise/day")["hours"]))
