"""The stage: detections in, attack stories out."""

from collections.abc import Mapping
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from crossline.case import Case
from crossline.intrusions.cleared import Cleared, clear, cleared_rows
from crossline.intrusions.detected import Detected, read_detected
from crossline.intrusions.estate import Estate, read_estate
from crossline.intrusions.grouping import group_nodes
from crossline.intrusions.linked import linked_events
from crossline.intrusions.machines import Machines, machine_names
from crossline.intrusions.marked import Marks, marked_events, marks_of, with_reached
from crossline.intrusions.movement import find_moves, movement_bits
from crossline.intrusions.processes import Births, find_births, with_owners
from crossline.intrusions.rows import Told, event_rows, intrusion_rows, unlinked_rows
from crossline.intrusions.sessions import Sessions
from crossline.intrusions.stories import credits_of, judge_groups
from crossline.intrusions.surroundings import Surroundings, read_surroundings
from crossline.intrusions.tickets import read_tickets
from crossline.intrusions.ties import movement_ties, process_ties, session_ties, value_ties
from crossline.kernel.progress import Progress
from crossline.settings import IntrusionSettings
from crossline.store import Tables

__all__ = ["run"]

_MINUTE_US = 60_000_000


def run(case: Case, tables: Tables, progress: Progress) -> None:
    """Connect detections to attack stories and write them, with the detections left over.

    Reads `detections`, `events` and `coverage`; writes `intrusions`, `intrusion_events`, `unlinked`
    and `cleared`. Nothing of it hangs on the order in which records or detections are stored.
    """
    settings = case.settings.intrusions
    machines = machine_names(case.side_table("assets"))
    progress.start("Reading detected events", None, "events")
    estate = read_estate(tables, machines)
    detected, left_out = read_detected(tables, machines)
    progress.start("Looking around them", None, "events")
    surroundings = read_surroundings(tables, machines, detected)
    progress.start("Connecting detections", len(detected), "organisations")
    tickets = read_tickets(tables, case.side_table("tickets"), _zones(case), machines)
    told: list[Told] = []
    marks: list[Marks] = []
    suppliers = _supplier_networks(case)
    cleared: dict[str, Cleared] = {}
    lacking: dict[str, tuple[str, float | None]] = {
        detection: (reason, None) for detection, reason in left_out.items()
    }
    for one in detected:
        births = find_births(one.nodes, surroundings.context.creations, settings.generations)
        owned = replace(one, nodes=tuple(with_owners(one.nodes, births)))
        own = [ticket for ticket in tickets if ticket.organisation == one.organisation]
        legitimate = clear(owned.nodes, owned.holders, own, estate, settings)
        left = owned.without({name for name, why in legitimate.items() if not why.exercise})
        stories, unlinked = _connect(left, births, surroundings, estate, settings)
        told += stories
        holders = surroundings.holders(left)
        places = {node.event_id: index for index, node in enumerate(left.nodes)}
        marks += [marks_of(one.story, places, holders, machines, suppliers) for one in stories]
        cleared |= legitimate
        lacking |= {name: why for name, why in unlinked.items() if name not in legitimate}
        progress.advance(1)
    progress.start("Telling what else bears their marks", None, "events")
    marked = marked_events(tables, machines, marks, estate, settings)
    marks = with_reached(tables, machines, marks, marked, suppliers)
    marked = marked_events(tables, machines, marks, estate, settings)
    told = [one.with_more(marked[one.story.intrusion_id]) for one in told]
    exercises = {name for name, why in cleared.items() if why.exercise}
    blind = _blind(tables, machines)
    tables.replace("intrusions", intrusion_rows(told, estate, blind, exercises, settings))
    tables.replace("cleared", cleared_rows(cleared))
    tables.replace("intrusion_events", event_rows(told))
    tables.replace("unlinked", unlinked_rows(lacking))
    progress.say(
        f"{len(told)} attack stories; {len(cleared)} detections explained, {len(lacking)} in none"
    )


def _connect(
    detected: Detected,
    births: Births,
    around: Surroundings,
    estate: Estate,
    settings: IntrusionSettings,
) -> tuple[list[Told], Mapping[str, tuple[str, float]]]:
    """The stories of one organisation, and why its other detections are in none."""
    host_days = estate.host_days(detected.organisation)
    nodes = detected.nodes
    logons = [logon for logon in around.logons if logon.organisation == detected.organisation]
    sessions = Sessions(logons)
    found = find_moves(nodes, logons, sessions, int(settings.movement_window_min * _MINUTE_US))
    moves = [(move, movement_bits(move, estate, settings)) for move in found]
    ties = [
        *process_ties(nodes, births, settings),
        *session_ties(nodes, sessions, settings),
        *movement_ties(moves),
        *value_ties(around.holders(detected), around.days(detected), host_days, settings),
    ]
    days_by_format = estate.host_days_by_format(detected.organisation)
    grouping = group_nodes(
        nodes, ties, host_days, settings,
        lambda groups: credits_of(groups, nodes, days_by_format, settings),
    )  # fmt: skip
    verdict = judge_groups(nodes, grouping, days_by_format, settings)
    told = [
        Told(story, tuple(linked_events(story, nodes, births, sessions, moves, settings)))
        for story in verdict.stories
    ]
    return told, verdict.unlinked


def _supplier_networks(case: Case) -> list[str]:
    """Addresses and networks that suppliers work from."""
    rows = [*case.side_table("suppliers"), *case.side_table("supplier_access")]
    cells = [row.get("egress_addresses", "").replace(";", " ") for row in rows]
    return sorted({part for cell in cells for part in cell.split()})


def _zones(case: Case) -> dict[str, str]:
    return {
        row["organisation"]: row.get("time_zone", "") for row in case.side_table("organisations")
    }


def _blind(tables: Tables, machines: Machines) -> dict[tuple[str, str], str]:
    """By (organisation, machine) the last month in which one of its logs was not fully seen."""
    months: dict[tuple[str, str], str] = {}
    rows = tables.read("coverage", ["organisation", "host", "month", "state"])
    for row in rows.filter(pc.is_in(rows["state"], pa.array(["silent", "partial"]))).to_pylist():
        key = (row["organisation"], machines.of(row["organisation"], row["host"] or ""))
        months[key] = max(months.get(key, ""), row["month"])
    return months
