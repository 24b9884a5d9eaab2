"""Numbers, times and hostile text as a reader sees them."""

import re
from datetime import UTC, datetime, timedelta

from crossline.kernel.words import counted

__all__ = ["clipped", "day", "duration", "plain", "stamp", "thousands", "visible"]

_NOT_SHOWN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_LARGEST_C0 = 0x1F


def _symbol(found: re.Match[str]) -> str:
    code = ord(found[0])
    return chr(0x2400 + code) if code <= _LARGEST_C0 else f"‹U+{code:04X}›"


def visible(text: str) -> str:
    """The text with control, direction and zero-width characters made visible.

    Reason: terminal escapes and direction overrides in a log field can make a page or a terminal
    show something else than what the record says. Line feeds and tabs stay.
    """
    return _NOT_SHOWN.sub(_symbol, text.replace("\r\n", "\n").replace("\r", "␍"))


def plain(text: str) -> str:
    """The text on one line, with nothing hidden in it."""
    return visible(text).replace("\n", " ").replace("\t", " ")


def clipped(text: str, most: int) -> str:
    """The text on one line, at most so many characters, with `…` where something was cut."""
    line = plain(text)
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def thousands(number: float) -> str:
    """A count with separators: `12,345`; a fraction keeps one digit."""
    return f"{number:,}" if isinstance(number, int) else f"{number:,.1f}"


def stamp(time: datetime | None) -> str:
    """A time to the second: `2020-05-02 02:55:31Z`."""
    return "no time" if time is None else time.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%SZ")


def day(time: datetime | None) -> str:
    """A date: `2020-05-02`."""
    return "no date" if time is None else time.astimezone(UTC).strftime("%Y-%m-%d")


def duration(span: timedelta) -> str:
    """A span in the largest unit of which there are at least two: `3 hours`, `45 days`."""
    seconds = span.total_seconds()
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= 2 * length:
            return counted(int(seconds // length), unit)
    return counted(int(seconds), "second") if seconds >= 1 else "under a second"
