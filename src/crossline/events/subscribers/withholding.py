"""Records that must not be stored at all: those of lawful interception."""

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Any

import re2

__all__ = ["REASON", "is_withheld"]

REASON = "a record of lawful interception: counted, and not stored"

_Patterns = dict[str, Any]


def is_withheld(log_format: str, names: Sequence[str], values: Sequence[str | None]) -> bool:
    """Whether a record of this kind of log, with these fields, may not be stored."""
    rules = _rules().get(log_format)
    if rules is None:
        return False
    patterns, unless = rules
    return _any_matches(patterns, names, values) and not _any_matches(unless, names, values)


def _any_matches(patterns: _Patterns, names: Sequence[str], values: Sequence[str | None]) -> bool:
    if not patterns:
        return False
    return any(
        value is not None and name in patterns and patterns[name].fullmatch(value) is not None
        for name, value in zip(names, values, strict=True)
    )


@cache
def _rules() -> dict[str, tuple[_Patterns, _Patterns]]:
    """For each kind of log, the patterns that withhold and those that keep all the same."""
    text = (resources.files("crossline.content") / "subscribers" / "withheld.toml").read_text()
    return {
        name: (_compiled(entry), _compiled(entry.get("unless", {})))
        for name, entry in tomllib.loads(text).items()
    }


def _compiled(entry: dict[str, Any]) -> _Patterns:
    return {
        name: re2.compile(f"(?i:{pattern})")
        for name, pattern in entry.items()
        if isinstance(pattern, str)
    }
