"""The stage that runs rules over events, and the same without a case (`scan`)."""

from crossline.detections.changes import Change, changed_findings, changed_rules
from crossline.detections.inputs import fingerprint
from crossline.detections.packs import Document, Pack, compared, documents, packs
from crossline.detections.rules import rules_fingerprint
from crossline.detections.scan import HIT_COLUMNS, Scan, scan
from crossline.detections.stage import run

__all__ = [
    "HIT_COLUMNS",
    "Change",
    "Document",
    "Pack",
    "Scan",
    "changed_findings",
    "changed_rules",
    "compared",
    "documents",
    "fingerprint",
    "packs",
    "rules_fingerprint",
    "run",
    "scan",
]
