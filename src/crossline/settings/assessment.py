"""When a sign counts for what an intrusion means."""

from typing import Annotated

from msgspec import Meta

from crossline.settings.section import Section

__all__ = ["AssessmentSettings"]


class AssessmentSettings(Section, frozen=True):
    """What each intrusion means. No bound here was validated on cases; each gives its reason."""

    entry_window_h: Annotated[
        float,
        Meta(
            gt=0,
            description="Acts this soon after the first one may show the way in. Reason: a way in "
            "and its first use lie hours apart, a working day later others begin. unvalidated",
            extra={"unit": "hours"},
        ),
    ] = 30.0
    entry_censored_d: Annotated[
        float,
        Meta(
            ge=0,
            description="A story that begins this soon after the logs may have begun before them. "
            "unvalidated",
            extra={"unit": "days"},
        ),
    ] = 7.0
    list_at_most: Annotated[
        int,
        Meta(
            ge=1,
            description="A statement that names more persons is a sample or an extract, not "
            "watching. unvalidated",
            extra={"unit": "persons"},
        ),
    ] = 20
    inferred_within_min: Annotated[
        float,
        Meta(
            gt=0,
            description="A database round whose text is not logged is taken to ask for whom the "
            "same story looked up this shortly before. unvalidated",
            extra={"unit": "minutes"},
        ),
    ] = 60.0
    active_before_d: Annotated[
        float,
        Meta(
            gt=0,
            description="A mitigation concerns stories that were active this recently. Reason: "
            "intruders at telecoms rest for months. unvalidated",
            extra={"unit": "days"},
        ),
    ] = 270.0
    answer_within_d: Annotated[
        float,
        Meta(
            gt=0,
            description="What is new this soon after the first act that follows a mitigation is "
            "part of the answer. unvalidated",
            extra={"unit": "days"},
        ),
    ] = 14.0
    long_quiet_d: Annotated[
        float,
        Meta(
            gt=0,
            description="A return after this long is called waiting, whatever else changed. "
            "unvalidated",
            extra={"unit": "days"},
        ),
    ] = 90.0
    quiet_needed_d: Annotated[
        float,
        Meta(
            gt=0,
            description="No answer is said only after this many days of logs without one. "
            "unvalidated",
            extra={"unit": "days"},
        ),
    ] = 90.0
    working_share: Annotated[
        float,
        Meta(
            gt=0,
            le=1,
            description="A day counts as worked where this share of an organisation's logs has "
            "events. unvalidated",
            extra={"unit": "0 to 1"},
        ),
    ] = 0.1
    silence_probability: Annotated[
        float,
        Meta(
            gt=0,
            lt=1,
            description="A log is silent where chance would give so long a pause with less than "
            "this probability, over all pauses of the organisation. unvalidated",
            extra={"unit": "0 to 1"},
        ),
    ] = 0.01
    late_start_d: Annotated[
        float,
        Meta(
            ge=0,
            description="A log that begins this much later than its organisation's began late. "
            "unvalidated",
            extra={"unit": "days"},
        ),
    ] = 14.0
    rollout_d: Annotated[
        float,
        Meta(
            ge=0,
            description="Hosts on which a kind of log begins within this time are one change. "
            "unvalidated",
            extra={"unit": "days"},
        ),
    ] = 35.0
    cleared_gap_d: Annotated[
        float,
        Meta(
            ge=0,
            description="A clear of a log hides something where its last record before is older "
            "than this. unvalidated",
            extra={"unit": "days"},
        ),
    ] = 1.0
    disabled_within_d: Annotated[
        float,
        Meta(
            gt=0,
            description="A silence that begins this near an act that switches logging off was "
            "caused by it. unvalidated",
            extra={"unit": "days"},
        ),
    ] = 3.0
    copies_at_least: Annotated[
        int,
        Meta(
            ge=1,
            description="Fewer doubled records of a log in months that follow each other are "
            "no gap. unvalidated",
            extra={"unit": "records"},
        ),
    ] = 2
    fields_records: Annotated[
        int,
        Meta(
            ge=1,
            description="Fewer records in a row say nothing about their fields. unvalidated",
            extra={"unit": "records"},
        ),
    ] = 5
    fields_share: Annotated[
        float,
        Meta(
            ge=0,
            le=1,
            description="A field is missing in a month where fewer of the records hold it. "
            "unvalidated",
            extra={"unit": "0 to 1"},
        ),
    ] = 0.05
    clock_steady_s: Annotated[
        float,
        Meta(
            gt=0,
            description="Day to day a steady clock's offset moves by no more. unvalidated",
            extra={"unit": "seconds"},
        ),
    ] = 5.0
    clock_off_s: Annotated[
        float,
        Meta(
            gt=0,
            description="A smaller offset is not reported. Reason: forwarding and queues take "
            "seconds. unvalidated",
            extra={"unit": "seconds"},
        ),
    ] = 30.0
    clock_drift_s_per_day: Annotated[
        float,
        Meta(
            gt=0,
            description="A slower drift is not reported. unvalidated",
            extra={"unit": "seconds a day"},
        ),
    ] = 0.5
    clock_days: Annotated[
        int,
        Meta(
            ge=2,
            description="Days on which an offset must show. unvalidated",
            extra={"unit": "days"},
        ),
    ] = 3
    clock_pair_window_s: Annotated[
        float,
        Meta(
            gt=0,
            description="Two logs speak of one act only within this time. unvalidated",
            extra={"unit": "seconds"},
        ),
    ] = 1200.0
