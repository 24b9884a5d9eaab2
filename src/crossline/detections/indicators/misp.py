"""Indicators of a MISP JSON export: the attributes that are marked for detection."""

from collections.abc import Iterator

import msgspec

from crossline.detections.indicators.kinds import Stated, UnusableError

__all__ = ["misp_indicators"]

# Half of a composite attribute that says where a value was met, and is nothing to search for.
_SIDE_PARTS = frozenset({"port"})


class _Attribute(msgspec.Struct):
    type: str
    value: str
    to_ids: bool = True
    deleted: bool = False
    first_seen: str | None = None
    timestamp: str | int = ""


class _Holder(msgspec.Struct):
    attributes: list[msgspec.Raw] = msgspec.field(name="Attribute", default_factory=list)


class _Organisation(msgspec.Struct):
    name: str = ""


class _Event(msgspec.Struct):
    info: str = ""
    date: str = ""
    producer: _Organisation = msgspec.field(name="Orgc", default_factory=_Organisation)
    attributes: list[msgspec.Raw] = msgspec.field(name="Attribute", default_factory=list)
    objects: list[_Holder] = msgspec.field(name="Object", default_factory=list)


class _Export(msgspec.Struct):
    """Each of the shapes that MISP exports have."""

    event: _Event | None = msgspec.field(name="Event", default=None)
    response: "list[_Export] | _Holder | None" = None
    attributes: list[msgspec.Raw] = msgspec.field(name="Attribute", default_factory=list)


def misp_indicators(data: bytes, origin: str) -> Iterator[Stated | UnusableError]:
    """The entries of an export: an event, a list of them, or the answer to a search.

    Their date is when the attribute was first seen, else the event's date, else when it was last
    edited. `origin` names the feed where no event does.

    Raises:
        msgspec.DecodeError, RecursionError: the data is no export.
    """
    decoded = msgspec.json.decode(data, type=list[_Export] | _Export)
    exports = decoded if isinstance(decoded, list) else [decoded]
    for export in exports:
        inner = export.response if isinstance(export.response, list) else []
        loose = export.response.attributes if isinstance(export.response, _Holder) else []
        for each in (export, *inner):
            if each.event is not None:
                yield from _of_event(each.event, origin)
        for raw in (*export.attributes, *loose):
            yield from _entries(raw, origin, "")


def _of_event(event: _Event, origin: str) -> Iterator[Stated | UnusableError]:
    source = ": ".join(part for part in (event.producer.name or origin, event.info) if part)
    for raw in event.attributes:
        yield from _entries(raw, source, event.date)
    for holder in event.objects:
        for raw in holder.attributes:
            yield from _entries(raw, source, event.date)


def _entries(raw: msgspec.Raw, source: str, date: str) -> Iterator[Stated | UnusableError]:
    try:
        each = msgspec.json.decode(raw, type=_Attribute)
    except msgspec.DecodeError:
        yield UnusableError("is no MISP attribute")
        return
    if each.deleted or not each.to_ids:
        yield UnusableError(
            "is deleted" if each.deleted else "is not marked for detection (to_ids)"
        )
        return
    types, values = each.type.split("|"), each.value.split("|", each.type.count("|"))
    if len(types) != len(values):
        yield UnusableError(f"has not the parts that its type {each.type[:60]!r} says")
        return
    when = each.first_seen or date or str(each.timestamp)
    for part, value in zip(types, values, strict=True):
        if part not in _SIDE_PARTS:
            yield Stated(part, value, source, when)
