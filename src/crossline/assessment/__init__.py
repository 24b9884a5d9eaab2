"""What each intrusion means: way in, suppliers, reach, exposure, adaptation, interference, gaps."""

from crossline.assessment.stage import run

__all__ = ["run"]
