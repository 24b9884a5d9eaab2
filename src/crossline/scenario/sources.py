"""The logs of the world as the case shows them: where each lies and how it is written."""

from datetime import timedelta

from crossline.scenario.content import table
from crossline.scenario.days import moment
from crossline.scenario.estate import Host
from crossline.scenario.losses import Losses
from crossline.scenario.record import LogSource, Span
from crossline.scenario.scene import Scene

__all__ = ["file_name", "log_source"]

_PLACED = "evidence/{organisation}/{host}/{log}/{name}"


def log_source(scene: Scene, losses: Losses, host: Host, log: str) -> LogSource:
    """One log of a host with the settings that its losses bring."""
    org = host.organisation
    settings = {**losses.settings(host, log), **_habits(scene, host, log)}
    if damaged := losses.damaged(host, log):
        last = damaged.end - timedelta(days=1)
        settings["damaged"] = (Span(last, damaged.end, damaged.id),)
    return LogSource(
        organisation=org.label,
        host=host.name,
        fqdn=host.fqdn,
        address=host.address,
        role=host.role,
        format=log,
        zone=org.zone,
        seed=scene.seed,
        settings=settings,
    )


def _habits(scene: Scene, host: Host, log: str) -> dict[str, tuple[Span, ...]]:
    """What a log does otherwise than usual by the choice of those who run it."""
    org = host.organisation
    found: dict[str, tuple[Span, ...]] = {}
    for row in table("files")["habits"]:
        if (row["organisation"], row["role"], row["log"]) == (org.id, host.role, log):
            first, last = (scene.dates.moved(day) for day in row["days"])
            value = f"{org.net.rsplit('.', 2)[0]}.{row['address']}" if "address" in row else True
            span = Span(moment(first, zone=org.zone), moment(last + 1, zone=org.zone), value)
            found[row["setting"]] = (span,)
    return found


def file_name(source: LogSource, part: str) -> str:
    """The path of a log's file in the case.

    Args:
        source: the log.
        part: which part of the series, such as 2018-05; empty: the whole.
    """
    stem, dot, ending = table("files")["names"][source.format].rpartition(".")
    name = f"{stem}-{part}{dot}{ending}" if part else f"{stem}{dot}{ending}"
    return _PLACED.format(
        organisation=source.organisation, host=source.host, log=source.format, name=name
    )
