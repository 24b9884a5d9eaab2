"""Every setting of a case: default, unit, reason and whether it was validated.

This module is data. `crossline.toml` is read into `Settings`; the commented file that
`crossline init` writes and the settings page of the documentation are made from it. Every default
works without a file.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

__all__ = [
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


class _Section(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One section of `crossline.toml`."""


class CaseSettings(_Section, frozen=True):
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


class EvidenceEntry(_Section, frozen=True):
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


class RunSettings(_Section, frozen=True):
    """How the work is done; nothing here changes a result."""

    workers: Annotated[
        int,
        Meta(ge=0, description="Processes that read and match. 0: one per core, at most 8."),
    ] = 0


class IngestSettings(_Section, frozen=True):
    """How evidence is read."""

    time_zone: Annotated[
        str,
        Meta(
            description="IANA name or ±hh:mm for records whose time states no zone, where neither "
            "the source's entry nor organisations.csv says one."
        ),
    ] = "UTC"


class DetectSettings(_Section, frozen=True):
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


class DetectorSettings(_Section, frozen=True):
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


class IntrusionSettings(_Section, frozen=True):
    """When detections become one story.

    Links are weighed in bits, log2 of how much likelier the sharing is in one intrusion than by
    chance. Two groups become one story when the strongest link of each family, summed, exceeds
    `prior_bits`; a story is reported when its rules, against their base rate, exceed
    `report_bits`.
    """

    prior_bits: Annotated[
        float,
        Meta(
            ge=0,
            description="Links must outweigh this for two groups to be one story. Reason: the "
            "same account (4) on the same machine at the same moment (3 + 2) must "
            "not suffice. What the weaker group's rules say (up to `report_bits`) is taken off. "
            "unvalidated",
            extra={"unit": "bits"},
        ),
    ] = 10.0
    report_bits: Annotated[
        float,
        Meta(
            ge=0,
            description="A group below this score is no story; without a rule of level high "
            "or critical twice as much is needed. Reason: one rule alone counts 5 at most. "
            "unvalidated",
            extra={"unit": "bits"},
        ),
    ] = 5.25
    gathered_near_d: Annotated[
        float,
        Meta(
            gt=0,
            description="Weak detections on a machine and on one reached from it this near in "
            "time are weighed together. Reason: on most machines a detection falls once in "
            "hundreds of days. unvalidated",
            extra={"unit": "days"},
        ),
    ] = 3.0
    gathered_account_d: Annotated[
        float,
        Meta(
            gt=0,
            description="The same for those of one account, in services too. unvalidated",
            extra={"unit": "days"},
        ),
    ] = 60.0
    adopted_within_d: Annotated[
        float,
        Meta(
            gt=0,
            description="A weak detection acted from or on a machine that a story holds joins it "
            "if the story acted there this near in time. Reason: intruders at telecoms rest for "
            "months. unvalidated",
            extra={"unit": "days"},
        ),
    ] = 240.0
    process_bits: Annotated[
        float,
        Meta(
            ge=0,
            description="Link by process or ancestor, identified by Sysmon's process GUID. "
            "unvalidated",
            extra={"unit": "bits"},
        ),
    ] = 12.0
    process_id_bits: Annotated[
        float,
        Meta(
            ge=0,
            description="Link by process or ancestor, identified by machine, process id and "
            "time. Reason: process ids are used again. unvalidated",
            extra={"unit": "bits"},
        ),
    ] = 8.0
    generation_bits: Annotated[
        float,
        Meta(
            ge=0,
            description="Taken from a process link for each generation between. unvalidated",
            extra={"unit": "bits"},
        ),
    ] = 2.0
    session_bits: Annotated[
        float,
        Meta(
            ge=0,
            description="Link by logon session. Reason: one session also holds its owner's "
            "own work. unvalidated",
            extra={"unit": "bits"},
        ),
    ] = 8.0
    movement_bits: Annotated[
        float,
        Meta(
            ge=0,
            description="Link by a logon from one machine to another; rarity and nearness in "
            "time come on top. unvalidated",
            extra={"unit": "bits"},
        ),
    ] = 8.0
    place_bits: Annotated[
        float,
        Meta(
            ge=0,
            description="Link by the same machine at the same time. unvalidated",
            extra={"unit": "bits"},
        ),
    ] = 3.0
    place_half_life_h: Annotated[
        float,
        Meta(
            ge=0,
            description="Time in which a link by place loses half its weight. unvalidated",
            extra={"unit": "hours"},
        ),
    ] = 6.0
    moment_bits: Annotated[
        float,
        Meta(
            ge=0,
            description="Added to a link by place for the same moment. unvalidated",
            extra={"unit": "bits"},
        ),
    ] = 2.0
    moment_half_life_min: Annotated[
        float,
        Meta(
            ge=0,
            description="Time in which that addition loses half its weight. unvalidated",
            extra={"unit": "minutes"},
        ),
    ] = 2.0
    foothold_bits: Annotated[
        float,
        Meta(
            ge=0,
            description="Link of a detection to a story that holds its machine already, at the "
            "same time. Reason: as much as a session; with what its rule says (at most 5) it "
            "must outweigh `prior_bits`, so a common rule never does. unvalidated",
            extra={"unit": "bits"},
        ),
    ] = 8.0
    foothold_half_life_d: Annotated[
        float,
        Meta(
            gt=0,
            description="Time in which that link loses half its weight. Reason: intruders stay "
            "for months, and come back after weeks. unvalidated",
            extra={"unit": "days"},
        ),
    ] = 30.0
    return_bits: Annotated[
        float,
        Meta(
            ge=0,
            description="Link of two stories on one machine at the same time, unless both reach "
            "for addresses and share none. Reason: two intruders at once are rare, but do occur "
            "where a hole is open to all. unvalidated",
            extra={"unit": "bits"},
        ),
    ] = 6.0
    return_half_life_d: Annotated[
        float,
        Meta(
            gt=0,
            description="Time in which that link loses half its weight. unvalidated",
            extra={"unit": "days"},
        ),
    ] = 7.0
    hash_cap_bits: Annotated[
        float,
        Meta(
            ge=0,
            description="Most that a rare file hash counts. unvalidated",
            extra={"unit": "bits"},
        ),
    ] = 14.0
    artefact_cap_bits: Annotated[
        float,
        Meta(
            ge=0,
            description="Most that a rare file, service, task or pipe counts. unvalidated",
            extra={"unit": "bits"},
        ),
    ] = 8.0
    network_cap_bits: Annotated[
        float,
        Meta(
            ge=0,
            description="Most that a rare address or domain counts. Reason: infrastructure is "
            "used by others too. unvalidated",
            extra={"unit": "bits"},
        ),
    ] = 10.0
    account_cap_bits: Annotated[
        float,
        Meta(
            ge=0,
            description="Most that a rare account counts. Reason: a stolen account has a "
            "lawful owner. unvalidated",
            extra={"unit": "bits"},
        ),
    ] = 4.0
    network_window_d: Annotated[
        float,
        Meta(
            ge=0,
            description="Groups further apart are not linked by address or domain. Reason: "
            "they change hands. unvalidated",
            extra={"unit": "days"},
        ),
    ] = 30.0
    quiet_d: Annotated[
        float,
        Meta(
            ge=0,
            description="Groups further apart are not one story for a shared file, service, task "
            "or pipe. Reason: who returns after a quiet year came in anew; that it is the same "
            "hand is for clustering to say. unvalidated",
            extra={"unit": "days"},
        ),
    ] = 365.0
    movement_window_min: Annotated[
        float,
        Meta(
            ge=0,
            description="A logon ties what happened within this time before it at its source "
            "and after it at its target. unvalidated",
            extra={"unit": "minutes"},
        ),
    ] = 10.0
    movement_half_life_d: Annotated[
        float,
        Meta(
            gt=0,
            description="Time between an event at the source and the first logon ever seen from "
            "there to the target by that account in which their link loses half its weight. "
            "unvalidated",
            extra={"unit": "days"},
        ),
    ] = 7.0
    common_share: Annotated[
        float,
        Meta(
            ge=0,
            description="A value seen on more host-days than this links nothing. unvalidated",
            extra={"unit": "share of host-days"},
        ),
    ] = 0.01
    world_host_days: Annotated[
        float,
        Meta(
            ge=0,
            description="Host-days without the value that are assumed beside this estate's "
            "own. Reason: on small evidence nothing would be rare. unvalidated",
            extra={"unit": "host-days"},
        ),
    ] = 1000.0
    rule_host_days: Annotated[
        float,
        Meta(
            ge=0,
            description="Weight of the shipped base rate of a rule's level beside this "
            "estate's own rate. unvalidated",
            extra={"unit": "host-days"},
        ),
    ] = 20.0
    open_d: Annotated[
        float,
        Meta(
            ge=0,
            description="A story whose last event is no further from its organisation's last "
            "log is open. unvalidated",
            extra={"unit": "days"},
        ),
    ] = 14.0
    generations: Annotated[
        int,
        Meta(
            ge=0,
            description="How many ancestors of a process are looked at. unvalidated",
            extra={"unit": "generations"},
        ),
    ] = 3
    common_floor: Annotated[
        int,
        Meta(
            ge=0,
            description="A value on no more host-days than this is never too common. unvalidated",
            extra={"unit": "host-days"},
        ),
    ] = 20
    neighbours: Annotated[
        int,
        Meta(
            ge=1,
            description="Groups compared on each side, in time, among those that share a "
            "value. Reason: cost stays in proportion to the links. unvalidated",
            extra={"unit": "groups"},
        ),
    ] = 3
    mark_machines: Annotated[
        int,
        Meta(
            ge=1,
            description="A value of a story on no more machines than this marks it, so that "
            "undetected events with it are told. Reason: what many machines have is not the "
            "intruder's. unvalidated",
            extra={"unit": "machines"},
        ),
    ] = 5
    late_ticket_h: Annotated[
        float,
        Meta(
            ge=0,
            description="A ticket of an incident, opened no later than this after a supplier's "
            "act that it names, clears the act. Reason: in an outage the work comes before the "
            "paper. unvalidated",
            extra={"unit": "hours"},
        ),
    ] = 6.0


class AssessmentSettings(_Section, frozen=True):
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


class ClusterSettings(_Section, frozen=True):
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


class ReportSettings(_Section, frozen=True):
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
