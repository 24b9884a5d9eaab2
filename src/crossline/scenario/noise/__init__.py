"""Daily life: what each log holds on a day on which nothing happens."""

from collections.abc import Iterator
from random import Random

from crossline.scenario.record import LogSource, Record
from crossline.scenario.scene import Scene

__all__ = ["records"]


def records(
    source: LogSource, day: int, count: int, scene: Scene, draw: Random
) -> Iterator[Record]:
    """The daily life of one log on one local day, in any order; the engine sorts.

    Args:
        source: the log; its `role`, `format` and `zone` say whose life it is.
        day: number of the local day (`scenario.days.moment` gives its instants).
        count: how many records.
        scene: `scene.estate` has hosts, accounts and people, `scene.people` the subscribers.
        draw: the only chance to use.
    """
    del source, day, count, scene, draw
    yield from ()
