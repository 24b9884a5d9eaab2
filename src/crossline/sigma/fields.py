"""One field of all rules at once: which of their tests each value passes, values seen once.

Plain-text tests of a field go into one Aho-Corasick automaton that reads the folded new values in
one pass. Values stand between bytes that UTF-8 never uses, and those bytes are part of the
patterns for equals, startswith and endswith: every hit of the automaton is exact. What a value
passes is kept by value, as logs repeat themselves; the memory for that is bounded.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

import numpy as np
from ahocorasick_rs import BytesAhoCorasick
from numpy.typing import NDArray

from crossline.sigma.folding import fold
from crossline.sigma.predicates import Predicate, predicate
from crossline.sigma.rules import TEXT_KINDS, Test

__all__ = ["FieldTests", "Ints"]

Ints = NDArray[np.int32]

_BORDER = b"\xff"
_MAX_KEPT = 150_000
"""Values kept per field; beyond, all are forgotten before the next batch."""
_MAX_KEPT_CHARACTERS = 16_000_000
_MAX_READ = 1_000_000
"""Characters read in one pass."""

_NONE = np.empty(0, np.int32)


@dataclass
class FieldTests:
    """The tests of one field, by number, and the values of it that were seen.

    A value's number counts from 0 in order of appearance and is valid until `forget`.
    """

    tests: dict[int, Test]
    texts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._characters = 0
        self._starts = [0]
        self._passed: list[Ints] = []
        self._passed_all = _NONE
        self._known: defaultdict[int, dict[int, bool]] = defaultdict(dict)
        self._predicates: dict[int, Predicate] = {}
        self._automaton: BytesAhoCorasick | None = None
        self._pattern_tests = _NONE

    def forget(self) -> None:
        """Drop the values if they have become too many; numbers given out before are void."""
        if len(self.texts) > _MAX_KEPT or self._characters > _MAX_KEPT_CHARACTERS:
            self.texts, self._numbers, self._characters = [], {}, 0
            self._starts, self._passed, self._passed_all = [0], [], _NONE
            self._known.clear()

    def number(self, texts: Sequence[str]) -> Ints:
        """The numbers of values, new ones read first."""
        numbers = self._numbers
        new = [text for text in dict.fromkeys(texts) if text not in numbers]
        if new:
            first = len(self.texts)
            numbers.update((text, first + i) for i, text in enumerate(new))
            self.texts += new
            for part in _portions(new):
                self._read(part)
        return np.fromiter((numbers[text] for text in texts), np.int32, len(texts))

    def passed(self, values: Ints) -> tuple[Ints, Ints]:
        """Pairs (place in `values`, test) of the plain texts and needles that values hold."""
        starts = np.asarray(self._starts, np.int64)
        first, count = starts[values], starts[values + 1] - starts[values]
        places = np.repeat(np.arange(len(values), dtype=np.int32), count)
        offsets = np.arange(len(places)) - np.repeat(np.cumsum(count) - count, count)
        return places, self._all_passed()[np.repeat(first, count) + offsets]

    def holds(self, test: int, values: Iterable[int]) -> list[int]:
        """Those of the values that pass a test of one value; each value is looked at once."""
        known = self._known[test]
        if test not in self._predicates:
            self._predicates[test] = predicate(self.tests[test])
        check = self._predicates[test]
        result = []
        for value in values:
            if value not in known:
                known[value] = check(self.texts[value])
            if known[value]:
                result.append(value)
        return result

    def _all_passed(self) -> Ints:
        if self._passed:
            self._passed_all = np.concatenate([self._passed_all, *self._passed])
            self._passed = []
        return self._passed_all

    def _read(self, texts: Sequence[str]) -> None:
        self._characters += sum(map(len, texts))
        places, tests = self._scan(texts)
        counts = np.bincount(places, minlength=len(texts))
        last = self._starts[-1]
        self._starts += (last + np.cumsum(counts)).tolist()
        self._passed.append(tests)

    def _scan(self, texts: Sequence[str]) -> tuple[Ints, Ints]:
        """Pairs (place in `texts`, test), ordered by place, each once."""
        automaton = self._patterns()
        if automaton is None:
            return _NONE, _NONE
        haystack = _BORDER + _BORDER.join(map(_folded_bytes, texts)) + _BORDER
        found = automaton.find_matches_as_indexes(haystack, overlapping=True)
        if not found:
            return _NONE, _NONE
        pattern, _, end = np.array(found, np.int64).T
        borders = np.flatnonzero(np.frombuffer(haystack, np.uint8) == _BORDER[0])
        # A match that ends in a border ends in the value before it.
        place = np.searchsorted(borders[1:], end - 1)
        patterns = len(self._count_tests)
        pairs = np.unique(place * patterns + pattern)
        return self._tests_of(texts, *np.divmod(pairs, patterns))

    def _tests_of(
        self, texts: Sequence[str], places: NDArray[np.int64], patterns: NDArray[np.int64]
    ) -> tuple[Ints, Ints]:
        """Pairs of place and test for pairs of place and pattern."""
        first, count = self._first_test[patterns], self._count_tests[patterns]
        rows = np.repeat(places, count).astype(np.int32)
        offsets = np.arange(len(rows)) - np.repeat(np.cumsum(count) - count, count)
        tests = self._pattern_tests[np.repeat(first, count) + offsets]
        for at in np.flatnonzero(np.isin(tests, self._cased)):
            if not _letters_agree(self.tests[int(tests[at])], texts[int(rows[at])]):
                tests[at] = -1
        return rows[tests >= 0], tests[tests >= 0]

    def _patterns(self) -> BytesAhoCorasick | None:
        """The automaton, built when the first value comes."""
        if self._automaton is None and not len(self._pattern_tests):
            by_bytes: defaultdict[bytes, list[int]] = defaultdict(list)
            for number, test in self.tests.items():
                if test.needle or test.kind in TEXT_KINDS:
                    by_bytes[_pattern(test)].append(number)
            self._count_tests = np.array([len(found) for found in by_bytes.values()], np.int64)
            self._first_test = np.cumsum(self._count_tests) - self._count_tests
            self._pattern_tests = np.array([*chain(*by_bytes.values())], np.int32)
            cased = [n for n, test in self.tests.items() if test.cased and test.kind in TEXT_KINDS]
            self._cased = np.array(cased, np.int32)
            self._automaton = BytesAhoCorasick(list(by_bytes)) if by_bytes else None
        return self._automaton


def _portions(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """Consecutive parts of bounded length: hits cost far more memory than the text they are in."""
    start = characters = 0
    for place, text in enumerate(texts):
        characters += len(text)
        if characters > _MAX_READ:
            yield texts[start : place + 1]
            start, characters = place + 1, 0
    if start < len(texts):
        yield texts[start:]


def _folded_bytes(text: str) -> bytes:
    return fold(text).encode("utf-8", "surrogatepass")


def _pattern(test: Test) -> bytes:
    plain = test.needle.encode("utf-8", "surrogatepass")
    opens = _BORDER if test.kind in {"equals", "startswith"} else b""
    closes = _BORDER if test.kind in {"equals", "endswith"} else b""
    return opens + plain + closes


def _letters_agree(test: Test, text: str) -> bool:
    """Whether a hit of a cased test on the folded value holds for the value as it is."""
    match test.kind:
        case "equals":
            return text == test.value
        case "startswith":
            return text.startswith(test.value)
        case "endswith":
            return text.endswith(test.value)
        case _:
            return test.value in text
