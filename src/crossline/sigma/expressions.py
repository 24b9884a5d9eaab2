"""Regular expressions in linear time: RE2 or refusal, and the plain text that a match must hold.

RE2 has no lookaround and no backreference; a rule that asks for them is refused rather than run
by an engine that an attacker's log line can stop.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

import re2

from crossline.sigma.folding import fold
from crossline.sigma.values import RefusalError

__all__ = ["check_expression", "matcher", "needle_of"]

_PARSER = re._parser  # type: ignore[attr-defined]


@lru_cache(maxsize=1)
def _options() -> re2.Options:
    options = re2.Options()
    options.log_errors = False
    return options


def _compiled(source: str) -> re2._Regexp:
    return re2.compile(source.encode("utf-8", "surrogatepass"), _options())


def check_expression(source: str) -> None:
    """Make sure that RE2 runs an expression.

    Raises:
        RefusalError: it is broken, or asks for what does not run in linear time.
    """
    try:
        _compiled(source)
    except re2.error as error:
        text = error.args[0] if error.args else ""
        detail = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
        raise RefusalError(f"regular expression {source!r}: {detail}") from error


def matcher(source: str) -> Callable[[str], bool]:
    """A function that tells whether the expression is found in a text."""
    search = _compiled(source).search
    return lambda text: search(text.encode("utf-8", "surrogatepass")) is not None


def needle_of(source: str) -> str:
    """The longest folded text that stands in whatever the expression matches; empty: none known.

    Only what must come in one piece counts: no branches, no optional parts.
    """
    try:
        items = list(_PARSER.parse(source))
    except (re.error, RecursionError, OverflowError):
        return ""
    return max(_runs(items), key=len, default="")


def _runs(items: list[tuple[object, object]]) -> Iterator[str]:
    run = ""
    for name, value in items:
        if str(name) == "LITERAL" and isinstance(value, int):
            run += fold(chr(value))
            continue
        yield run
        run = ""
        yield from _inner_runs(str(name), value)
    yield run


def _inner_runs(name: str, value: object) -> Iterator[str]:
    if not isinstance(value, tuple):
        return
    if name == "SUBPATTERN":
        yield from _runs(list(value[-1]))
    elif name in {"MAX_REPEAT", "MIN_REPEAT"} and value[0] > 0:
        yield from _runs(list(value[2]))
