"""The stage: detections in, attack stories out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc

from crossline.case import Case
from crossline.intrusions.adopted import with_adopted
from crossline.intrusions.cleared import Cleared, clear, cleared_rows
from crossline.intrusions.detected import Detected, read_detected
from crossline.intrusions.estate import Estate, read_estate
from crossline.intrusions.gathered import gathered
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
from crossline.intrusions.tickets import Ticket, read_tickets
from crossline.intrusions.ties import movement_ties, process_ties, session_ties, value_ties
from crossline.kernel.progress import Progress
from crossline.settings import IntrusionSettings
from crossline.store import Tables

__all__ = ["run"]

_MINUTE_US = 60_000_000


@dataclass(frozen=True, slots=True)
class _Look:
    """All that is looked at beside the detections."""

    machines: Machines
    estate: Estate
    surroundings: Surroundings
    tickets: Sequence[Ticket]
    suppliers: Sequence[str]
    settings: IntrusionSettings


@dataclass(frozen=True, slots=True)
class _Found:
    """What became of the detections of one organisation."""

    told: Sequence[Told]
    marks: Sequence[Marks]
    cleared: Mapping[str, Cleared]
    lacking: Mapping[str, tuple[str, float]]


def run(case: Case, tables: Tables, progress: Progress) -> None:
    """Connect detections to attack stories and write them, with the detections left over.

    Reads `detections`, `events` and `coverage`; writes `intrusions`, `intrusion_events`, `unlinked`
    and `cleared`. Nothing of it hangs on the order in which records or detections are stored.
    """
    machines = machine_names(case.side_table("assets"))
    progress.start("Reading detected events", None, "events")
    estate = read_estate(tables, machines)
    detected, left_out = read_detected(tables, machines)
    progress.start("Looking around them", None, "events")
    around = read_surroundings(tables, machines, detected)
    tickets = read_tickets(tables, case.side_table("tickets"), _zones(case), machines)
    networks = _supplier_networks(case)
    look = _Look(machines, estate, around, tickets, networks, case.settings.intrusions)
    progress.start("Connecting detections", len(detected), "organisations")
    found = []
    for one in detected:
        found.append(_find(one, look))
        progress.advance(1)
    progress.start("Telling what else bears their marks", None, "events")
    told = _with_marked(tables, found, look)
    cleared = {name: why for one in found for name, why in one.cleared.items()}
    lacking: dict[str, tuple[str, float | None]] = {
        name: (why, None) for name, why in left_out.items()
    }
    for part in found:
        lacking |= part.lacking
    _write(tables, told, cleared, lacking, look)
    progress.say(
        f"{len(told)} attack stories; {len(cleared)} detections explained, {len(lacking)} in none"
    )


def _find(detected: Detected, look: _Look) -> _Found:
    """Clear what is legitimate in one organisation, and connect the rest."""
    generations = look.settings.generations
    births = find_births(detected.nodes, look.surroundings.context.creations, generations)
    owned = replace(detected, nodes=tuple(with_owners(detected.nodes, births)))
    tickets = [one for one in look.tickets if one.organisation == detected.organisation]
    cleared = clear(owned.nodes, owned.holders, tickets, look.estate, look.settings)
    left = owned.without({name for name, why in cleared.items() if not why.exercise})
    told, unlinked = _connect(left, births, look.surroundings, look.estate, look.settings)
    holders = look.surroundings.holders(left)
    places = {node.event_id: index for index, node in enumerate(left.nodes)}
    marks = [marks_of(one.story, places, holders, look.machines, look.suppliers) for one in told]
    lacking = {name: why for name, why in unlinked.items() if name not in cleared}
    return _Found(told, marks, cleared, lacking)


def _with_marked(tables: Tables, found: Sequence[_Found], look: _Look) -> list[Told]:
    """The stories with the undetected events that bear their marks."""
    told = [story for one in found for story in one.told]
    marks = [mark for one in found for mark in one.marks]
    marked = marked_events(tables, look.machines, marks, look.estate, look.settings)
    marks = with_reached(tables, look.machines, marks, marked, look.suppliers)
    marked = marked_events(tables, look.machines, marks, look.estate, look.settings)
    detected = {node.event_id for one in told for node in one.story.nodes}
    return [one.with_more(marked[one.story.intrusion_id], detected) for one in told]


def _write(
    tables: Tables,
    told: Sequence[Told],
    cleared: Mapping[str, Cleared],
    lacking: Mapping[str, tuple[str, float | None]],
    look: _Look,
) -> None:
    exercises = {name for name, why in cleared.items() if why.exercise}
    blind = _blind(tables, look.machines)
    rows = intrusion_rows(told, look.estate, blind, exercises, look.settings)
    tables.replace("intrusions", rows)
    tables.replace("intrusion_events", event_rows(told))
    tables.replace("cleared", cleared_rows(cleared))
    tables.replace("unlinked", unlinked_rows(lacking))


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
    grouping, grown = gathered(verdict, nodes, grouping, settings)
    verdict = judge_groups(nodes, grouping, days_by_format, settings, grown)
    verdict = with_adopted(verdict, nodes, grouping, settings)
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
