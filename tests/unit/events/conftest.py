"""Records to events, for the tests of this folder."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from crossline.events import ReadSettings, batches
from crossline.evidence import Source, inventory

Event = dict[str, object]


@dataclass(frozen=True)
class Happened:
    """What one file gave: events with `fields` as a dictionary, and problems."""

    events: list[Event]
    problems: list[Event]
    read: int
    kept: int
    rejected: int


Normalise = Callable[..., Happened]


def happened(path: Path, base: Path, settings: ReadSettings, rows: int = 25_000) -> Happened:
    events: list[Event] = []
    problems: list[Event] = []
    counts = [0, 0, 0]
    for source in inventory(path, base, "org"):
        assert isinstance(source, Source)
        for batch in batches(source, base, settings, rows):
            rows_of_batch = batch.events.to_pylist()
            events += [{**row, "fields": dict(row["fields"])} for row in rows_of_batch]
            problems += batch.problems.to_pylist()
            for place, count in enumerate((batch.read, batch.kept, batch.rejected)):
                counts[place] += count
    return Happened(events, problems, *counts)


@pytest.fixture
def normalise(tmp_path: Path) -> Normalise:
    """Write content to a file and read it to events."""

    def run(
        content: bytes | str,
        settings: ReadSettings | None = None,
        name: str = "log",
        rows: int = 25_000,
    ) -> Happened:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return happened(path, tmp_path, settings or ReadSettings(), rows)

    return run
