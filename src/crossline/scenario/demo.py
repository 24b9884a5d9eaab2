"""Writes the demo's case: side tables and evidence, the same bytes each time."""

from pathlib import Path

from crossline.scenario.evidence_files import write_evidence
from crossline.scenario.history import keep
from crossline.scenario.life import attacks, daily_life
from crossline.scenario.machine import Machine
from crossline.scenario.side_tables import write_side_tables
from crossline.scenario.world import load_world

__all__ = ["write_demo"]


def write_demo(folder: Path) -> None:
    """Write side tables and `evidence/ORGANISATION/...` of the demo into a case folder.

    Everything is invented. No clock and no outside source is used: two calls write the same bytes.

    Args:
        folder: the case folder; made if absent. Files of the same names are replaced.

    Raises:
        OSError: a file cannot be written.
    """
    world = load_world()
    machines = {name: Machine(host, world) for name, host in world.hosts.items()}
    events = [*attacks(world, machines), *daily_life(world, machines)]
    folder.mkdir(parents=True, exist_ok=True)
    write_side_tables(folder)
    write_evidence(folder / "evidence", keep(world, events))
