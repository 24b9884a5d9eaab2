"""How detections are linked into stories, and when a story is told."""

from typing import Annotated

from msgspec import Meta

from crossline.settings.section import Section

__all__ = ["IntrusionSettings"]


class IntrusionSettings(Section, frozen=True):
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
