"""Where in a telecom record identities stand: in whole fields, statements, parameters, commands."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import NamedTuple, cast

from crossline.events.subscribers.identities import Kind

__all__ = ["Candidate", "candidates", "log_of"]

_KINDS = ("msisdn", "imsi", "imei")
# A column that holds numbers of subscribers, by the usual names in billing and call records.
_COLUMN = re.compile(
    r"\b(?:[ABC]_?(?:NUMBER|NUM|PARTY|MSISDN)|\w*MSISDN\w*|\w*ISDN|\w*IMSI\w*|\w*IMEI\w*"
    r"|CALL(?:ING|ED|ER|EE)\w*|SUBSCRIBER\w*|\w*PHONE\w*|MOBILE\w*|SERVED_\w+|SUBS?_(?:NO|NUM)\w*)\b",
    re.IGNORECASE,
)
_LITERAL = re.compile(
    r"'(\+?[0-9][0-9 .\-]{5,20}[0-9])'|'(\+?[0-9]{7,16})[%_]+'|'((?:0x)?[0-9]{10,16}[Ff]?[0-9]?)'"
    r"|(?<![\w.$:'#])(\+?[0-9]{9,16})(?![\w.'])"
)
_BOUND = re.compile(r"(?<![\w.+])(\+?[0-9]{7,16})(?![\w.])")
_PARAMETER = re.compile(
    r'\b(\w*ISDN|\w*IMSI|IMEI(?:SV)?)\s*=\s*"?((?:0x)?[0-9A-Fa-f+]{7,24})', re.IGNORECASE
)
# Dates and hours as digits: 201805, 20180501, 201805011030, 20180501103000.
_DATE = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-3]\d(?:[0-5]\d){0,3})?")


class Candidate(NamedTuple):
    """A stretch of one value that its place says is an identity; `kind` None: if it fits a plan."""

    value: int
    start: int
    end: int
    kind: Kind | None
    is_part: bool = False


@dataclass(frozen=True, slots=True)
class _Places:
    log: str
    whole: Mapping[str, str]
    statements: frozenset[str]
    parameters: frozenset[str]
    commands: frozenset[str]


def log_of(log_format: str) -> str | None:
    """The sort of log (db, mml, radius, crm) of a kind of log, None if it is none of telecom's."""
    places = _places().get(log_format)
    return places.log if places else None


def candidates(
    log_format: str, names: Sequence[str], values: Sequence[str | None]
) -> Iterator[Candidate]:
    """The candidates of a record in the order of its fields."""
    places = _places().get(log_format)
    if places is None:
        return
    lower = [name.lower() for name in names]
    asks = any(
        value and name in places.statements and _COLUMN.search(value)
        for name, value in zip(lower, values, strict=True)
    )
    for number, (name, value) in enumerate(zip(lower, values, strict=True)):
        if not value:
            continue
        name = name.partition("#")[0]
        if name in places.whole:
            kind = _kind(places.whole[name], lower, values)
            yield Candidate(number, 0, len(value), kind)
        elif name in places.statements:
            yield from _in_statement(number, value)
        elif name in places.parameters and asks:
            yield from (_spans(number, value))
        elif name in places.commands:
            for found in _PARAMETER.finditer(value):
                yield Candidate(number, *found.span(2), _kind_in(found[1]))


def _kind(stated: str, names: Sequence[str], values: Sequence[str | None]) -> Kind | None:
    if stated in _KINDS:
        return cast("Kind", stated)
    if stated in names:
        beside = (values[names.index(stated)] or "").lower()
        return cast("Kind", beside) if beside in _KINDS else "msisdn"
    return None


def _kind_in(name: str) -> Kind:
    name = name.lower()
    return "imsi" if "imsi" in name else "imei" if "imei" in name else "msisdn"


def _in_statement(number: int, text: str) -> Iterator[Candidate]:
    columns = {_kind_in(found.group()) for found in _COLUMN.finditer(text)}
    if not columns:
        return
    only: Kind | None = next(iter(columns)) if len(columns) == 1 else None
    for found in _LITERAL.finditer(text):
        group = next(n for n in range(1, 5) if found[n])
        digits = re.sub(r"[^0-9]", "", found[group])
        if not _DATE.fullmatch(digits) and not _is_day(found[group]):
            kind = only or _kind_by_length(digits)
            yield Candidate(number, *found.span(group), kind, is_part=group == 2)


_DAY = re.compile(r"\d{4}-\d\d-\d\d.*|\d{1,2}[.\-]\d{1,2}[.\-]\d{4}.*")


def _is_day(text: str) -> bool:
    return bool(_DAY.fullmatch(text))


def _spans(number: int, text: str) -> Iterator[Candidate]:
    for found in _BOUND.finditer(text):
        if not _DATE.fullmatch(found[1]):
            yield Candidate(number, *found.span(1), _kind_by_length(found[1]))


def _kind_by_length(digits: str) -> Kind:
    return "imsi" if len(digits) == 15 and digits[0] != "0" else "msisdn"


@cache
def _places() -> Mapping[str, _Places]:
    text = (resources.files("crossline.content") / "subscribers" / "fields.toml").read_text("utf-8")
    return {
        name: _Places(
            entry["log"],
            {field.lower(): kind for field, kind in entry.get("whole", {}).items()},
            *(
                frozenset(field.lower() for field in entry.get(part, ()))
                for part in ("statements", "parameters", "commands")
            ),
        )
        for name, entry in tomllib.loads(text).items()
    }
