"""Writes the logs of a world: what happened, less what was lost, in the order of each file.

One log is written after the other and day by day, so that memory stays small whatever the size of
the world; what became of each record of the plot and of the look-alikes goes into the truth.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from crossline.scenario import noise
from crossline.scenario.content import table
from crossline.scenario.days import LAST_DAY, day_of, moment
from crossline.scenario.dice import hexadecimal, stream
from crossline.scenario.estate import Host
from crossline.scenario.formats import WRITERS
from crossline.scenario.losses import Losses
from crossline.scenario.record import LogSource, Record, Truth
from crossline.scenario.scene import Emission, Scene
from crossline.scenario.sources import file_name, log_source
from crossline.scenario.volume import Volume

__all__ = ["NO_LOG", "Logs", "Outcome", "chunks"]

NO_LOG = "no_log"
"""Why a record is invisible whose host keeps no such log."""

_WINDOWS = frozenset({"winsec", "winsystem", "sysmon", "powershell"})
_CLEARS = frozenset({1102, 104})
_HIGHEST_START = 100_000
_NOON = 43200
_ROTATIONS = {"whole": 0, "year": 4, "month": 7}
"""How much of a date such as 2019-09 names what one file holds."""


class Outcome(NamedTuple):
    """What became of one record with a truth.

    `file` is relative to the case, `position` counts a file's records from 1; both and `locator`
    are empty or 0 where the record was not kept; then `lost_to` says why. `copy_of` is the uid of
    the record of which this is a second copy.
    """

    truth: Truth
    host: Host
    log: str
    file: str
    locator: int
    position: int
    true_time: datetime
    logged_time: datetime
    lost_to: str
    copy_of: str


class _Entry(NamedTuple):
    """One record on its way into a file; `order` is when it is handed over."""

    order: datetime
    record: Record
    true_time: datetime
    copy_of: str


def chunks(scene: Scene) -> Iterator[range]:
    """Runs of days that are told together: all, years or months, as the profile's files are."""
    rotation = table("profiles")[scene.profile]["rotation"]
    length = _ROTATIONS[rotation]
    days = range(LAST_DAY + 1)
    for _, run in groupby(days, lambda day: f"{moment(day):%Y-%m}"[:length]):
        found = list(run)
        yield range(found[0], found[-1] + 1)


class Logs:
    """The logs of a scene while they are written into a case folder."""

    def __init__(self, scene: Scene, losses: Losses, volume: Volume, case: Path) -> None:
        """Open a case folder for writing.

        Args:
            scene: the world.
            losses: what its logs lack.
            volume: how much daily life there is.
            case: the case's folder.
        """
        self._scene, self._losses, self._volume, self._case = scene, losses, volume, case
        self._numbers: dict[tuple[str, str], int] = {}
        self.written = 0

    def write(self, days: range, emissions: Iterable[Emission]) -> Iterator[Outcome]:
        """Write all logs of some days.

        Args:
            days: local days, in order after those written before.
            emissions: the records of these days that are no noise, in any order.
        """
        by_log: dict[tuple[str, str], dict[int, list[Emission]]] = defaultdict(
            lambda: defaultdict(list)
        )
        for emission in emissions:
            day = day_of(emission.time, emission.host.organisation.zone)
            near = min(max(day, days[0]), days[-1])  # what begins at midnight may fall outside
            by_log[emission.host.id, emission.log][near].append(emission)
        for host in self._scene.estate.hosts.values():
            for log in host.logs:
                yield from self._log(host, log, days, by_log.pop((host.id, log), {}))
        for by_day in by_log.values():
            for told in by_day.values():
                yield from (_lost(emission, NO_LOG) for emission in told)

    def _log(
        self, host: Host, log: str, days: range, told: Mapping[int, list[Emission]]
    ) -> Iterator[Outcome]:
        source = log_source(self._scene, self._losses, host, log)
        lively = self._volume.lively[host.organisation.id].intersection(days)
        for part, run in groupby(
            sorted(lively | told.keys()), lambda day: self._part(host, log, day)
        ):
            lost: list[Outcome] = []
            entries = (
                entry
                for day in run
                for entry in self._day(source, host, day, told.get(day, ()), lost)
            )
            yield from self._file(source, host, part, entries)
            yield from lost

    def _part(self, host: Host, log: str, day: int) -> str:
        """The file of a log that holds a day; a damaged copy and what follows it have their own."""
        noon = moment(day, _NOON, host.organisation.zone)
        part = f"{noon:%Y-%m}"[: self._name_length(log)]
        damaged = self._losses.damaged(host, log)
        if damaged and damaged.start <= noon < damaged.end:
            return f"copy-{damaged.start:%Y-%m}"
        if damaged and noon >= damaged.end and f"{damaged.start:%Y-%m}".startswith(part):
            return "-".join(filter(None, [part, "after-copy"]))
        return part

    def _name_length(self, log: str) -> int:
        """How many characters of a date such as 2019-09 tell the files of a log apart."""
        rotation = table("profiles")[self._scene.profile]["rotation"]
        if rotation == "whole" and log in table("files")["yearly"]:
            rotation = "year"
        return _ROTATIONS[rotation]

    def _day(
        self, source: LogSource, host: Host, day: int, told: Iterable[Emission], lost: list[Outcome]
    ) -> list[_Entry]:
        """The records of one day in the order in which they are handed over."""
        log = source.format
        found: list[_Entry] = []
        for emission in told:
            event = emission.fields.get("EventID", 0)
            why = self._losses.lost_to(host, log, emission.time, event)
            if why:
                lost.append(_lost(emission, why))
            else:
                record = Record(source, emission.time, emission.fields, emission.truth)
                found.append(_Entry(emission.time, record, emission.time, ""))
        count = self._volume.count(host, log, day)
        if count:
            draw = stream(self._scene.seed, "noise", host.id, log, day)
            found.extend(
                _Entry(record.time, record, record.time, "")
                for record in noise.records(source, day, count, self._scene, draw)
            )
        found.sort(key=lambda entry: entry.order)
        if log in _WINDOWS:
            found = [self._numbered(host, log, entry) for entry in found]
        return self._handed_over(host, log, found)

    def _numbered(self, host: Host, log: str, entry: _Entry) -> _Entry:
        """The entry with its EventRecordID; a log that is cleared counts from 1 again."""
        key, fields = (host.id, log), entry.record.fields
        if fields["EventID"] in _CLEARS:
            self._numbers[key] = 0
        elif key not in self._numbers:
            start = hexadecimal(self._scene.seed, "first number", *key)[:8]
            self._numbers[key] = int(start, 16) % _HIGHEST_START
        self._numbers[key] += 1
        numbered = {**fields, "EventRecordID": self._numbers[key]}
        return entry._replace(record=entry.record._replace(fields=numbered))

    def _handed_over(self, host: Host, log: str, entries: list[_Entry]) -> list[_Entry]:
        """The entries by the log's own clock, those that come twice again at their second time."""
        losses, seed = self._losses, self._scene.seed
        if not losses.of(host, log):
            return entries
        found: list[_Entry] = []
        for place, entry in enumerate(entries):
            logged = losses.logged(host, log, entry.true_time)
            record = entry.record._replace(time=logged)
            found.append(_Entry(logged, record, entry.true_time, ""))
            chance = int(hexadecimal(seed, host.id, log, entry.true_time, place)[:8], 16) / 16**8
            later = losses.copies(host, log, entry.true_time, chance)
            if later is not None:
                again = logged + timedelta(seconds=later)
                uid = record.truth.uid if record.truth else ""
                found.append(_Entry(again, record, entry.true_time, uid))
        return sorted(found, key=lambda entry: entry.order)

    def _file(
        self, source: LogSource, host: Host, part: str, entries: Iterator[_Entry]
    ) -> Iterator[Outcome]:
        """Write one file; nothing where there is no record."""
        first = next(entries, None)
        if first is None:
            return
        name = file_name(source, part)
        path = self._case / name
        path.parent.mkdir(parents=True, exist_ok=True)
        waiting: deque[_Entry] = deque()

        def taken() -> Iterator[Record]:
            waiting.append(first)
            yield first.record
            for entry in entries:
                waiting.append(entry)
                yield entry.record

        with path.open("wb") as out:
            writer = WRITERS[source.format](taken(), source, out)
            for position, locator in enumerate(writer, 1):
                self.written += 1
                entry = waiting.popleft()
                if entry.record.truth:
                    yield _kept(entry, host, name, locator, position)


def _kept(entry: _Entry, host: Host, file: str, locator: int, position: int) -> Outcome:
    record = entry.record
    damaged = record.source.settings and record.source.setting("damaged", record.time)
    truth = record.truth
    assert truth is not None  # noqa: S101 - only records with a truth come here
    return Outcome(
        truth=truth,
        host=host,
        log=record.source.format,
        file=file,
        locator=locator,
        position=position,
        true_time=entry.true_time,
        logged_time=record.time,
        lost_to=str(damaged or ""),
        copy_of=entry.copy_of,
    )


def _lost(emission: Emission, why: str) -> Outcome:
    return Outcome(
        emission.truth, emission.host, emission.log, "", 0, 0, emission.time, emission.time, why, ""
    )
