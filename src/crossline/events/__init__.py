"""Records to events: one normaliser for every shape, into the columns of the table `events`."""

from crossline.events.batching import Batch, batches, reader_version
from crossline.events.read_settings import ReadSettings
from crossline.events.subscribers import Identities, NumberPlan, number_plan, of_pseudonym

__all__ = [
    "Batch",
    "Identities",
    "NumberPlan",
    "ReadSettings",
    "batches",
    "number_plan",
    "of_pseudonym",
    "reader_version",
]
