"""Which rules, filters and indicators run."""

from typing import Annotated

from msgspec import Meta

from crossline.settings.section import Section

__all__ = ["DetectSettings"]


class DetectSettings(Section, frozen=True):
    """Which rules run."""

    rules: Annotated[
        tuple[str, ...],
        Meta(
            description="Rule files, folders or zips, absolute or relative to the case. "
            "`builtin` is crossline's own pack."
        ),
    ] = ("builtin",)
    filters: Annotated[
        tuple[str, ...],
        Meta(
            description="Files or folders of Sigma filters, this site's own exceptions, absolute "
            "or relative to the case; kept whatever rules run. `author` owns it, `description` is "
            "the reason, `expires` (YYYY-MM-DD) the last day. What they suppress is counted."
        ),
    ] = ()
    indicators: Annotated[
        tuple[str, ...],
        Meta(
            description="Files of indicators (STIX 2.1, MISP JSON, CSV with type,value,source,"
            "date), absolute or relative to the case."
        ),
    ] = ()
