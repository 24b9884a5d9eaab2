"""Whether two clusters work together or only coincide: relations against null models."""

from crossline.coordination.benchmark import coordinate_cases
from crossline.coordination.stage import run

__all__ = ["coordinate_cases", "run"]
