"""Every setting of a case: default, unit, reason and whether it was validated.

This package is data, one module for each part of the work. `crossline.toml` is read into
`Settings`; the commented file that `crossline init` writes and the settings page of the
documentation are made from it. Every default works without a file.
"""

from msgspec import Struct, field

from crossline.settings.assessment import AssessmentSettings
from crossline.settings.case import CaseSettings, EvidenceEntry, IngestSettings, RunSettings
from crossline.settings.clusters import ClusterSettings
from crossline.settings.detections import DetectSettings
from crossline.settings.detectors import DetectorSettings
from crossline.settings.intrusions import IntrusionSettings
from crossline.settings.report import ReportSettings

__all__ = [
    "AssessmentSettings",
    "CaseSettings",
    "ClusterSettings",
    "DetectSettings",
    "DetectorSettings",
    "EvidenceEntry",
    "IngestSettings",
    "IntrusionSettings",
    "ReportSettings",
    "RunSettings",
    "Settings",
]


class Settings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All settings of a case, one field for each section of `crossline.toml`."""

    case: CaseSettings = field(default_factory=CaseSettings)
    evidence: tuple[EvidenceEntry, ...] = ()
    run: RunSettings = field(default_factory=RunSettings)
    ingest: IngestSettings = field(default_factory=IngestSettings)
    detect: DetectSettings = field(default_factory=DetectSettings)
    detectors: DetectorSettings = field(default_factory=DetectorSettings)
    intrusions: IntrusionSettings = field(default_factory=IntrusionSettings)
    assess: AssessmentSettings = field(default_factory=AssessmentSettings)
    cluster: ClusterSettings = field(default_factory=ClusterSettings)
    report: ReportSettings = field(default_factory=ReportSettings)
