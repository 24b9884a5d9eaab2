"""One log of one day: kinds drawn by weight, times by the curve of the day, in order of time."""

from collections.abc import Iterator, Mapping
from itertools import accumulate
from random import Random
from typing import NamedTuple

from crossline.scenario.database import Statement, audited, dialect
from crossline.scenario.days import moment
from crossline.scenario.noise.curve import second_of_day
from crossline.scenario.noise.drawing import Draws, Place
from crossline.scenario.noise.kinds import Kind, Part, kinds_of
from crossline.scenario.record import LogSource, Record, Value
from crossline.scenario.scene import Scene

__all__ = ["records"]

_LAST_SECOND = 86_399.9
_DATABASES = {"ora_csv", "ora_sys", "pgaudit"}


class _Planned(NamedTuple):
    seconds: float
    part: Part
    memo: dict[str, Value]


def records(
    source: LogSource, day: int, count: int, scene: Scene, draw: Random
) -> Iterator[Record]:
    """The daily life of one log on one local day, in order of time.

    Args:
        source: the log; its `role`, `format` and `zone` say whose life it is.
        day: number of the local day.
        count: how many records; exactly so many are given, if the log has any life.
        scene: `scene.estate` has hosts, accounts and people, `scene.people` the subscribers.
        draw: the only chance to use.
    """
    kinds = [
        kind
        for kind in kinds_of(source.format, source.role)
        if kind.since is None or moment(day, zone=source.zone) >= kind.since
    ]
    if not kinds:
        return
    place = Place(source, scene, draw)
    planned = _plan(source, day, count, kinds, draw)
    for seconds, part, memo in sorted(planned, key=lambda each: each.seconds):
        when = moment(day, seconds, source.zone)
        draws = Draws(place, when, memo)
        fields = {name: make(draws) for name, make in part.fields}
        yield Record(source, when, _as_logged(source.format, fields))


def _plan(
    source: LogSource, day: int, count: int, kinds: list[Kind], random: Random
) -> list[_Planned]:
    weights = list(accumulate(kind.weight for kind in kinds))
    planned: list[_Planned] = []
    while len(planned) < count:
        kind = random.choices(kinds, cum_weights=weights)[0]
        seconds, memo = second_of_day(kind.clock, random), dict[str, Value]()
        for part in kind.parts[: count - len(planned)]:
            if part.unless and source.setting(part.unless, moment(day, seconds, source.zone)):
                continue
            at = min(seconds + random.uniform(*part.after), _LAST_SECOND)
            planned.append(_Planned(at, part, memo))
    return planned


def _as_logged(log: str, fields: Mapping[str, Value]) -> Mapping[str, Value]:
    """Statements, which the data say in no format's terms, in those of the audit."""
    if log not in _DATABASES or "repeated" in fields:
        return fields
    said = {name: str(value) for name, value in fields.items()}
    if dialect(log) == "postgres":
        said = {name: text.lower().replace(":", "$") for name, text in said.items()}
        said["action"] = said.get("action", "select").upper()
    client = said.pop("client_id", "")
    fields = audited(log, Statement(**said))
    return {**fields, "CLIENTID": client} if client else fields
