"""When a record says that it happened, where its offset from UTC came from, and how sure that is.

The rule, in this order:
1. a time that states its offset, or is a count of seconds since 1970, is taken as it is (`stated`);
2. a time without offset is local; if the same record holds one moment twice, once local and once
   in UTC, their difference is the offset (`stated`: the record itself says so). Sysmon's `UtcTime`
   beside the event's time does that, and so does a collector's time of receipt in both forms;
3. the zone that the settings state for this source (`settings`), or else organisations.csv for the
   organisation whose log it is (`organisation`);
4. the offset that records around it in the same source prove, if they agree (`assumed`): it may be
   off by the hour of a change of clocks;
5. the zone of the settings for all others, UTC unless changed (`assumed`): the time may then be off
   by as much as civil zones differ from UTC.

A time without year (syslog, RFC 3164) takes that of the settings, of a record before it in the same
source, or of one after it in the same batch, and the next where December turns to January. Else it
takes the year that the file's name states, as rotated logs do, and a problem says so. Else it is
none: no year is guessed.

A clock correction is added to all of them.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo

from crossline.events.read_settings import ReadSettings
from crossline.events.time_texts import Written, day_of, time_of, with_year
from crossline.kernel.errors import UsageError

__all__ = ["Clock", "Moment"]

ASSUMED_UNCERTAINTY_S = 14 * 3600.0
"""Half width of a time whose zone is assumed: no zone of the tz database is farther from UTC."""
FOLD_UNCERTAINTY_S = 3600.0
"""Half width of a local time that a change of clocks makes ambiguous."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LOCAL_EPOCH = _EPOCH.replace(tzinfo=None)
_MICROSECOND = timedelta(microseconds=1)
# An unset FILETIME: Windows counts from here.
_NEVER_SET_US = (datetime(1601, 1, 1, tzinfo=UTC) - _EPOCH) // _MICROSECOND
_MINUTE_US = 60 * 1_000_000
# Years 1 to 9999, the range of Python's and SQL's time stamps.
_LEAST_US = (datetime.min.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND
_MOST_US = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND
# Offsets from UTC that civil time uses, in minutes (tz database, 2026).
_OFFSETS_MIN = frozenset(
    [*range(-12 * 60, 14 * 60 + 1, 60), -570, -210, 210, 270, 330, 345, 390, 525, 570, 630, 765]
)
_QUARTER_MIN = 15
# Two forms of one moment may be this far apart, for what happens between writing one and the other.
_MOST_RESIDUE_US = 2 * _MINUTE_US


class Moment(NamedTuple):
    """A record's time: microseconds since 1970 in UTC, or None; see `tables/` for the rest.

    `complaint` says what is wrong with it, None if nothing is. `local` is the time as if local time
    were UTC, where only the general settings said otherwise.
    """

    micros: int | None
    basis: str
    uncertainty_s: float | None
    complaint: str | None = None
    local: int | None = None
    yearless: str | None = None


# Days of a year as `day_of` counts them; how late a line may be, as relays hold some for days.
_DAYS = 12 * 31
_MOST_LATE_DAYS = 7
_WITHOUT_YEAR = (
    "the times state no year, and neither does a record near them or the file's name: set `year`, "
    "that of the first record"
)
_YEAR_OF_LATER = "the times state no year: it was told from the records after them"
_YEAR_OF_NAME = (
    "the times state no year: it was taken from the file's name; set `year` if it is not"
)
_NO_TIME = Moment(None, "none", None, "the record has no time that is known as such")


class Clock:
    """Reads the times of one source under its settings."""

    def __init__(self, settings: ReadSettings) -> None:
        """Prepare to read times.

        Raises:
            UsageError: the settings name a zone that does not exist.
        """
        self._zone = _zone(settings.time_zone)
        self._zone_basis = "settings" if settings.zone_is_stated else "assumed"
        if settings.zone_is_of_organisation:
            self._zone_basis = "organisation"
        self._correction = round(settings.clock_correction_s * 1_000_000)
        self._settings_year = settings.year
        self._year = settings.year
        self._year_in_name = settings.year_in_name
        self._is_named = False
        self._day: int | None = None
        self._proven: set[int] = set()
        self._carried: set[int] = set()

    def moment(
        self,
        text: str | None,
        proofs: Sequence[tuple[str | None, str | None]],
        is_utc: bool = False,
    ) -> Moment:
        """The moment of a record from its time's text; `proofs` are texts (local, universal).

        `is_utc` says that the log's format puts times without offset in UTC.
        """
        if text is None:
            return _NO_TIME
        if day := day_of(text):
            if self._year is None:
                return _NO_TIME._replace(complaint=_WITHOUT_YEAR, yearless=text)
            text = with_year(text, self._turned_year(day))
        written = time_of(text)
        if written and is_utc:
            written = written._replace(is_universal=True)
        if written is None:
            return _NO_TIME._replace(complaint=f"the time {text[:40]!r} is in no form that is read")
        if written.micros == _NEVER_SET_US:
            return _NO_TIME._replace(complaint="the time was never set (1601-01-01)")
        if not day and self._settings_year is None:
            self._year, self._day = _year_and_day(written.micros)
            self._is_named = False
        found = self._placed(text, written, proofs)
        micros = found.micros + self._correction if found.micros is not None else 0
        if not _LEAST_US <= micros <= _MOST_US:
            return _NO_TIME._replace(complaint="the time is outside the years 1 to 9999")
        if day and self._is_named:
            found = found._replace(complaint=_YEAR_OF_NAME)
        return found if not self._correction else found._replace(micros=micros)

    def _turned_year(self, day: int) -> int:
        """The year of a day in a log in the order of time, in which a small one follows a large.

        A line may be late by some days: then it is of the year before, or the day stays where it
        was. However long a log is silent, a day that lies farther back is of the next year.
        """
        year, before = self._year or 0, self._day or day
        if day - before > _DAYS - _MOST_LATE_DAYS:
            return year - 1
        if before - day > _MOST_LATE_DAYS:
            self._year = year = year + 1
        self._day = day
        return year

    def _placed(
        self, text: str, written: Written, proofs: Sequence[tuple[str | None, str | None]]
    ) -> Moment:
        micros, is_universal, half_width = written
        if is_universal:
            complaint = next(
                (_contradiction(offset) for local, universal in proofs
                 if local == text and (offset := _proven_offset(local, universal))),
                None,
            )  # fmt: skip
            return Moment(micros, "stated", half_width, complaint)
        for local, universal in proofs:
            if (offset := _proven_offset(local, universal)) is not None:
                self._proven.add(offset)
                return Moment(micros - offset, "stated", half_width)
        offset, ambiguous = self._zone_offset(micros)
        if self._zone_basis == "assumed":
            return Moment(micros - offset, "assumed", ASSUMED_UNCERTAINTY_S, local=micros)
        uncertainty = FOLD_UNCERTAINTY_S if ambiguous else half_width
        return Moment(micros - offset, self._zone_basis, uncertainty)

    def _with_years(self, moments: list[Moment]) -> list[Moment]:
        """The moments with the years of those after them, or of the file's name, where they lack.

        A record that lacks its year has none with a year before it, so these stand first.
        """
        count = next((n for n, each in enumerate(moments) if each.yearless is None), len(moments))
        lacking, rest = moments[:count], moments[count:]
        if not lacking:
            return moments
        known = next((each.micros for each in rest if each.micros is not None), None)
        if known is not None:
            return [*self._backwards(lacking, *_year_and_day(known)), *rest]
        if self._year_in_name is None:
            return moments
        first = (day_of(lacking[0].yearless or "") or 0) // 31
        year, month = self._year_in_name
        self._year, self._is_named = (year - 1 if month and first > month else year), True
        return [*(self.moment(each.yearless, ()) for each in lacking), *rest]

    def _backwards(
        self, lacking: list[Moment], year: int | None, after: int | None
    ) -> Iterator[Moment]:
        """Moments before one of that year and day, told from the last to the first."""
        told: list[Moment] = []
        for each in reversed(lacking):
            text = each.yearless or ""
            day = day_of(text) or 0
            year = (year or 0) - (day - (after or day) > _MOST_LATE_DAYS)
            after = day
            written = time_of(full := with_year(text, year))
            found = self._placed(full, written, ()) if written else each
            if found.micros is not None:
                micros = found.micros + self._correction
                found = found._replace(micros=micros, complaint=_YEAR_OF_LATER)
            told.append(found)
        yield from reversed(told)

    def settled(self, moments: list[Moment]) -> list[Moment]:
        """The moments of one batch; those that prove nothing take what their neighbours prove.

        To be called once for each batch, in their order: where no record of this batch proves an
        offset, the one of the batch before holds on.
        """
        moments = self._with_years(moments)
        self._carried = self._proven or self._carried
        self._proven = set()
        if len(self._carried) != 1:
            return moments
        (offset,) = self._carried
        shift = self._correction - offset
        return [
            moment if moment.local is None
            else Moment(moment.local + shift, "assumed", FOLD_UNCERTAINTY_S)
            for moment in moments
        ]  # fmt: skip

    def _zone_offset(self, micros: int) -> tuple[int, bool]:
        """The zone's offset at a local time in microseconds, and whether there are two."""
        if self._zone is UTC:
            return 0, False
        local = (_EPOCH + micros * _MICROSECOND).replace(tzinfo=self._zone)
        first, second = local.utcoffset(), local.replace(fold=1).utcoffset()
        return (first or timedelta()) // _MICROSECOND, first != second


def _year_and_day(micros: int) -> tuple[int | None, int | None]:
    if not _LEAST_US <= micros <= _MOST_US:
        return None, None
    moment = _EPOCH + micros * _MICROSECOND
    return moment.year, moment.month * 31 + moment.day - 1


def _zone(name: str) -> tzinfo:
    if name in ("UTC", "Z"):
        return UTC
    if found := re.fullmatch(r"([+-])(\d\d):?(\d\d)", name):
        offset = timedelta(hours=int(found[2]), minutes=int(found[3]))
        if offset < timedelta(days=1):
            return timezone(-offset if found[1] == "-" else offset)
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError) as error:
        raise UsageError(f"no such time zone: {name!r}; write an IANA name or ±hh:mm") from error


def _proven_offset(local: str | None, universal: str | None) -> int | None:
    """The offset in microseconds that two forms of one moment show, None if they show none."""
    if local is None or universal is None:
        return None
    here, there = time_of(local), time_of(universal)
    if here is None or there is None:
        return None
    difference = here.micros - there.micros
    quarter = _QUARTER_MIN * _MINUTE_US
    nearest = (difference + quarter // 2) // quarter * quarter
    if abs(difference - nearest) > _MOST_RESIDUE_US or nearest // _MINUTE_US not in _OFFSETS_MIN:
        return None
    return nearest


def _contradiction(offset: int) -> str:
    seconds = -offset // 1_000_000
    return (
        f"the time states UTC, but the record's own UtcTime is {seconds:+} s from it: if that "
        f"holds for the whole source, set clock_correction_s = {seconds}"
    )
