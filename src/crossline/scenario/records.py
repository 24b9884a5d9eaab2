"""What an act leaves in the logs: templates of Windows records, filled from the act's actors."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from crossline.scenario.machine import Session
from crossline.scenario.world import Host, content

__all__ = ["Log", "Template", "WindowsEvent", "defaults", "fill", "templates"]


@dataclass(frozen=True, slots=True)
class Log:
    """Where a record stands: its channel and provider as Windows names them."""

    name: str
    channel: str
    provider: str
    guid: str
    keywords: str
    level: int
    process_id: int
    user_sid: str


@dataclass(frozen=True, slots=True)
class Template:
    """One record that an act leaves; `only` names a property that its session must have."""

    act: str
    log: Log
    event_id: int
    version: int
    task: int
    keywords: str
    only: str
    user_data: str
    clears: bool
    data: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class WindowsEvent:
    """One record as Windows keeps it, before it takes the shape of a file.

    `data` are the fields in order; the name "" is an unnamed Data element. `user_data` names the
    element that holds them under UserData; empty: they stand under EventData. `hours_ahead` is the
    host's clock against UTC, for shapes that write local times.
    """

    time: datetime
    computer: str
    host: str
    hours_ahead: float
    log: Log
    event_id: int
    version: int
    task: int
    keywords: str
    user_data: str
    clears: bool
    data: tuple[tuple[str, str], ...]
    record_id: int = 0


@cache
def templates(act: str) -> tuple[Template, ...]:
    """The records that an act leaves; raises LookupError for an act that leaves none."""
    found = tuple(template for template in _declared() if template.act == act)
    if not found:
        raise LookupError(f"records.toml declares no record of the act {act}")
    return found


@cache
def defaults() -> Mapping[str, str]:
    """Values of what a step may leave unsaid."""
    return dict(_content()["defaults"])


def fill(
    act: str, host: Host, session: Session | None, time: datetime, names: Mapping[str, object]
) -> Iterator[WindowsEvent]:
    """The records that an act leaves on a host at a UTC time.

    Args:
        act: name of the act.
        host: where it happens.
        session: whose rights it has; None where nobody acts.
        time: UTC time of the act.
        names: what else the templates name: `process`, `parent`, and texts by name.

    Raises:
        KeyError: a template names something that the step does not give.
    """
    utc = f"{time:%Y-%m-%d %H:%M:%S}.{time.microsecond // 1000:03d}"
    known = {**defaults(), **names, "host": host, "session": session, "utc": utc}
    for template in templates(act):
        if template.only and not getattr(session, template.only):
            continue
        yield WindowsEvent(
            time=time,
            computer=host.fqdn,
            host=host.name,
            hours_ahead=host.organisation.hours_ahead,
            log=template.log,
            event_id=template.event_id,
            version=template.version,
            task=template.task,
            keywords=template.keywords,
            user_data=template.user_data,
            clears=template.clears,
            data=tuple((name, text.format_map(known)) for name, text in template.data),
        )


@cache
def _content() -> dict[str, Any]:
    return tomllib.loads(content("records.toml").read_text("utf-8"))


@cache
def _declared() -> tuple[Template, ...]:
    declared = _content()
    logs = {
        name: Log(
            name.removesuffix("-log"), row["channel"], row["provider"], row["guid"],
            row["keywords"], row["level"], row["process_id"], row.get("user_sid", ""),
        )
        for name, row in declared["log"].items()
    }  # fmt: skip
    return tuple(
        Template(
            act=row["act"],
            log=logs[row["log"]],
            event_id=row["id"],
            version=row["version"],
            task=row["task"],
            keywords=row.get("keywords", logs[row["log"]].keywords),
            only=row.get("only", ""),
            user_data=row.get("user_data", ""),
            clears=row.get("clears", False),
            data=tuple((name, text) for name, text in row["data"]),
        )
        for row in declared["record"]
    )
