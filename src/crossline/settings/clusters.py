"""When intrusions count as the work of one hand."""

from typing import Annotated

from msgspec import Meta

from crossline.settings.section import Section

__all__ = ["ClusterSettings"]


class ClusterSettings(Section, frozen=True):
    """When intrusions are one hand's.

    Signs in common are weighed in bits, log2 of how much likelier they are under one hand than
    under two. No bound here was validated on cases; each gives its reason.
    """

    prior_bits: Annotated[
        float,
        Meta(
            ge=0,
            description="Signs in common must outweigh this. Reason: one make of tool (4), which "
            "can be shared or sold, must not suffice, with a tool or technique beside it neither; "
            "a place of the intruder's choosing (6) does. unvalidated",
            extra={"unit": "bits"},
        ),
    ] = 5.0
    join_bits: Annotated[
        float,
        Meta(
            description="Two groups are joined while the mean over their pairs is at least this, "
            "the prior counted. Two intrusions with nothing in common count against it by a bit "
            "for each sign that the poorer of them shows, the prior at most. unvalidated",
            extra={"unit": "bits"},
        ),
    ] = 0.5
    ordinary_days: Annotated[
        int,
        Meta(
            ge=0,
            description="Host-days away from its intrusions on which a sign may show and still "
            "count in full. Reason: an intruder has days that no rule saw. unvalidated",
            extra={"unit": "host-days"},
        ),
    ] = 7
    ordinary_bits: Annotated[
        float,
        Meta(
            ge=0,
            description="Taken from a sign for each doubling of such host-days beyond that. "
            "Reason: ordinary life repeats, so sixty days leave nothing. unvalidated",
            extra={"unit": "bits"},
        ),
    ] = 2.0
    common_bits: Annotated[
        float,
        Meta(
            ge=0,
            description="A technique or tool counts by its rarity among known groups above this. "
            "Reason: what one group in sixteen uses is the trade's. unvalidated",
            extra={"unit": "bits"},
        ),
    ] = 4.0
    technique_cap_bits: Annotated[
        float,
        Meta(
            ge=0,
            description="Most that techniques in common count. Reason: they never prove a common "
            "hand. unvalidated",
            extra={"unit": "bits"},
        ),
    ] = 1.0
    tool_cap_bits: Annotated[
        float,
        Meta(
            ge=0,
            description="Most that public software in common counts. unvalidated",
            extra={"unit": "bits"},
        ),
    ] = 2.0
