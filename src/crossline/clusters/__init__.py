"""Which intrusions form one cluster, across organisations and years: signs, weights, groups."""

from crossline.clusters.stage import run

__all__ = ["run"]
