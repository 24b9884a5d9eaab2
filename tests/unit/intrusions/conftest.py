"""A case with a few events and detections, and the stage run over it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from crossline import intrusions
from crossline.case import Case
from crossline.kernel.progress import Silent
from crossline.settings import Settings
from crossline.store import Store, Tables
from crossline.tables import TABLES

START = datetime(2024, 3, 4, 10, tzinfo=UTC)
Row = dict[str, object]


@dataclass
class SmallEstate:
    """Events and detections of a case, made one call at a time."""

    root: Path
    events: list[Row] = field(default_factory=list)
    detections: list[Row] = field(default_factory=list)
    coverage: list[Row] = field(default_factory=list)

    def event(
        self,
        name: str,
        minute: float | None = 0,
        host: str = "ws1",
        code: str = "1",
        form: str = "sysmon",
        organisation: str = "north",
        **fields: str,
    ) -> str:
        """Store an event; its id."""
        time = None if minute is None else START + timedelta(minutes=minute)
        self.events.append(
            {
                "event_id": f"ev_{name}",
                "organisation": organisation,
                "month": time.strftime("%Y-%m") if time else "unknown",
                "evidence_path": "log.json",
                "position": len(self.events) + 1,
                "source_id": "so_1",
                "format": form,
                "host": host,
                "time": time,
                "time_basis": "stated",
                "event_code": code,
                "fields": sorted(fields.items()),
            }
        )
        return f"ev_{name}"

    def fire(
        self,
        *events: str,
        rule: str = "rule",
        level: str = "high",
        techniques: Sequence[str] = (),
        kind: str = "rule",
        suppressed_by: str | None = None,
    ) -> str:
        """Store a detection on these events; its id."""
        identity = f"de_{rule}_{'_'.join(events)}".replace(" ", "_")
        self.detections.append(
            {
                "detection_id": identity,
                "rule_id": rule,
                "rule_title": rule,
                "level": level,
                "techniques": list(techniques),
                "organisation": "north",
                "suppressed_by": suppressed_by,
                "kind": kind,
                "rests_on": list(events),
            }
        )
        return identity

    def background(self, hosts: int = 5, days: int = 20) -> None:
        """Plain events on so many hosts and days: the base rate of the estate."""
        for host in range(hosts):
            for day in range(days):
                self.event(f"plain{host}_{day}", 1440 * (day - days), f"pc{host}", code="4")

    def run(
        self,
        assets: Iterable[Mapping[str, str]] = (),
        order: Sequence[int] | None = None,
        tickets: Iterable[Mapping[str, str]] = (),
    ) -> dict[str, list[Row]]:
        """Run the stage and read what it wrote; `order` permutes the stored events."""
        folder = self.root / f"case{len(list(self.root.iterdir()))}"
        folder.mkdir()
        for name, side in (("assets", list(assets)), ("tickets", list(tickets))):
            if side:
                header = list(side[0])
                lines = [header, *([row[column] for column in header] for row in side)]
                text = "".join(",".join(line) + "\n" for line in lines)
                (folder / f"{name}.csv").write_text(text)
        store = Store(folder / "store")
        events = [self.events[place] for place in order] if order else self.events
        for name, rows in (
            ("events", events), ("detections", self.detections), ("coverage", self.coverage)
        ):  # fmt: skip
            store.append(name, pa.Table.from_pylist(rows, TABLES[name].schema))
        written = ("intrusions", "intrusion_events", "unlinked", "cleared")
        tables = Tables(store, frozenset({"events", "detections", "coverage"}), frozenset(written))
        intrusions.run(Case(folder, Settings()), tables, Silent())
        return {name: store.read(name).to_pylist() for name in written}


@pytest.fixture
def estate(tmp_path: Path) -> SmallEstate:
    """A case without events."""
    return SmallEstate(tmp_path)
