"""Records to events: one normaliser for every shape, into the columns of the table `events`."""

from crossline.events.batching import Batch, batches, reader_version
from crossline.events.times import ReadSettings

__all__ = ["Batch", "ReadSettings", "batches", "reader_version"]
