"""Letter case beyond ASCII: one folding for rules and events, and it never changes the length.

Unicode's simple folding (CaseFolding.txt, statuses C and S) maps one character to one character,
so `?` still stands for one character after folding; full folding (`str.casefold`) would not.
"""

__all__ = ["fold"]


class _Folded(dict[int, str]):
    """Folded characters by code point, worked out when one is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold_character(chr(code))
        return folded


_FOLDED = _Folded()


def fold(text: str) -> str:
    """`text` with letter case removed, character by character: `ΑΘΗΝΑ` and `αθηνα` are the same."""
    return text.lower() if text.isascii() else text.translate(_FOLDED)


def _fold_character(char: str) -> str:
    for candidate in (char.casefold(), char.lower()):
        if len(candidate) == 1:
            return candidate
    return char
