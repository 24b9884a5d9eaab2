"""Numbers of the case's own plans anywhere in any text: one pass of RE2 over all fields of a batch.

Only tokens that match a numbering plan exactly are taken: country code and national number of the
right length, trunk prefix and national number, an IMSI of one of the networks, and these with
swapped nibbles or in base64. In telecom's own logs national numbers alone and numbers written with
blanks are looked for, too. A token ends where no further digit or hexadecimal letter follows.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import re2

from crossline.events.subscribers.identities import Identities, Identity
from crossline.events.subscribers.plans import IMSI_DIGITS, NumberPlan

__all__ = ["Sighting", "sweep"]

_HEX = frozenset(b"0123456789abcdefABCDEF")
_BASE64 = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
# Base64 of ASCII digits, an international sign perhaps before them: three digits give one letter
# of each of these classes.
_THREE = "[MNO][DTjz][AEIMQUYcgk][w-z0-5]"
_IN_BASE64 = (
    f"(?:Kz[AEIMQUYcgk][w-z0-5])?(?:{_THREE}){{2,5}}"
    "(?:[MNO][DTjz][AEIMQUYcgk]=?|[MNO][AQgw](?:==)?)?"
)
# Before a token: anything but a hexadecimal digit, or an escape of a URL such as %2B.
_BEFORE = "(?:^|[^0-9A-Fa-f]|%[0-9A-Fa-f]{2})"


class Sighting(NamedTuple):
    """An identity in one of the values: which, and from which to which of its characters."""

    value: int
    start: int
    end: int
    identity: Identity


def sweep(
    identities: Identities, values: Sequence[str | None], in_telecom: bool, log: str = ""
) -> Iterator[Sighting]:
    """All identities in these values, in their order.

    Args:
        identities: whose plans are looked for; without plans, nothing is found.
        values: the texts.
        in_telecom: whether they stand in one of telecom's own logs.
        log: the sort of log, for its declared form.
    """
    if not identities.plans or not values:
        return
    texts = pa.array(values, pa.string()).fill_null("")
    lengths = pc.binary_length(texts).to_numpy(zero_copy_only=False)
    starts = np.zeros(len(values) + 1, np.int64)
    np.cumsum(lengths.astype(np.int64) + 1, out=starts[1:])
    whole = pa.ListArray.from_arrays(pa.array([0, len(values)], pa.int32()), texts)
    joined = pc.binary_join(whole, "\0")[0].as_py().encode()
    pattern = _pattern(identities.plan, identities.others, in_telecom)
    found = [
        (*span, identity)
        for span in _tokens(pattern, joined)
        if (identity := _identity(identities, joined, *span, in_telecom, log))
    ]
    places = np.searchsorted(starts, [start for start, _, _ in found], side="right") - 1
    for place, (start, end, identity) in zip(places.tolist(), found, strict=True):
        begin = int(starts[place])
        first = len(joined[begin:start].decode("utf-8", "replace"))
        length = len(joined[start:end].decode("utf-8", "replace"))
        yield Sighting(place, first, first + length, identity)


def _tokens(pattern: Any, joined: bytes) -> Iterator[tuple[int, int]]:
    """Where tokens stand; RE2 cannot look behind, so their ends are looked at here."""
    position = 0
    while found := pattern.search(joined, position):
        start, end = found.span(1)
        is_base64 = joined[start] in b"KMNO"
        letters = _BASE64 if is_base64 else _HEX
        follows = end < len(joined) and joined[end] in letters
        precedes = is_base64 and start and joined[start - 1] in letters
        if follows or precedes or _ends_guid(joined, start):
            position = start + 1
            continue
        if start and joined[start - 1 : start] == b"+":
            start -= 1
        yield start, end
        position = end


def _ends_guid(joined: bytes, start: int) -> bool:
    """Whether a token is the last part of a GUID."""
    before = joined[max(0, start - 5) : start]
    return len(before) == 5 and before[4:] == b"-" and all(each in _HEX for each in before[:4])


def _identity(
    identities: Identities, joined: bytes, start: int, end: int, in_telecom: bool, log: str
) -> Identity | None:
    text = joined[start:end].decode()
    if found := identities.read(text, None, log):
        return found
    is_whole = (start == 0 or joined[start - 1] == 0) and (end == len(joined) or joined[end] == 0)
    if in_telecom and identities.plan and not is_whole:
        # A field that is a bare number only is one of the declared fields, or a count.
        number = identities.plan.bare(text)
        return Identity("msisdn", number) if number else None
    return None


@lru_cache(64)
def _pattern(plan: NumberPlan | None, others: tuple[NumberPlan, ...], in_telecom: bool) -> Any:
    """The expression for an organisation's logs, its token in group 1."""
    plans = ((plan,) if plan else ()) + others
    forms = [form for each in plans for form in _international(each)]
    forms += [form for each in plans for form in _of_networks(each)]
    if plan and plan.trunk_prefix:
        forms += [f"{plan.trunk_prefix}[1-9][0-9]{{{n - 1}}}" for n in reversed(plan.lengths)]
    if in_telecom:
        forms += [form for each in plans for form in _spaced(each)]
        forms += [form for each in plans for form in _swapped_digits(each)]
        if plan and plan.has_bare_numbers:
            forms += [f"[1-9][0-9]{{{n - 1}}}" for n in reversed(plan.lengths)]
    longest_first = "|".join(dict.fromkeys([*forms, _IN_BASE64]))
    return re2.compile(f"{_BEFORE}({longest_first})".encode())


def _international(plan: NumberPlan) -> Iterator[str]:
    if not plan.country_code:
        return
    for length in reversed(plan.lengths):
        digits = len(plan.country_code) + length
        swapped = _swapped(plan.country_code, digits)
        yield f"(?:91|[Aa]1){swapped}"
        if digits % 2:
            yield swapped
        yield f"(?:00)?{plan.country_code}[1-9][0-9]{{{length - 1}}}"


def _of_networks(plan: NumberPlan) -> Iterator[str]:
    for network in plan.networks:
        yield _swapped(network, IMSI_DIGITS)
        yield f"{network}[0-9]{{{IMSI_DIGITS - len(network)}}}"


def _swapped_digits(plan: NumberPlan) -> Iterator[str]:
    """Swapped numbers without anything that tells them from plain digits."""
    for length in plan.lengths:
        digits = len(plan.country_code) + length
        if plan.country_code and digits % 2 == 0:
            yield _swapped(plan.country_code, digits)


def _swapped(prefix: str, digits: int) -> str:
    """The expression for that many digits beginning with a prefix, as swapped nibbles."""
    plain = [*prefix, *["[0-9]"] * (digits - len(prefix)), *["[Ff]"] * (digits % 2)]
    return "".join(plain[n + 1] + plain[n] for n in range(0, len(plain), 2))


def _spaced(plan: NumberPlan) -> Iterator[str]:
    """Numbers as people write them, in groups: a sign or trunk prefix tells them from columns."""
    for length in reversed(plan.lengths):
        digits = f"(?:[ .\\-]?[0-9]){{{length}}}"
        if plan.country_code:
            yield f"00[ .\\-]?{plan.country_code}{digits}"
            yield f"{plan.country_code}[ \\-]{digits}"
        if plan.trunk_prefix:
            yield f"{plan.trunk_prefix}(?:[ \\-]?[0-9]){{{length}}}"
