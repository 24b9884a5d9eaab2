"""What a document's paths mean: its shape, what fills which column, what its fields are called.

The knowledge is data: `content/events/shapes.toml`, `clouds.toml` and, for records that their
readers take apart, `texts.toml`; `telecom.toml` has both sorts. A plan is made once for each list
of paths, so that a record costs a look-up.
"""

import re
import tomllib
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from operator import itemgetter

import msgspec

__all__ = ["COLUMNS", "Plan", "Plans", "log_format"]

COLUMNS = ("host", "channel", "provider", "event_code", "record_id", "time")
"""What a shape fills besides the fields, in the order in which `Plan.columns` gives it."""

# Bounds what hostile evidence can make the cache hold; logs have some tens of shapes a channel.
_MOST_PLANS = 1024
_MOST_PATHS_KEPT = 256
_NAMESPACE = re.compile(r"(?:^|\.)@xmlns")

Texts = Sequence[str | None]


class _Shape(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry of these files; the head of shapes.toml says what each part is."""

    name: str
    columns: dict[str, list[str]]
    any_of: list[str] = []
    all_of: list[str] = []
    windows: bool = False
    format: str = ""
    is_utc: bool = False
    kept: list[str] = []
    strip: list[str] = []
    drop: list[str] = []
    empty: list[str] = []
    proofs: list[tuple[str, str]] = []
    names: dict[str, str] = {}


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """How texts in a certain order of paths become an event.

    `columns` and `values` take the texts of a document with one None behind them: the first gives
    those of COLUMNS, the second those of the fields called `names`. Nulls at `empty` are elements
    without text. `proofs` are places of (local, universal) times of one moment. `format` is the
    kind of log, as `log_format` takes it; times without offset are UTC where `is_utc` says so.
    """

    windows: bool
    format: str
    is_utc: bool
    columns: Callable[[Texts], tuple[str | None, ...]]
    names: tuple[str, ...]
    values: Callable[[Texts], Texts]
    empty: tuple[int, ...]
    proofs: tuple[tuple[int, int], ...]


class Plans:
    """The plans of one batch by their paths."""

    def __init__(self) -> None:
        """Start with what earlier batches had."""
        self._large: dict[tuple[str, ...], Plan] = {}

    def plan_for(self, paths: tuple[str, ...], shape: str = "") -> Plan:
        """The plan for records with exactly these paths, of the text shape of that name if any."""
        if len(paths) <= _MOST_PATHS_KEPT:
            return _kept_plan(paths, shape)
        # Kept only as long as the batch, whose size is bounded.
        plan = self._large.get((shape, *paths))
        if plan is None:
            plan = self._large[(shape, *paths)] = _plan(paths, shape)
        return plan


@lru_cache(_MOST_PLANS)
def log_format(channel: str | None, stated: str) -> str:
    """The kind of log (column `format`) of an event.

    `stated` is what its shape says: empty means by the Windows channel, and `*` in it stands for
    the channel, as Zeek's logs are named.
    """
    if not stated:
        return _formats().get((channel or "").lower(), "win_other")
    return stated.replace("*", (channel or "other").lower())


@cache
def _formats() -> Mapping[str, str]:
    formats = tomllib.loads(_content("channels.toml"))["formats"]
    return {channel.lower(): name for name, channels in formats.items() for channel in channels}


@cache
def _shapes() -> tuple[_Shape, ...]:
    files = ("telecom.toml", "clouds.toml", "shapes.toml")
    entries = [entry for name in files for entry in tomllib.loads(_content(name))["shape"]]
    return tuple(msgspec.convert(entries, list[_Shape]))


@cache
def _text_shapes() -> Mapping[str, _Shape]:
    files = ("texts.toml", "telecom.toml")
    entries = [entry for name in files for entry in tomllib.loads(_content(name))["text"]]
    return {shape.name: shape for shape in msgspec.convert(entries, list[_Shape])}


def _content(name: str) -> str:
    return (resources.files("crossline.content") / "events" / name).read_text("utf-8")


def _plan(paths: tuple[str, ...], name: str = "") -> Plan:
    first = {path: place for place, path in reversed(list(enumerate(paths)))}
    shape = _text_shapes()[name] if name else next(each for each in _shapes() if _fits(each, first))
    taken = {
        column: next((path for path in shape.columns.get(column, ()) if path in first), None)
        for column in COLUMNS
    }
    consumed = {
        first[path]
        for column, path in taken.items()
        if path is not None and column not in shape.kept
    }
    fields = _fields(shape, [(n, path) for n, path in enumerate(paths) if n not in consumed])
    return Plan(
        windows=shape.windows,
        format=shape.format,
        is_utc=shape.is_utc,
        columns=itemgetter(
            *(len(paths) if path is None else first[path] for path in taken.values())
        ),
        names=tuple(fields.values()),
        values=_getter(tuple(fields)),
        empty=tuple(
            place for place in fields if paths[place].startswith(tuple(shape.empty) or ("\0",))
        ),
        proofs=tuple(
            (first[local], first[universal])
            for local, universal in shape.proofs
            if local in first and universal in first
        ),
    )


def _fits(shape: _Shape, paths: Container[str]) -> bool:
    has_any = not shape.any_of or any(path in paths for path in shape.any_of)
    return has_any and all(path in paths for path in shape.all_of)


_kept_plan = lru_cache(_MOST_PLANS)(_plan)


def _getter(places: tuple[int, ...]) -> Callable[[Texts], Texts]:
    """`itemgetter` that gives a sequence for one place and for none, too."""
    if len(places) == 1:
        only = places[0]
        return lambda texts: (texts[only],)
    return itemgetter(*places) if places else lambda _: ()


def _fields(shape: _Shape, paths: Sequence[tuple[int, str]]) -> dict[int, str]:
    """The fields' names by place; a name that comes again is `name#2`, then `name#3`.

    Names that the shape states come first, so that the plain name is theirs.
    """
    prefixes = [re.compile(_pattern(prefix)) for prefix in shape.strip]
    stated = {place: shape.names[path] for place, path in paths if path in shape.names}
    others = {
        place: _stripped(path, prefixes)
        for place, path in paths
        if place not in stated and path not in shape.drop and not _NAMESPACE.search(path)
    }
    numbers: dict[str, int] = {}
    fields: dict[int, str] = {}
    for place, name in [*stated.items(), *others.items()]:
        numbers[name] = number = numbers.get(name, 0) + 1
        fields[place] = name if number == 1 else f"{name}#{number}"
    return dict(sorted(fields.items()))


def _pattern(prefix: str) -> str:
    return re.escape(prefix).replace(r"\*", r"[^.]+")


def _stripped(path: str, prefixes: Sequence[re.Pattern[str]]) -> str:
    name = path.removesuffix(".#text")
    for prefix in prefixes:
        if found := prefix.match(name):
            name = name[found.end() :]
            break
    return name.replace(".@", ".")
