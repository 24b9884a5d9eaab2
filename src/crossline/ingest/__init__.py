"""The stage that reads new evidence into the store."""

from crossline.ingest.stage import run

__all__ = ["run"]
