"""Chance without chance: each purpose has its own stream of numbers, fixed by the seed.

One draw more or less for one purpose moves no other, so that a change to one part of the world
leaves the rest of it as it was.
"""

from collections.abc import Sequence
from hashlib import sha256
from random import Random
from typing import TypeVar

__all__ = ["chosen", "hexadecimal", "stream", "token"]

_T = TypeVar("_T")
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


def stream(seed: int, *purpose: object) -> Random:
    """A generator of its own for a purpose under a seed."""
    return Random(int(hexadecimal(seed, *purpose), 16))  # noqa: S311 - repeatable, not secret


def hexadecimal(seed: int, *purpose: object) -> str:
    """64 hex digits for a purpose under a seed."""
    text = "|".join([str(seed), *map(str, purpose)])
    return sha256(text.encode()).hexdigest()


def chosen(options: Sequence[_T], seed: int, *purpose: object) -> _T:
    """One of the options; under seed 0 the first, which is the specification's own."""
    return options[0] if seed == 0 else stream(seed, *purpose).choice(options)


def token(random: Random, length: int = 8) -> str:
    """A name without meaning, as programs give to their files; it begins with a letter."""
    return random.choice(_LETTERS[:26]) + "".join(random.choices(_LETTERS, k=length - 1))
