"""Every setting of a case: default, unit, reason and whether it was validated.

This module is data. `crossline.toml` is read into `Settings`; the commented file that
`crossline init` writes and the settings page of the documentation are made from it. Every default
works without a file.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

__all__ = [
    "CaseSettings",
    "DetectSettings",
    "EvidenceEntry",
    "IngestSettings",
    "IntrusionSettings",
    "ReportSettings",
    "Settings",
]


class _Section(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One section of `crossline.toml`."""


class CaseSettings(_Section):
    """What the case is called and how its report is marked."""

    name: Annotated[str, Meta(description="Title of the report. Empty: the folder's name.")] = ""
    summary: Annotated[str, Meta(description="One or two sentences under the title.")] = ""
    as_of: Annotated[
        str,
        Meta(
            description="Date of the report, YYYY-MM-DD. Empty: the day of the last event, so that "
            "the same evidence gives the same report."
        ),
    ] = ""
    tlp: Annotated[
        Literal["clear", "green", "amber", "amber+strict", "red"],
        Meta(description="Traffic Light Protocol 2.0 marking printed on every page."),
    ] = "amber+strict"


class EvidenceEntry(_Section):
    """Evidence outside the case folder, or facts about a source that its records do not state."""

    path: Annotated[
        str,
        Meta(
            description="File or folder, absolute or relative to the case. Evidence under "
            "`evidence/ORGANISATION/` needs no entry, but may have one."
        ),
    ]
    organisation: Annotated[
        str, Meta(description="Whose logs these are. Empty: the folder under `evidence/`.")
    ] = ""
    time_zone: Annotated[
        str,
        Meta(description="IANA name or ±hh:mm for records whose time states no zone."),
    ] = ""
    clock_correction_s: Annotated[
        float,
        Meta(description="Seconds added to every time of this source.", extra={"unit": "seconds"}),
    ] = 0.0


class IngestSettings(_Section):
    """How evidence is read."""

    workers: Annotated[
        int,
        Meta(ge=0, description="Processes that read and match. 0: one per core, at most 8."),
    ] = 0
    time_zone: Annotated[
        str,
        Meta(
            description="IANA name or ±hh:mm for records whose time states no zone, where the "
            "source has no entry of its own."
        ),
    ] = "UTC"


class DetectSettings(_Section):
    """Which rules run."""

    rules: Annotated[
        tuple[str, ...],
        Meta(
            description="Rule files, folders or zips, absolute or relative to the case. "
            "`builtin` is crossline's own pack."
        ),
    ] = ("builtin",)


class IntrusionSettings(_Section):
    """When detections become one story."""


class ReportSettings(_Section):
    """What the report embeds."""

    max_detections: Annotated[
        int,
        Meta(
            ge=100,
            description="Detections embedded in the page, rarest first; the rest stands in the "
            "tables and is counted on the page. Reason: the page stays under 15 MB.",
            extra={"unit": "rows"},
        ),
    ] = 250_000


class Settings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All settings of a case, one field for each section of `crossline.toml`."""

    case: CaseSettings = field(default_factory=CaseSettings)
    evidence: tuple[EvidenceEntry, ...] = ()
    ingest: IngestSettings = field(default_factory=IngestSettings)
    detect: DetectSettings = field(default_factory=DetectSettings)
    intrusions: IntrusionSettings = field(default_factory=IntrusionSettings)
    report: ReportSettings = field(default_factory=ReportSettings)
