"""Builds a world: the case with its logs, and beside it what is true and the pseudonyms' key."""

import shutil
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from crossline.kernel.errors import UsageError
from crossline.scenario.case_files import announced, write_case_files
from crossline.scenario.content import table
from crossline.scenario.days import LAST_DAY, day_of, moment
from crossline.scenario.evidence import Logs, chunks
from crossline.scenario.lookalikes import happen
from crossline.scenario.losses import Losses
from crossline.scenario.plot import WORLDS
from crossline.scenario.scene import Emission, Scene, scene
from crossline.scenario.telling import tell
from crossline.scenario.truth import EventTable, Told, write_tables
from crossline.scenario.volume import Volume, lively_days

__all__ = ["PROFILES", "Built", "build"]

PROFILES = tuple(table("profiles"))
_SAMPLE = 17
"""The look-alikes of each so many days are counted to know how many there are in all."""


class Built(NamedTuple):
    """What was built: the case, the truth and the key, and how many records the logs hold."""

    case: Path
    truth: Path
    key: Path
    records: int


def build(out: Path, world: str, profile: str, seed: int) -> Built:
    """Build one world into a folder: `case/`, `truth/` and `case.key`.

    Everything is invented. The same arguments write the same bytes.

    Args:
        out: the folder; made if absent, a world that it holds is replaced.
        world: H0 to H4.
        profile: test, demo, full or null.
        seed: 0 has the specification's own names and days, any other draws them anew.

    Raises:
        UsageError: there is no such world or profile, or the folder holds something else.
    """
    if world not in WORLDS or profile not in PROFILES:
        raise UsageError(
            f"no world {world} in profile {profile}: worlds are {', '.join(WORLDS)}, "
            f"profiles {', '.join(PROFILES)}"
        )
    case, truth, key = out / "case", out / "truth", out / "case.key"
    _clear(out, case, truth, key)
    made = scene(seed, world, profile)
    losses = Losses(made)
    told, records = _write_logs(made, losses, case, truth)
    write_tables(truth, made, losses, told)
    write_case_files(case, made, losses)
    key.write_text(made.key.hex() + "\n", encoding="ascii")
    return Built(case, truth, key, records)


def _write_logs(made: Scene, losses: Losses, case: Path, truth: Path) -> tuple[Told, int]:
    """Write all logs, and what became of each record that is no noise; gives that and the count."""
    plot = [*_in_time(tell(made)), *announced(made)]
    volume = Volume(made, losses, len(plot) + _lookalikes_expected(made))
    logs, told = Logs(made, losses, volume, case), Told()
    with EventTable(truth, made.world) as events:
        for days in chunks(made):
            for outcome in logs.write(days, [*_of(days, plot), *_lookalikes(made, days, volume)]):
                if outcome.truth.uid:
                    events.add(outcome)
                    told.add(outcome)
    return told, logs.written


def _clear(out: Path, case: Path, truth: Path, key: Path) -> None:
    """Make room: only what a build wrote before may be replaced."""
    if out.exists() and not {path.name for path in out.iterdir()} <= {"case", "truth", "case.key"}:
        raise UsageError(f"{out}: holds something else than a built world; name an empty folder")
    for folder in (case, truth):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    key.unlink(missing_ok=True)


def _in_time(emissions: Iterator[Emission]) -> Iterator[Emission]:
    """What falls within the days of the world."""
    end = moment(LAST_DAY + 1, zone=0)
    return (emission for emission in emissions if emission.time < end)


def _of(days: range, emissions: list[Emission]) -> Iterator[Emission]:
    """What falls on some days of the organisation that it happens in."""
    for emission in emissions:
        day = day_of(emission.time, emission.host.organisation.zone)
        if min(max(day, 0), LAST_DAY) in days:
            yield emission


def _lookalikes(made: Scene, days: range, volume: Volume) -> Iterator[Emission]:
    """The look-alikes of some days; those of midnight count to the day on which they begin."""
    for org in made.people.of:
        for day in days:
            yield from happen(made, org, day, lively=day in volume.lively[org])


def _lookalikes_expected(made: Scene) -> int:
    """About how many records look-alikes leave, judged by some of the days."""
    lively = lively_days(made)
    seen: dict[str, int] = defaultdict(int)
    for org in made.people.of:
        for day in range(0, LAST_DAY + 1, _SAMPLE):
            seen[org] += sum(1 for _ in happen(made, org, day, lively=day in lively[org]))
    return _SAMPLE * sum(seen.values())
