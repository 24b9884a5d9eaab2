"""Groupings: what belongs to one intrusion."""

from crossline.kernel.words import counted
from crossline.report.facts import Facts
from crossline.report.machines.attack_flow import Flow
from crossline.report.machines.frame import numbers, timestamp
from crossline.report.machines.identities import LONGEST_NAME, host_id, organisation_id
from crossline.report.machines.ids import content_id
from crossline.report.machines.objects import Grouping
from crossline.report.machines.observed import Observed
from crossline.report.machines.rows import IntrusionRow, StepRow
from crossline.report.machines.sightings import Sightings
from crossline.report.wording import clipped, stamp

__all__ = ["grouping", "grouping_id"]


def grouping_id(intrusion: str) -> str:
    """The id of an intrusion's grouping."""
    return content_id("grouping", intrusion)


def grouping(
    facts: Facts,
    row: IntrusionRow,
    steps: list[StepRow],
    observed: Observed,
    seen: Sightings,
    flow: Flow | None,
) -> Grouping:
    """An intrusion with its organisation, hosts, records, sightings and flow."""
    refs = {organisation_id(row.organisation)}
    refs |= {host_id(row.organisation, host) for host in row.hosts or ()}
    refs |= {observed.data[step.event_id].id for step in steps if step.event_id in observed.data}
    refs |= set(seen.of_intrusion.get(row.intrusion_id, ()))
    if flow:
        refs.add(flow.flow.id)
    hosts = counted(len(row.hosts or ()), "host")
    return Grouping(
        id=grouping_id(row.intrusion_id),
        name=clipped(row.title or "Intrusion", LONGEST_NAME),
        description=(
            f"An intrusion at {clipped(facts.name(row.organisation), LONGEST_NAME)} on {hosts}, "
            f"{stamp(row.first_seen)} to {stamp(row.last_seen)}."
        ),
        context="suspicious-activity",
        object_refs=tuple(sorted(refs)),
        extensions=numbers(
            row_id=row.intrusion_id,
            score_bits=row.score_bits,
            probability=row.probability,
            analytic_confidence=row.confidence,
            status=row.status,
            first_seen=timestamp(row.first_seen) if row.first_seen else None,
            last_seen=timestamp(row.last_seen) if row.last_seen else None,
        ),
    )
