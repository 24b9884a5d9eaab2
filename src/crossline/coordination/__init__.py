"""Whether two clusters work together or only coincide: relations against null models."""

from crossline.coordination.benchmark import coordinate_cases

__all__ = ["coordinate_cases"]
