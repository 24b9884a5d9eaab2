"""The truth of gaps: one row for each log that a loss concerns."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from crossline.scenario.content import table
from crossline.scenario.days import moment
from crossline.scenario.estate import Host
from crossline.scenario.losses import Loss, Losses
from crossline.scenario.scene import Scene

__all__ = ["gaps"]

_BY_INTRUDER = frozenset({"log_deleted", "log_disabled"})
_UNDETECTABLE = frozenset({"S2"})
_MINUTE = 60


def gaps(scene: Scene, losses: Losses) -> Iterator[Mapping[str, Any]]:
    """The rows of `truth_gaps`; a loss that is no gap, such as a new name, has an empty kind."""
    for loss in losses.all:
        for host in scene.estate.hosts.values():
            for log in host.logs:
                if loss.concerns(host, log):
                    for start, end in _intervals(scene, loss, host):
                        yield _row(loss, host, log, start, end)


def _intervals(scene: Scene, loss: Loss, host: Host) -> list[tuple[datetime, datetime]]:
    """When it holds: what was kept inside (G10) and the one month of a wrong zone (G22) count."""
    zone = host.organisation.zone
    if days := loss.stated.get("utc_month"):
        return [(moment(days[0], zone=zone), moment(days[1] + 1, zone=zone))]
    if days := loss.stated.get("kept"):
        first, last = (scene.dates.moved(day) for day in days)
        return [
            (loss.start, moment(first, zone=zone)),
            (moment(last + 1, zone=zone), loss.end),
        ]
    return [(loss.start, loss.end)]


def _row(loss: Loss, host: Host, log: str, start: datetime, end: datetime) -> Mapping[str, Any]:
    seconds = loss.stated.get("seconds")
    if loss.kind == "zone_wrong":
        seconds = -host.organisation.zone * _MINUTE
    return {
        "gap": loss.id,
        "org": host.organisation.label,
        "host_uid": host.name,
        "format": log,
        "from_utc": start,
        "to_utc": end,
        "kind": table("losses")["gap_kinds"].get(loss.kind),
        "loss_kind": loss.kind,
        "caused_by_actor": loss.kind in _BY_INTRUDER,
        "seconds_offset": seconds,
        "drift_ppm": loss.stated.get("ppm"),
        "detectable": loss.id not in _UNDETECTABLE,
    }
