"""The stage: detections in, attack stories out."""

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from crossline.case import Case
from crossline.intrusions.detected import Detected, read_detected
from crossline.intrusions.estate import Estate, read_estate
from crossline.intrusions.grouping import group_nodes
from crossline.intrusions.linked import linked_events
from crossline.intrusions.machines import Machines, machine_names
from crossline.intrusions.movement import find_moves, movement_bits
from crossline.intrusions.processes import find_births, with_owners
from crossline.intrusions.rows import Told, event_rows, intrusion_rows, unlinked_rows
from crossline.intrusions.sessions import Sessions
from crossline.intrusions.stories import credits_of, judge_groups
from crossline.intrusions.surroundings import Surroundings, read_surroundings
from crossline.intrusions.ties import movement_ties, process_ties, session_ties, value_ties
from crossline.kernel.progress import Progress
from crossline.settings import IntrusionSettings
from crossline.store import Tables

__all__ = ["run"]

_MINUTE_US = 60_000_000


def run(case: Case, tables: Tables, progress: Progress) -> None:
    """Connect detections to attack stories and write them, with the detections left over.

    Reads `detections`, `events` and `coverage`; writes `intrusions`, `intrusion_events` and
    `unlinked`. Nothing of it hangs on the order in which records or detections are stored.
    """
    settings = case.settings.intrusions
    machines = machine_names(case.side_table("assets"))
    progress.start("Reading detected events", None, "events")
    estate = read_estate(tables, machines)
    detected, left_out = read_detected(tables, machines)
    progress.start("Looking around them", None, "events")
    surroundings = read_surroundings(tables, machines, detected)
    progress.start("Connecting detections", len(detected), "organisations")
    told: list[Told] = []
    lacking: dict[str, tuple[str, float | None]] = {
        detection: (reason, None) for detection, reason in left_out.items()
    }
    for one in detected:
        stories, unlinked = _connect(one, surroundings, estate, settings)
        told += stories
        lacking |= unlinked
        progress.advance(1)
    tables.replace("intrusions", intrusion_rows(told, estate, _blind(tables, machines), settings))
    tables.replace("intrusion_events", event_rows(told))
    tables.replace("unlinked", unlinked_rows(lacking))
    progress.say(f"{len(told)} attack stories; {len(lacking)} detections in none")


def _connect(
    detected: Detected, around: Surroundings, estate: Estate, settings: IntrusionSettings
) -> tuple[list[Told], Mapping[str, tuple[str, float]]]:
    """The stories of one organisation, and why its other detections are in none."""
    host_days = estate.host_days(detected.organisation)
    births = find_births(detected.nodes, around.context.creations, settings.generations)
    nodes = with_owners(detected.nodes, births)
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


def _blind(tables: Tables, machines: Machines) -> dict[tuple[str, str], str]:
    """By (organisation, machine) the last month in which one of its logs was not fully seen."""
    months: dict[tuple[str, str], str] = {}
    rows = tables.read("coverage", ["organisation", "host", "month", "state"])
    for row in rows.filter(pc.is_in(rows["state"], pa.array(["silent", "partial"]))).to_pylist():
        key = (row["organisation"], machines.of(row["organisation"], row["host"] or ""))
        months[key] = max(months.get(key, ""), row["month"])
    return months
