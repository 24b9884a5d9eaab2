"""Files of indicators: STIX 2.1 bundles, MISP exports and CSV, told apart by their content."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from crossline.detections.indicators.kinds import Indicator, Stated, UnusableError, indicator
from crossline.detections.indicators.misp import misp_indicators
from crossline.detections.indicators.stix import stix_indicators
from crossline.kernel.errors import UsageError

__all__ = ["Feed", "merged", "read_feed"]

MOST_BYTES = 512 * 2**20
"""Size of a file of indicators. Reason: it is held in memory; 100,000 of STIX are 100 MB."""
MOST_INDICATORS = 1_000_000
"""Indicators of one file. Reason: the automaton takes about 300 bytes for each, in each worker."""
_MOST_SOURCE_LETTERS = 500


@dataclass(frozen=True, slots=True)
class Feed:
    """One file: its indicators, each once, and how many entries were not used, by reason."""

    path: Path
    indicators: tuple[Indicator, ...]
    unused: dict[str, int]


def read_feed(path: Path) -> Feed:
    """Read a file of indicators.

    CSV needs a header with the columns type and value; source and date are used, others are not.

    Raises:
        UsageError: it cannot be read, is too large, or is none of these formats.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UsageError(f"{path}: larger than {MOST_BYTES:,} bytes: split it")
        data = path.read_bytes()
        return _collected(path, _entries(data, path.name))
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not UTF-8 at byte {error.start}: save it as UTF-8") from error
    except csv.Error as error:
        raise UsageError(f"{path}: not CSV: {error}") from error
    except (msgspec.DecodeError, RecursionError) as error:
        why = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise UsageError(f"{path}: neither a STIX 2.1 bundle nor a MISP export: {why}") from error


def merged(feeds: Sequence[Feed]) -> tuple[Indicator, ...]:
    """The indicators of all feeds, each value once, with all its sources and its earliest date."""
    by_value: dict[tuple[str, str], Indicator] = {}
    for feed in feeds:
        for each in feed.indicators:
            key = (each.kind, each.value)
            by_value[key] = _joined(by_value[key], each) if key in by_value else each
    return tuple(by_value[key] for key in sorted(by_value))


def _joined(one: Indicator, other: Indicator) -> Indicator:
    known = one.source.split("; ")
    room = len(one.source) + len(other.source) < _MOST_SOURCE_LETTERS
    source = one.source if other.source in known or not room else f"{one.source}; {other.source}"
    dates = [each.dated for each in (one, other) if each.dated]
    return replace(one, source=source, dated=min(dates, default=None))


def _entries(data: bytes, origin: str) -> Iterator[Stated | UnusableError]:
    head = data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not head.startswith((b"{", b"[")):
        yield from _csv_indicators(data, origin)
        return
    data = data.removeprefix(b"\xef\xbb\xbf")
    is_bundle = head.startswith(b"{") and msgspec.json.decode(data, type=_Top).type == "bundle"
    yield from (stix_indicators if is_bundle else misp_indicators)(data, origin)


class _Top(msgspec.Struct):
    type: str = ""


def _csv_indicators(data: bytes, origin: str) -> Iterator[Stated | UnusableError]:
    text = io.StringIO(data.decode("utf-8-sig"), newline="")
    rows = csv.reader(text, strict=True)
    header = [name.strip().lower() for name in next(rows, [])]
    if missing := [name for name in ("type", "value") if name not in header]:
        raise UsageError(
            f"{origin}:1: no column {' and '.join(missing)}: head the file type,value,source,date"
        )
    for cells in rows:
        row = dict(zip(header, cells, strict=False))
        if any(cells):
            stated = (row.get("type", ""), row.get("value", ""), row.get("source", "") or origin)
            yield Stated(*stated, date=row.get("date", ""))


def _collected(path: Path, entries: Iterator[Stated | UnusableError]) -> Feed:
    unused: Counter[str] = Counter()
    found: dict[tuple[str, str], Indicator] = {}
    for entry in entries:
        try:
            if isinstance(entry, UnusableError):
                raise entry
            each = indicator(entry)
        except UnusableError as error:
            unused[str(error)] += 1
            continue
        if entry.date and each.dated is None:
            unused["its date is not understood: searched for, but its age is not known"] += 1
        key = (each.kind, each.value)
        found[key] = _joined(found[key], each) if key in found else each
        if len(found) > MOST_INDICATORS:
            raise UsageError(f"{path}: more than {MOST_INDICATORS:,} indicators: split it")
    return Feed(path, tuple(found.values()), dict(sorted(unused.items())))
