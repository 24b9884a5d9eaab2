"""Ids from content: the same content has the same id on every machine and in every run."""

from collections.abc import Iterable
from hashlib import sha256

__all__ = ["digest", "row_id"]

_HEX_DIGITS = 32


def digest(*parts: str | bytes | None) -> str:
    """Hash an ordered list of parts to 32 lower-case hex digits (SHA-256, its first 128 bits).

    Each part is prefixed by its kind and length, so that no two different lists give the same
    input: ("ab", "c") and ("a", "bc") differ, and None differs from the empty text.
    """
    state = sha256()
    for part in parts:
        if part is None:
            state.update(b"-;")
            continue
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        state.update(b"%d:" % len(data))
        state.update(data)
    return state.hexdigest()[:_HEX_DIGITS]


def row_id(prefix: str, parts: Iterable[str | bytes | None]) -> str:
    """The id of a row: its table's prefix and the digest of what identifies it."""
    return f"{prefix}_{digest(*parts)}"
