"""All indicators at once over the distinct values of a batch: one pass of one automaton."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from ahocorasick_rs import BytesAhoCorasick
from numpy.typing import NDArray

from crossline.detections.indicators.borders import AFTER, BEFORE, DOT_GOES_ON, KIND_NUMBERS
from crossline.detections.indicators.kinds import Indicator

__all__ = ["Searcher", "searcher", "sightings"]

Ints = NDArray[np.int64]
_NONE = np.zeros(0, np.int64)
_DOT = ord(".")
# Values read at once. Reason: what is found takes far more memory than the text it is in.
_MOST_READ = 2**20


@dataclass(frozen=True, slots=True)
class Searcher:
    """Indicators made ready: the automaton's patterns are their values, in their order."""

    indicators: tuple[Indicator, ...]
    kinds: Ints
    automaton: BytesAhoCorasick | None


def searcher(indicators: Sequence[Indicator]) -> Searcher:
    """Make indicators ready; about a second for 100,000."""
    values = [each.value.encode() for each in indicators]
    kinds = np.array([KIND_NUMBERS[each.kind] for each in indicators], np.int64)
    return Searcher(tuple(indicators), kinds, BytesAhoCorasick(values) if values else None)


def sightings(search: Searcher, fields: pa.MapArray) -> pa.Table:
    """Where indicators stand in the fields of a batch of events.

    A value is looked at once however many records have it, in lower case, whatever its field; an
    indicator counts where nothing touches it that would make it another name.

    Args:
        search: the indicators.
        fields: the `fields` column of a batch of `events`.

    Returns:
        A table of `row` (int64, index into `fields`), `name` and `value` of the field, and
        `indicator` (int64, index into the searcher's), ordered by row.
    """
    starts = np.asarray(fields.offsets)
    span = slice(int(starts[0]), int(starts[-1])) if len(starts) else slice(0, 0)
    keys, items = fields.keys[span], fields.items[span]
    rows = np.repeat(np.arange(len(fields), dtype=np.int64), np.diff(starts))
    encoded = items.dictionary_encode()
    places, found = _in_values(search, encoded.dictionary)
    numbers = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False).astype(np.int64)
    at, which = _spread(numbers, places, found, len(encoded.dictionary))
    return pa.table(
        {
            "row": pa.array(rows[at]),
            "name": keys.take(pa.array(at)),
            "value": items.take(pa.array(at)),
            "indicator": pa.array(which),
        }
    )


def _spread(numbers: Ints, places: Ints, found: Ints, values: int) -> tuple[Ints, Ints]:
    """From (distinct value, indicator), ordered, to (occurrence of the value, indicator)."""
    counts = np.bincount(places, minlength=values) if values else np.zeros(1, np.int64)
    first = np.cumsum(counts) - counts
    there = np.flatnonzero((numbers >= 0) & (counts[numbers] > 0))
    each = counts[numbers[there]]
    offsets = np.arange(each.sum()) - np.repeat(np.cumsum(each) - each, each)
    return np.repeat(there, each), found[np.repeat(first[numbers[there]], each) + offsets]


def _in_values(search: Searcher, values: pa.StringArray) -> tuple[Ints, Ints]:
    """Pairs (place in `values`, indicator), ordered, each once."""
    if search.automaton is None or not len(values):
        return _NONE, _NONE
    lowered = pc.utf8_lower(values)
    ends = np.frombuffer(lowered.buffers()[1], np.int32)
    offsets: Ints = ends[lowered.offset : lowered.offset + len(lowered) + 1].astype(np.int64)
    text = np.frombuffer(lowered.buffers()[2] or b"", np.uint8)
    pairs = [
        _in_text(search, text[offsets[start] : offsets[stop]], offsets[start : stop + 1], start)
        for start, stop in _portions(offsets)
    ]
    distinct = np.unique(np.concatenate([_NONE, *pairs]))
    places, found = np.divmod(distinct, len(search.indicators))
    return places, found


def _portions(offsets: Ints) -> Iterator[tuple[int, int]]:
    """Consecutive values of bounded length together; a longer one stands alone."""
    start, last = 0, len(offsets) - 1
    while start < last:
        stop = int(np.searchsorted(offsets, offsets[start] + _MOST_READ, "right")) - 1
        stop = min(max(stop, start + 1), last)
        yield start, stop
        start = stop


def _in_text(search: Searcher, text: NDArray[np.uint8], offsets: Ints, first: int) -> Ints:
    """What stands in consecutive values, each pair (value, indicator) as one number."""
    assert search.automaton is not None  # noqa: S101 - `_in_values` looks
    hits = search.automaton.find_matches_as_indexes(text.tobytes(), overlapping=True)
    if not hits:
        return _NONE
    pattern, start, end = np.array(hits, np.int64).T
    offsets = offsets - offsets[0]
    value = np.searchsorted(offsets, start, "right") - 1
    kind = search.kinds[pattern]
    # A value has a border on both sides; 0 stands for it, and touches nothing.
    before = np.where(start > offsets[value], text[start - 1], 0)
    last = offsets[value + 1]
    after = np.where(end < last, text[np.minimum(end, len(text) - 1)], 0)
    further = np.where(end + 1 < last, text[np.minimum(end + 1, len(text) - 1)], 0)
    goes_on = DOT_GOES_ON[kind] & (after == _DOT) & AFTER[kind, further]
    alone = (end <= last) & ~BEFORE[kind, before] & ~AFTER[kind, after] & ~goes_on
    pairs: Ints = (value[alone] + first) * len(search.indicators) + pattern[alone]
    return pairs
