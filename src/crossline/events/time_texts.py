"""The forms in which logs write times: ISO 8601, counts since 1970, and those of single logs."""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

__all__ = ["Written", "day_of", "time_of", "with_year"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LOCAL_EPOCH = _EPOCH.replace(tzinfo=None)
_MICROSECOND = timedelta(microseconds=1)

_SECONDS = re.compile(r"(?:/Date\()?(-?\d{9,19})(?:\.(\d+))?(?:\)/)?")
_OTHER_FORMATS = (
    "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y %H:%M:%S",
    "%Y/%m/%d %H:%M:%S",
    "%d.%m.%Y %H:%M:%S",
    "%b %d %Y %H:%M:%S",
    "%b %d %Y %H:%M:%S.%f",
    "%a %b %d %H:%M:%S %Y",
)
_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTHS = {name: number for number, name in enumerate(_NAMES, 1)}
# The access logs of web servers (Apache, %t): 17/May/2015:10:05:03 +0000.
_ACCESS_LOG = re.compile(r"(\d\d)/([A-Z][a-z]{2})/(\d{4}):(\d\d:\d\d:\d\d) ([+-]\d{4})")
# RFC 3164, 4.1.2: the year is not written.
_WITHOUT_YEAR = re.compile(r"([A-Z][a-z]{2}) ([ \d]\d) (\d\d:\d\d:\d\d(?:\.\d+)?)")
# Oracle's default form of time stamps, DD-MON-RR HH.MI.SSXFF AM, and its relatives.
_ORACLE = re.compile(
    r"(\d\d)-([A-Z]{3})-(\d\d|\d{4}) (\d\d)[.:](\d\d)[.:](\d\d)(?:[.,](\d{1,9}))?(?: ([AP]M))?"
    r"(?: ?([+-]\d\d:\d\d))?",
    re.IGNORECASE,
)
_CENTURY_TURN = 50
"""Oracle's RR: years from 50 on are of the century before."""
# PostgreSQL: the zone as an abbreviation or a short offset behind a blank.
_POSTGRES = re.compile(
    r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?) ([+-]\d\d(?::\d\d)?|[A-Z]{3,5})"
)
_UTC_NAMES = ("UTC", "GMT", "UCT")
# RADIUS, Event-Timestamp as FreeRADIUS prints it: Nov 10 2020 09:14:01 +08.
_RADIUS = re.compile(
    r"([A-Z][a-z]{2}) ([ \d]\d) (\d{4}) (\d\d:\d\d:\d\d) ([+-]\d\d(?::?\d\d)?|[A-Z]{3,5})"
)
_TO_THE_MINUTE = len("2020-10-13 00:24")
_TO_THE_SECOND = len("2020-10-13 00:24:53")
_LENGTHS_TO_THE_SECOND = (_TO_THE_SECOND, len("17/May/2015:10:05:03 +0000"))
_HALF_WIDTHS = (0.5, 0.5e-1, 0.5e-2, 0.5e-3, 0.5e-4, 0.5e-5, 0.5e-6)
_FRACTION = re.compile(r":\d\d[.,](\d+)")


class Written(NamedTuple):
    """A time as its text has it: microseconds since 1970, as if local time were UTC."""

    micros: int
    is_universal: bool
    half_width_s: float


def time_of(text: str) -> Written | None:
    """A time from its text, None if it is in no form that is known."""
    # Times to the second repeat from record to record.
    return _kept(text) if len(text) in _LENGTHS_TO_THE_SECOND else _parsed(text)


def day_of(text: str) -> int | None:
    """The day of a time that is written without its year, months of 31 days; None for any other."""
    found = _WITHOUT_YEAR.fullmatch(text)
    month = _MONTHS.get(found[1]) if found else None
    return month * 31 + int(found[2]) - 1 if found and month else None


def with_year(text: str, year: int) -> str:
    """A time that was written without its year, in ISO 8601 with that year."""
    month, day, time = _WITHOUT_YEAR.fullmatch(text).groups()  # type: ignore[union-attr]
    return f"{year:04}-{_MONTHS[month]:02}-{int(day):02} {time}"


def _parsed(text: str) -> Written | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        if found := _ACCESS_LOG.fullmatch(text):
            return _access_log(*found.groups())
        return _counted(text) or _of_telecom(text) or _other(text)
    if moment.tzinfo is None:
        return Written((moment - _LOCAL_EPOCH) // _MICROSECOND, False, _width(text))
    return Written((moment - _EPOCH) // _MICROSECOND, True, _width(text))


_kept = lru_cache(4096)(_parsed)


def _counted(text: str) -> Written | None:
    found = _SECONDS.fullmatch(text)
    if not found:
        return None
    whole, fraction = found.groups()
    # Eleven digits of seconds begin in the year 5138, twelve of milliseconds end in 2001.
    power = next(
        each for digits, each in ((11, 0), (14, 3), (17, 6), (99, 9)) if len(whole) <= digits
    )
    digits = len(fraction or "")
    micros = int(whole + (fraction or "")) * 1_000_000 // 10 ** (power + digits)
    return Written(micros, True, 0.5 / 10 ** (power + digits))


def _access_log(day: str, month: str, year: str, time: str, offset: str) -> Written | None:
    if month not in _MONTHS:
        return None
    return _parsed(f"{year}-{_MONTHS[month]:02}-{day} {time}{offset[:3]}:{offset[3:]}")


def _of_telecom(text: str) -> Written | None:
    """The forms of databases and AAA servers, rewritten in ISO 8601."""
    if found := _POSTGRES.fullmatch(text):
        return _parsed(found[1] + _offset(found[2]))
    if found := _RADIUS.fullmatch(text):
        month, day, year, time, zone = found.groups()
        if month in _MONTHS:
            return _parsed(f"{year}-{_MONTHS[month]:02}-{int(day):02} {time}{_offset(zone)}")
    if found := _ORACLE.fullmatch(text):
        return _oracle(*found.groups())
    return None


def _offset(zone: str) -> str:
    """An offset as ISO 8601 has it; empty for an abbreviation, as most stand for several zones."""
    if zone in _UTC_NAMES:
        return "+00:00"
    return zone if zone[0] in "+-" else ""


def _oracle(
    day: str, month: str, year: str, hour: str, minute: str, second: str,
    fraction: str | None, half: str | None, zone: str | None,
) -> Written | None:  # fmt: skip
    name = month.capitalize()
    if name not in _MONTHS:
        return None
    full = (
        int(year) if len(year) > 2 else int(year) + (1900 if int(year) >= _CENTURY_TURN else 2000)
    )
    hours = int(hour) if half is None else int(hour) % 12 + (12 if half.upper() == "PM" else 0)
    part = f".{fraction[:6]}" if fraction else ""
    return _parsed(
        f"{full}-{_MONTHS[name]:02}-{day} {hours:02}:{minute}:{second}{part}{zone or ''}"
    )


def _other(text: str) -> Written | None:
    for form in _OTHER_FORMATS:
        try:
            moment = datetime.strptime(text[:30], form).replace(tzinfo=UTC)
        except ValueError:
            continue
        return Written((moment - _EPOCH) // _MICROSECOND, False, 0.5)
    return None


def _width(text: str) -> float:
    """Half of the last digit that the text gives, in seconds; at least that of a microsecond."""
    if len(text) == _TO_THE_SECOND:
        return 0.5
    if len(text) == _TO_THE_MINUTE or text[_TO_THE_MINUTE : _TO_THE_MINUTE + 1] in ("+", "-", "Z"):
        return 30.0
    digits = text[_TO_THE_SECOND + 1 :].removesuffix("Z")
    if text[_TO_THE_SECOND : _TO_THE_SECOND + 1] == "." and digits.isdigit():
        return _HALF_WIDTHS[min(len(digits), 6)]
    fraction = _FRACTION.search(text)
    return _HALF_WIDTHS[min(len(fraction[1]), 6)] if fraction else 0.5
