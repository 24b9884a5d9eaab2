"""Thresholds of the detectors for what Sigma cannot say."""

from typing import Annotated

from msgspec import Meta

from crossline.settings.section import Section

__all__ = ["DetectorSettings"]


class DetectorSettings(Section, frozen=True):
    """Thresholds of the detectors for what Sigma cannot say; all are reasoned, not validated."""

    habit_days: Annotated[
        int,
        Meta(
            ge=1,
            description="An account that asks from one place on this many days of the window does "
            "so out of habit. Reason: a process asks week by week, a borrowed account "
            "on a few days. unvalidated",
            extra={"unit": "days"},
        ),
    ] = 6
    habit_window_d: Annotated[
        int,
        Meta(
            ge=2,
            description="The window in which habit is counted, half before and half after. Reason: "
            "a quarter holds month ends and holidays. unvalidated",
            extra={"unit": "days"},
        ),
    ] = 90
    habit_days_least: Annotated[
        int,
        Meta(
            ge=1,
            description="Where logs hold few days, this many are enough, if they are a share of "
            "all. Reason: a case may have only a week of a log. unvalidated",
            extra={"unit": "days"},
        ),
    ] = 3
    habit_share: Annotated[
        float,
        Meta(
            ge=0,
            le=1,
            description="That share of the days in the window on which the log has records. "
            "Reason: a process asks on most working days. unvalidated",
            extra={"unit": "0 to 1"},
        ),
    ] = 0.3
    habit_again: Annotated[
        float,
        Meta(
            ge=1,
            description="An account that asks on `habit_days` days in all, and each person on no "
            "more days than this on average, serves customers as they come. Reason: who follows "
            "persons asks about the same ones again. unvalidated",
            extra={"unit": "days a person"},
        ),
    ] = 1.2
    habit_months: Annotated[
        int,
        Meta(
            ge=1,
            description="So does one that asks in this many months of a year. Reason: month-end "
            "jobs. unvalidated",
            extra={"unit": "months"},
        ),
    ] = 9
    persons_most: Annotated[
        int,
        Meta(
            ge=1,
            description="A statement about more persons than this is a sample or a report. Reason: "
            "lists of watched persons are short. unvalidated",
            extra={"unit": "subscribers"},
        ),
    ] = 10
    ticket_slack_h: Annotated[
        int,
        Meta(
            ge=0,
            description="A ticket explains what happens this long before it is opened and after it "
            "is closed. Reason: urgent work is written down the same day. unvalidated",
            extra={"unit": "hours"},
        ),
    ] = 12
    interest_false_rate: Annotated[
        float,
        Meta(
            ge=0,
            description="Share of wrong findings that is borne among subscribers of repeated "
            "interest. unvalidated",
            extra={"unit": "0 to 1"},
        ),
    ] = 0.05
    interest_days_least: Annotated[
        int,
        Meta(
            ge=1,
            description="Days on which somebody must have asked. Reason: two may be one complaint. "
            "unvalidated",
            extra={"unit": "days"},
        ),
    ] = 3
    rare_sources_most: Annotated[
        int,
        Meta(
            ge=1,
            description="An address that more hosts of the organisation talk to is not rare. "
            "Reason: an implant runs on few hosts, a service of the internet on many. "
            "unvalidated",
            extra={"unit": "hosts"},
        ),
    ] = 3
    beacon_connections_least: Annotated[
        int,
        Meta(
            ge=2,
            description="Connections below this tell no rhythm. unvalidated",
            extra={"unit": "connections"},
        ),
    ] = 24
    beacon_span_h: Annotated[
        float,
        Meta(
            ge=0,
            description="A rhythm must last this long. Reason: a day holds the pause of people at "
            "night. unvalidated",
            extra={"unit": "hours"},
        ),
    ] = 24.0
    beacon_spread_most: Annotated[
        float,
        Meta(
            ge=0,
            description="Distance of the quartiles of the intervals, divided by their median. "
            "Reason: jitter of up to a third either way. unvalidated",
            extra={"unit": "ratio"},
        ),
    ] = 0.6
    outflow_mb: Annotated[
        float,
        Meta(
            ge=0,
            description="Sent to one rare address in a day. unvalidated",
            extra={"unit": "megabytes"},
        ),
    ] = 50.0
    outflow_ratio: Annotated[
        float,
        Meta(
            ge=0,
            description="Sent this many times as much as received. unvalidated",
            extra={"unit": "ratio"},
        ),
    ] = 5.0
    logon_reply_kb: Annotated[
        float,
        Meta(
            ge=0,
            description="Size from which a reply of the logon page is looked at. Reason: the page "
            "has about 60. unvalidated",
            extra={"unit": "kilobytes"},
        ),
    ] = 100.0
    logon_reply_times: Annotated[
        float,
        Meta(
            ge=0,
            description="And this many times the usual one. unvalidated",
            extra={"unit": "ratio"},
        ),
    ] = 5.0
