"""What the report embeds."""

from typing import Annotated

from msgspec import Meta

from crossline.settings.section import Section

__all__ = ["ReportSettings"]


class ReportSettings(Section, frozen=True):
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
    max_records: Annotated[
        int,
        Meta(
            ge=100,
            description="Records embedded in full for the evidence drawer: those that judgements "
            "and intrusions rest on, then those of the rarest detections; the rest is counted. "
            "Reason: the page stays under 15 MB.",
            extra={"unit": "records"},
        ),
    ] = 20_000
    max_record_megabytes: Annotated[
        int,
        Meta(
            ge=1,
            description="Text of embedded records before compression, which takes it to about a "
            "tenth. Reason: the page stays under 15 MB.",
            extra={"unit": "megabytes"},
        ),
    ] = 40
    all_events: Annotated[
        bool,
        Meta(
            description="Whether the table `events` is exported whole, and not only the events "
            "that a result rests on."
        ),
    ] = False
