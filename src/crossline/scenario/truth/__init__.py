"""What is true of a world, in tables that lie beside its case and never inside it."""

from crossline.scenario.truth.events import EventTable, Told
from crossline.scenario.truth.tables import write_tables

__all__ = ["EventTable", "Told", "write_tables"]
