"""What the intrusions mean, section by section: one module for each question of the report."""

from crossline.report.meaning.meaning import Meaning, meaning

__all__ = ["Meaning", "meaning"]
