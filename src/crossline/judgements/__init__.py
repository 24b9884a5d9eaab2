"""The key sentences of a report, each with the rows that it rests on, and what to do next."""

from crossline.judgements.stage import run

__all__ = ["run"]
