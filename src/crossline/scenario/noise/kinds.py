"""The kinds of noise as data: what a record of each looks like, where, and how often."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple

from crossline.scenario.content import table
from crossline.scenario.noise.drawing import Draws, Maker, maker
from crossline.scenario.record import Value

__all__ = ["Kind", "Part", "kinds_of"]

_FILES = {
    "winsec": "windows", "winsystem": "windows", "sysmon": "windows", "powershell": "windows",
    "iis": "web", "httpproxy": "web",
    "ora_csv": "database", "ora_sys": "database", "pgaudit": "database",
    "tacplus": "network", "radius": "network", "teleport": "network", "linux_auth": "network",
    "mml": "telecom", "mediation": "telecom", "crm": "telecom", "ticket": "telecom",
    "zeek_conn": "traffic", "zeek_http": "traffic", "zeek_ssl": "traffic",
}  # fmt: skip
_STATEMENTS = "statements"
_PLACE = re.compile(r"\{([a-zA-Z][^{}]*)\}")


class Part(NamedTuple):
    """One record of a kind: after how many seconds (least, most), unless a setting holds."""

    after: tuple[float, float]
    unless: str
    fields: tuple[tuple[str, Callable[[Draws], Value]], ...]


class Kind(NamedTuple):
    """One kind of noise: its weight, whether machines make it, from when, and its records."""

    weight: float
    clock: bool
    since: datetime | None
    parts: tuple[Part, ...]


@cache
def kinds_of(log: str, role: str) -> tuple[Kind, ...]:
    """The kinds that a log of a host of a role has.

    Raises:
        KeyError: no noise is known for this kind of log.
    """
    name = _FILES[log]
    rows = table(f"noise/{name}")[_STATEMENTS if name == "database" else log]
    return tuple(
        _kind(name, row)
        for row in rows
        if role in row.get("roles", [role]) and log in row.get("logs", [log])
    )


def _kind(file: str, row: dict[str, Any]) -> Kind:
    start = row.get("from")
    since = datetime(start.year, start.month, start.day, tzinfo=UTC) if start else None
    parts = [_part(file, each) for each in [{**row, "after": "0-0"}, *row.get("then", [])]]
    return Kind(float(row["weight"]), row.get("clock", False), since, tuple(parts))


def _part(file: str, row: dict[str, Any]) -> Part:
    least, most = map(float, row["after"].split("-"))
    fields = tuple((name, _template(file, value)) for name, value in row["fields"].items())
    return Part((least, most), row.get("setting", ""), fields)


def _template(file: str, value: Any) -> Callable[[Draws], Value]:
    """What gives a field its value: the value itself, one drawn thing, or a text around some."""
    pieces = _PLACE.split(value) if isinstance(value, str) else [value]
    if len(pieces) == 1:
        return lambda _: value
    if len(pieces) == 3 and pieces[0] == pieces[2] == "":
        return _once(pieces[1], _maker(file, pieces[1]))
    made = [
        _once(piece, _maker(file, piece)) if number % 2 else _constant(piece)
        for number, piece in enumerate(pieces)
    ]
    return lambda draws: "".join([str(each(draws)) for each in made])


def _constant(text: str) -> Maker:
    return lambda _: text


def _once(name: str, make: Maker) -> Maker:
    """One thing has one value in all records of a group."""

    def value(draws: Draws) -> Value:
        memo = draws.memo
        if name not in memo:
            memo[name] = make(draws)
        return memo[name]

    return value


def _maker(file: str, name: str) -> Maker:
    """What draws the thing of a name; lists and programs are those of the file."""
    head, _, rest = name.partition(" ")
    if head == "pick":
        return _picked(file, rest)
    head, _, rest = name.partition(".")
    if head in ("program", "network", "writer"):
        return _attribute(file, head, rest)
    if name == "document":
        return _picked("common", "documents")
    if head == "site":
        return _picked("common", "sites") if not rest else maker(name)
    return maker(name)


def _picked(file: str, name: str) -> Maker:
    options = [_template(file, each) for each in table(f"noise/{file}")["lists"][name]]
    return lambda draws: options[draws.rank(len(options))](draws)


def _attribute(file: str, of: str, name: str) -> Maker:
    """An attribute of the program that this group of records is about."""
    by_role = {
        role: [{key: _template(file, text) for key, text in row.items()} for row in rows]
        for role, rows in table(f"noise/{file}")[f"{of}s"].items()
    }

    def value(draws: Draws) -> Value:
        rows = by_role["common"] + by_role.get(draws.role, [])
        place = draws.memo.setdefault(f"{of} row", draws.rank(len(rows)))
        row = rows[-1 - int(str(place))]
        return row[name](draws) if name in row else draws.program(name, str(row["user"](draws)))

    return value
