"""Where the records of a rule's log source lie: channels, event ids and kinds of log.

The map is data (`content/sigma/logsources.toml`). A log source without a place in it matches
nothing, and that is said (`Plan.unmapped`), never guessed.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib.resources import files
from typing import TypeAlias, cast

from crossline.kernel.ids import digest
from crossline.sigma.rules import LogSource

__all__ = ["Place", "Record", "content", "field_map_hash", "formats", "places"]

Record: TypeAlias = "tuple[str | None, str | None, str | None, str | None]"
"""What tells records apart for routing: format, channel, provider, event code."""

_Table = Mapping[str, object]


@dataclass(frozen=True)
class Place:
    """Records of one kind; an empty set asks for nothing. Texts are lower case, codes too.

    `view` names how the records are shown to rules (`views.toml`); empty: as recorded.
    """

    channels: frozenset[str] = frozenset()
    formats: frozenset[str] = frozenset()
    format_prefix: str = ""
    codes: frozenset[str] = frozenset()
    providers: frozenset[str] = frozenset()
    with_channel: bool = False
    view: str = ""

    def admits(self, record: Record) -> bool:
        """Whether a record lies here."""
        form, channel, provider, code = ((text or "").lower() for text in record)
        return (
            (not self.channels or channel in self.channels)
            and (not self.formats or form in self.formats)
            and form.startswith(self.format_prefix)
            and (not self.codes or code in self.codes)
            and (not self.providers or provider in self.providers)
            and (not self.with_channel or channel != "")
        )


@cache
def content(name: str) -> Mapping[str, Mapping[str, object]]:
    """A file of `content/sigma/`, by its name."""
    return tomllib.loads(_text(name))


def _text(name: str) -> str:
    return files("crossline.content").joinpath("sigma", name).read_text("utf-8")


def field_map_hash() -> str:
    """Changes with the log-source map and the views: what hits depend on besides the rules."""
    return digest(_text("logsources.toml"), _text("views.toml"))


@cache
def places(source: LogSource) -> tuple[Place, ...]:
    """All places where records of a log source lie; () if the map has none.

    Category and service bind both: the category's places in the service's channels.
    """
    found = [*_windows(source), *_others(source)]
    return tuple(dict.fromkeys(found))


def formats(source: LogSource) -> frozenset[str]:
    """The kinds of log (`events.format`) that can hold records of a log source.

    A prefix stands for all kinds that begin with it and ends in `*`.
    """
    return frozenset(form for place in places(source) for form in _formats(place))


def _formats(place: Place) -> Iterable[str]:
    if place.formats:
        return (form for form in place.formats if form)
    if place.channels:
        known = _map().channel_formats
        return (known.get(channel, "win_other") for channel in place.channels)
    return [f"{place.format_prefix}*"]


@dataclass(frozen=True)
class _Map:
    services: Mapping[str, frozenset[str]]
    categories: Mapping[str, tuple[Place, ...]]
    sources: tuple[tuple[_Table, Place], ...]
    service_formats: Mapping[str, str]

    @cached_property
    def channel_formats(self) -> Mapping[str, str]:
        return {
            channel: form
            for service, form in self.service_formats.items()
            for channel in self.services[service]
        }


@cache
def _map() -> _Map:
    table = content("logsources.toml")
    windows = cast("Mapping[str, Mapping[str, list[str]]]", table["windows"])
    services = {name: _lower(channels) for name, channels in windows["services"].items()}
    categories = cast("Mapping[str, list[_Table]]", windows["categories"])
    return _Map(
        services,
        {
            name: tuple(_place(entry, services[str(entry["service"])]) for entry in entries)
            for name, entries in categories.items()
        },
        tuple((entry, _place(entry)) for entry in cast("list[_Table]", table["source"])),
        cast("Mapping[str, str]", windows["formats"]),
    )


def _lower(values: object) -> frozenset[str]:
    return frozenset(str(value).lower() for value in cast("list[object]", values or []))


def _place(entry: _Table, channels: frozenset[str] | None = None) -> Place:
    return Place(
        channels=channels or _lower(entry.get("channels")),
        formats=_lower(entry.get("formats")),
        format_prefix=str(entry.get("format_prefix", "")),
        codes=_lower(entry.get("codes")),
        providers=_lower(entry.get("providers")),
        with_channel=bool(entry.get("with_channel", False)),
        view=str(entry.get("view", "")),
    )


def _windows(source: LogSource) -> Iterator[Place]:
    if source.product not in {None, "windows"}:
        return
    channels = _map().services.get(source.service or "")
    if source.category:
        for place in _map().categories.get(source.category, ()):
            if source.service is None or (channels and place.channels & channels):
                yield place
    elif channels:
        yield Place(channels=channels)


def _others(source: LogSource) -> Iterator[Place]:
    for entry, place in _map().sources:
        if entry.get("everything"):
            if source.product == entry["product"]:
                yield Place()
        elif _fits(entry, source):
            yield _named(place, source.service) if place.format_prefix else place


def _named(place: Place, service: str | None) -> Place:
    return replace(place, formats=frozenset({f"{place.format_prefix}{service}"}), format_prefix="")


def _fits(entry: _Table, source: LogSource) -> bool:
    """The entry answers what the rule names, and is not narrower than the rule."""
    service = entry.get("service")
    return (
        source.product in {None, entry.get("product")}
        and source.category == entry.get("category")
        and (source.service == service or (service == "*" and source.service is not None))
    )
