"""Detection without a case: evidence in, hits out, nothing stored."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa

from crossline.detections.matching import correlated, hits_of
from crossline.detections.rules import plan_of, rule_paths
from crossline.events import ReadSettings, batches
from crossline.evidence import Fault, Source, inventory
from crossline.kernel.progress import Progress
from crossline.kernel.workers import in_order, worker_pool
from crossline.sigma import Rule, match

__all__ = ["HIT_COLUMNS", "Scan", "scan"]

HIT_COLUMNS = (
    "rule_id", "rule_title", "rule_author", "level", "techniques", "time", "host", "channel",
    "event_code", "record_id", "path", "member", "locator", "matched",
)  # fmt: skip
