"""Daily life: what each log holds on a day on which nothing happens.

Kinds of records, with their weights, people and programs, are data (`content/scenario/noise/`).
Nothing here resembles an intruder's step; what does so rightfully are the look-alikes, which have
a truth.
"""

from crossline.scenario.noise.life import records

__all__ = ["records"]
