"""What the case is called, where evidence outside its folder lies, how the work is done."""

from typing import Annotated, Literal

from msgspec import Meta

from crossline.settings.section import Section

__all__ = ["CaseSettings", "EvidenceEntry", "IngestSettings", "RunSettings"]


class CaseSettings(Section, frozen=True):
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


class EvidenceEntry(Section, frozen=True):
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
    year: Annotated[
        int,
        Meta(
            ge=0,
            le=9999,
            description="Year of the first record of each file, where times state none, as in "
            "syslog. 0: told from records that do, else from the file's name.",
        ),
    ] = 0
    host: Annotated[
        str,
        Meta(
            description="Host of records that name none, as of database audits. Empty: the host of "
            "assets.csv that the file's path names, if it is only one."
        ),
    ] = ""


class RunSettings(Section, frozen=True):
    """How the work is done; nothing here changes a result."""

    workers: Annotated[
        int,
        Meta(ge=0, description="Processes that read and match. 0: one per core, at most 8."),
    ] = 0


class IngestSettings(Section, frozen=True):
    """How evidence is read."""

    time_zone: Annotated[
        str,
        Meta(
            description="IANA name or ±hh:mm for records whose time states no zone, where neither "
            "the source's entry nor organisations.csv says one."
        ),
    ] = "UTC"
