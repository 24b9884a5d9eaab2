"""The STIX 2.1 bundle of a case: which objects it holds."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from crossline.report.facts import Facts
from crossline.report.machines.attack_flow import flow_of
from crossline.report.machines.frame import CREATOR, Frame, own
from crossline.report.machines.groupings import grouping, grouping_id
from crossline.report.machines.identities import LONGEST_NAME, host_identity, organisations
from crossline.report.machines.ids import name_id
from crossline.report.machines.indicators import indicator_id, indicators
from crossline.report.machines.notes import (
    coverage_notes,
    judgement_notes,
    limits_note,
    score_note,
)
from crossline.report.machines.objects import Domain, Identity, Observable, Report
from crossline.report.machines.observed import observe
from crossline.report.machines.rows import IntrusionRow, StepRow, typed
from crossline.report.machines.sightings import sightings
from crossline.report.wording import clipped

__all__ = ["Machines", "describe"]


@dataclass(frozen=True)
class Machines:
    """The objects of a case, in no order, and by intrusion the id of its flow, if it has one."""

    objects: tuple[Domain | Observable, ...]
    flows: dict[str, str]


def describe(facts: Facts, frame: Frame) -> Machines:
    """Make the objects of a case."""
    rows, steps = typed(facts.intrusions, IntrusionRow), _steps(facts)
    observed = observe(facts, [step for each in steps.values() for step in each])
    seen = sightings(facts, observed)
    found = {row.intrusion_id: flow_of(row, steps[row.intrusion_id], observed) for row in rows}
    flows = {story: flow for story, flow in found.items() if flow}
    groupings = [
        grouping(facts, row, steps[row.intrusion_id], observed, seen, found[row.intrusion_id])
        for row in rows
    ]
    objects: list[Domain | Observable] = [
        CREATOR,
        own(),
        *organisations(facts),
        *_hosts(facts, rows, steps, seen.hosts),
        *indicators(facts, frame),
        *seen.all,
        *observed.data.values(),
        *observed.observables.values(),
        *groupings,
        *(score_note(row, grouping_id(row.intrusion_id)) for row in rows),
        *judgement_notes(facts, _objects_of(facts)),
        *coverage_notes(facts),
        limits_note(facts, observed, _REPORT),
    ]
    for flow in flows.values():
        objects += [flow.flow, *flow.actions, *flow.assets]
    unique = {each.id: each for each in objects}
    return Machines(
        objects=(*unique.values(), _report(facts, frame, sorted(unique))),
        flows={story: flow.flow.id for story, flow in flows.items()},
    )


_REPORT = name_id("report", "crossline")


def _steps(facts: Facts) -> dict[str, list[StepRow]]:
    steps: dict[str, list[StepRow]] = defaultdict(list)
    for step in typed(facts.steps, StepRow):
        steps[step.intrusion_id].append(step)
    return steps


def _hosts(
    facts: Facts,
    rows: list[IntrusionRow],
    steps: dict[str, list[StepRow]],
    sighted: frozenset[tuple[str, str]],
) -> Iterator[Identity]:
    """The hosts that an object refers to."""
    names = set(sighted)
    for row in rows:
        names |= {(row.organisation, host) for host in row.hosts or ()}
        names |= {(row.organisation, step.host) for step in steps[row.intrusion_id] if step.host}
    return (host_identity(facts, *name) for name in sorted(names))


def _objects_of(facts: Facts) -> dict[str, str]:
    """The object that stands for an intrusion or a detection, by the row's id."""
    ids = {story: grouping_id(story) for story in facts.intrusions["intrusion_id"].to_pylist()}
    columns = (facts.detections[name].to_pylist() for name in ("detection_id", "rule_id"))
    return ids | {row: indicator_id(rule) for row, rule in zip(*columns, strict=True)}


def _report(facts: Facts, frame: Frame, ids: list[str]) -> Report:
    return Report(
        id=_REPORT,
        name=clipped(facts.case.name, LONGEST_NAME),
        description="Detections, intrusions and judgements from the logs of the organisations.",
        report_types=("threat-report",),
        published=frame.created,
        object_refs=tuple(ids),
    )
