"""Letter case beyond ASCII: one folding for rules and events, and it never changes the length.

Unicode's simple folding (CaseFolding.txt, statuses C and S) maps one character to one character,
so `?` still stands for one character after folding; full folding (`str.casefold`) would not.
"""

from functools import lru_cache

__all__ = ["fold"]

_CODES = 0x20000
"""Letters with case stand in planes 0 and 1 only (Unicode 16)."""


def fold(text: str) -> str:
    """`text` with letter case removed, character by character: `ΑΘΗΝΑ` and `αθηνα` are the same."""
    if text.isascii():
        return text.lower()
    return text.translate(_table())


@lru_cache(maxsize=1)
def _table() -> dict[int, str]:
    folded = {code: _fold_character(chr(code)) for code in range(_CODES)}
    return {code: char for code, char in folded.items() if char != chr(code)}


def _fold_character(char: str) -> str:
    for candidate in (char.casefold(), char.lower()):
        if len(candidate) == 1:
            return candidate
    return char
