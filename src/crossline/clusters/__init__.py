"""Which intrusions form one cluster, across organisations and years: signs, weights, groups."""

from crossline.clusters.catalogued import Answer, cluster_case, cluster_observations

__all__ = ["Answer", "cluster_case", "cluster_observations"]
