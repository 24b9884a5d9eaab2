"""Tests that look at one value alone: patterns, expressions, networks, numbers, parts of dates."""

import operator
import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import TypeAlias

from crossline.sigma.expressions import matcher
from crossline.sigma.folding import fold
from crossline.sigma.rules import Test
from crossline.sigma.times import written_time

__all__ = ["Predicate", "number_of", "predicate"]

Predicate: TypeAlias = Callable[[str], bool]

_COMPARISONS = {
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
}


def predicate(test: Test) -> Predicate:
    """The function that tells whether a value passes; a test of plain text has none.

    Raises:
        KeyError: the kind of test does not look at one value alone.
    """
    if test.kind == "cidr":
        return _in_network(test.value)
    if test.kind in {"pattern", "regex"}:
        matches = matcher(test.value)
        return matches if test.cased else lambda text: matches(fold(text))
    if test.kind in _COMPARISONS:
        return _compares(test)
    part, wanted = _PARTS[test.kind], int(test.value)
    return lambda text: part(written_time(text)) == wanted


def _in_network(source: str) -> Predicate:
    network = ip_network(source)
    first, last = int(network.network_address), int(network.broadcast_address)
    version = network.version

    def inside(text: str) -> bool:
        kind, address = _address(text)
        return kind == version and first <= address <= last

    return inside


@lru_cache(maxsize=65536)
def _address(text: str) -> tuple[int, int]:
    """IP version and number of an address; version 0 if the text is none."""
    try:
        address = ip_address(text.partition("%")[0] if ":" in text else text)
    except ValueError:
        return 0, 0
    return address.version, int(address)


def number_of(text: str) -> Decimal | None:
    """The number that a text is, exactly; None if it is none (also for infinity and NaN)."""
    if not re.fullmatch(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,4})?", text, re.ASCII):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _compares(test: Test) -> Predicate:
    compare, limit = _COMPARISONS[test.kind], Decimal(test.value)

    def passes(text: str) -> bool:
        number = number_of(text)
        return number is not None and compare(number, limit)

    return passes


_PARTS: dict[str, Callable[[datetime | None], int | None]] = {
    "minute": lambda date: date.minute if date else None,
    "hour": lambda date: date.hour if date else None,
    "day": lambda date: date.day if date else None,
    "week": lambda date: date.isocalendar().week if date else None,
    "month": lambda date: date.month if date else None,
    "year": lambda date: date.year if date else None,
}
