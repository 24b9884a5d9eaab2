"""Which known group may be behind a cluster: probability, rivals, none of these."""

from crossline.attribution.stage import fingerprint, run

__all__ = ["fingerprint", "run"]
