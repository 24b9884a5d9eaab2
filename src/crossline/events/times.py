"""When a record says that it happened, where its offset from UTC came from, and how sure that is.

The rule, in this order:
1. a time that states its offset, or is a count of seconds since 1970, is taken as it is (`stated`);
2. a time without offset is local; if the same record holds one moment twice, once local and once
   in UTC, their difference is the offset (`stated`: the record itself says so). Sysmon's `UtcTime`
   beside the event's time does that, and so does a collector's time of receipt in both forms;
3. the zone that the settings state for this source (`settings`);
4. the offset that records around it in the same source prove, if they agree (`assumed`): it may be
   off by the hour of a change of clocks;
5. the zone of the settings for all others, UTC unless changed (`assumed`): the time may then be off
   by as much as civil zones differ from UTC.

A clock correction is added to all of them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from crossline.kernel.errors import UsageError

__all__ = ["Clock", "Moment", "ReadSettings"]

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

_SECONDS = re.compile(r"(?:/Date\()?(-?\d{9,19})(?:\.(\d+))?(?:\)/)?")
_OTHER_FORMATS = ("%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %H:%M:%S")
_TO_THE_SECOND = len("2020-10-13 00:24:53")
_HALF_WIDTHS = (0.5, 0.5e-1, 0.5e-2, 0.5e-3, 0.5e-4, 0.5e-5, 0.5e-6)
_FRACTION = re.compile(r":\d\d[.,](\d+)")


@dataclass(frozen=True, slots=True)
class ReadSettings:
    """What the settings say of the times of one source.

    `time_zone` (IANA name or ±hh:mm) is for times that state no offset; `zone_is_stated` tells
    whether it was said of this source or is the general one. `clock_correction_s` is added to every
    time.
    """

    time_zone: str = "UTC"
    zone_is_stated: bool = False
    clock_correction_s: float = 0.0


class Moment(NamedTuple):
    """A record's time: microseconds since 1970 in UTC, or None; see `tables.py` for the rest.

    `complaint` says what is wrong with it, None if nothing is. `local` is the time as if local time
    were UTC, where only the general settings said otherwise.
    """

    micros: int | None
    basis: str
    uncertainty_s: float | None
    complaint: str | None = None
    local: int | None = None


class _Written(NamedTuple):
    """A time as its text has it: microseconds since 1970, as if local time were UTC."""

    micros: int
    is_universal: bool
    half_width_s: float


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
        self._correction = round(settings.clock_correction_s * 1_000_000)
        self._proven: set[int] = set()
        self._carried: set[int] = set()

    def moment(self, text: str | None, proofs: Sequence[tuple[str | None, str | None]]) -> Moment:
        """The moment of a record from its time's text; `proofs` are texts (local, universal)."""
        if text is None:
            return _NO_TIME
        written = _written(text)
        if written is None:
            return _NO_TIME._replace(complaint=f"the time {text[:40]!r} is in no form that is read")
        if written.micros == _NEVER_SET_US:
            return _NO_TIME._replace(complaint="the time was never set (1601-01-01)")
        found = self._placed(text, written, proofs)
        micros = found.micros + self._correction if found.micros is not None else 0
        if not _LEAST_US <= micros <= _MOST_US:
            return _NO_TIME._replace(complaint="the time is outside the years 1 to 9999")
        return found if not self._correction else found._replace(micros=micros)

    def _placed(
        self, text: str, written: _Written, proofs: Sequence[tuple[str | None, str | None]]
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
        return Moment(micros - offset, "settings", uncertainty)

    def settled(self, moments: list[Moment]) -> list[Moment]:
        """The moments of one batch; those that prove nothing take what their neighbours prove.

        To be called once for each batch, in their order: where no record of this batch proves an
        offset, the one of the batch before holds on.
        """
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


def _written(text: str) -> _Written | None:
    """A time from its text: ISO 8601, seconds or milliseconds since 1970, or American order."""
    # Times to the second repeat from record to record.
    return _kept(text) if len(text) == _TO_THE_SECOND else _parsed(text)


def _parsed(text: str) -> _Written | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return _counted(text) or _american(text)
    if moment.tzinfo is None:
        return _Written((moment - _LOCAL_EPOCH) // _MICROSECOND, False, _width(text))
    return _Written((moment - _EPOCH) // _MICROSECOND, True, _width(text))


_kept = lru_cache(4096)(_parsed)


def _counted(text: str) -> _Written | None:
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
    return _Written(micros, True, 0.5 / 10 ** (power + digits))


def _american(text: str) -> _Written | None:
    for form in _OTHER_FORMATS:
        try:
            moment = datetime.strptime(text[:30], form).replace(tzinfo=UTC)
        except ValueError:
            continue
        return _Written((moment - _EPOCH) // _MICROSECOND, False, 0.5)
    return None


def _width(text: str) -> float:
    """Half of the last digit that the text gives, in seconds; at least that of a microsecond."""
    if len(text) == _TO_THE_SECOND:
        return 0.5
    digits = text[_TO_THE_SECOND + 1 :].removesuffix("Z")
    if text[_TO_THE_SECOND : _TO_THE_SECOND + 1] == "." and digits.isdigit():
        return _HALF_WIDTHS[min(len(digits), 6)]
    fraction = _FRACTION.search(text)
    return _HALF_WIDTHS[min(len(fraction[1]), 6)] if fraction else 0.5


def _proven_offset(local: str | None, universal: str | None) -> int | None:
    """The offset in microseconds that two forms of one moment show, None if they show none."""
    if local is None or universal is None:
        return None
    here, there = _written(local), _written(universal)
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
