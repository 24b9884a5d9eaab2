"""What analysts published about several clusters, judged again from the facts they told.

Stands above the stages: it asks attribution for each cluster and coordination for each pair.
"""

from crossline.replication.attributing import attributor, known_before
from crossline.replication.case import Case, Run, decode_case
from crossline.replication.judging import replicate

__all__ = ["Case", "Run", "attributor", "decode_case", "known_before", "replicate"]
