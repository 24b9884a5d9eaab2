"""From acts to logs: what each host keeps of them, in order, numbered, with its losses."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

from crossline.scenario.records import WindowsEvent
from crossline.scenario.world import World

__all__ = ["keep", "since_clear"]


def keep(world: World, events: Iterable[WindowsEvent]) -> list[WindowsEvent]:
    """The records that the hosts keep, by time, each log numbered by its own EventRecordID.

    A host keeps the logs that it is declared to have, Sysmon from its first day, nothing while it
    is silent (the numbers of the lost records are used up). Clearing a log starts its numbers anew.
    """
    ordered = sorted(events, key=lambda event: (event.time, event.host, event.log.channel))
    numbers: dict[tuple[str, str], int] = defaultdict(int)
    kept = []
    for event in ordered:
        if not _logged(world, event):
            continue
        log = (event.host, event.log.channel)
        if event.clears or log not in numbers:
            numbers[log] = 0 if event.clears else _first(log)
        numbers[log] += 1
        if not _lost(world, event):
            kept.append(replace(event, record_id=numbers[log]))
    return kept


def since_clear(events: list[WindowsEvent]) -> list[WindowsEvent]:
    """What is still in one log: the records from its last clearing on."""
    last = max((n for n, event in enumerate(events) if event.clears), default=0)
    return events[last:]


def _logged(world: World, event: WindowsEvent) -> bool:
    host = world.hosts[event.host]
    begun = event.time >= world.start + timedelta(days=host.sysmon_from)
    return event.log.name in host.logs and (begun or event.log.name != "sysmon")


def _lost(world: World, event: WindowsEvent) -> bool:
    first, after = world.hosts[event.host].silent
    return first <= (event.time - world.start) / timedelta(days=1) < after


def _first(log: tuple[str, str]) -> int:
    """The number at which a log stands when the world begins."""
    return int(sha256("|".join(log).encode()).hexdigest()[:5], 16)
