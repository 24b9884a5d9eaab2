"""The stage that turns detections into attack stories, by links weighed in bits."""

from crossline.intrusions.stage import run

__all__ = ["run"]
