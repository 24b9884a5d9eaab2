"""The stage: ask of each intrusion what it means."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from crossline.assessment.adaptation import adaptation_rows, read_mitigations
from crossline.assessment.assets import Assets, read_assets
from crossline.assessment.entries import Entry, entries_of, entry_rows
from crossline.assessment.exposure import exposed_set_rows, exposure_rows
from crossline.assessment.gaps import find_gaps, gap_rows
from crossline.assessment.interference import interference_rows
from crossline.assessment.origins import Origins, read_origins
from crossline.assessment.reach import reach_rows
from crossline.assessment.shown import shown_by
from crossline.assessment.silence import Interval, Log
from crossline.assessment.story_events import Story, read_stories
from crossline.assessment.suppliers import last_good_uses, supplier_rows
from crossline.case import Case
from crossline.kernel.progress import Progress
from crossline.settings import AssessmentSettings
from crossline.store import Tables

__all__ = ["run"]


def run(case: Case, tables: Tables, progress: Progress) -> None:
    """Write what each intrusion means.

    Reads `events`, `problems`, `intrusions`, `intrusion_events` and the side tables; writes
    `entries`, `supplier_paths`, `reach`, `interference`, `exposure`, `exposed_sets`,
    `adaptation` and `gaps`.
    """
    settings = case.settings.assess
    progress.start("Reading attack stories", None, "stories")
    stories = read_stories(tables)
    assets = read_assets(tables, case.side_table("assets"))
    shown = [(story, tuple(shown_by(story, assets))) for story in stories]
    tables.replace("reach", reach_rows(shown, assets))
    tables.replace("interference", interference_rows(shown))
    organisations = {row["organisation"]: row for row in case.side_table("organisations")}
    tables.replace("exposure", exposure_rows(shown, settings))
    counts = _subscribers(organisations)
    tables.replace("exposed_sets", exposed_set_rows(shown, counts, settings))
    progress.start("Looking for what was not seen", None, "logs")
    in_stories = frozenset(event.event_id for story in stories for event in story.events)
    telecoms = [name for name, row in organisations.items() if row.get("mcc")]
    gaps, logs = find_gaps(tables, in_stories, telecoms, settings)
    tables.replace("gaps", gap_rows(gaps))
    progress.start("Looking for ways in and answers", None, "stories")
    origins = read_origins(case.side_table("supplier_access"), case.side_table("suppliers"))
    entries = _entries(stories, origins, logs, settings)
    tables.replace("entries", entry_rows(entries))
    _suppliers(tables, stories, entries, origins, logs)
    _adaptation(case, tables, stories, assets, gaps, logs)
    progress.say(f"{len(stories)} attack stories weighed; {len(gaps)} gaps in the logs")


def _subscribers(organisations: Mapping[str, Mapping[str, str]]) -> dict[str, int]:
    return {
        name: int(row["subscribers"])
        for name, row in organisations.items()
        if row.get("subscribers", "").isdigit()
    }


def _entries(
    stories: Sequence[Story], origins: Origins, logs: Sequence[Log], settings: AssessmentSettings
) -> dict[str, list[tuple[Entry, float]]]:
    starts: dict[str, datetime] = {}
    for log in logs:
        known = starts.get(log.organisation, log.first[0])
        starts[log.organisation] = min(known, log.first[0])
    suppliers = {each.supplier for each in origins.access} | set(origins.networks)
    found = {}
    for place, story in enumerate(stories):
        earlier = [
            each
            for each in stories[:place]
            if each.organisation == story.organisation or each.organisation in suppliers
        ]
        start = starts.get(story.organisation, story.first)
        found[story.intrusion_id] = entries_of(story, earlier, origins, start, settings)
    return found


def _suppliers(
    tables: Tables,
    stories: Sequence[Story],
    entries: Mapping[str, Sequence[tuple[Entry, float]]],
    origins: Origins,
    logs: Sequence[Log],
) -> None:
    good = last_good_uses(tables, origins, stories)
    start = min((log.first[0] for log in logs), default=None)
    end = max((log.last[-1] for log in logs), default=None)
    rows = supplier_rows(stories, entries, origins, good, (start, end))
    tables.replace("supplier_paths", rows)


def _adaptation(
    case: Case,
    tables: Tables,
    stories: Sequence[Story],
    assets: Assets,
    gaps: Sequence[Interval],
    logs: Sequence[Log],
) -> None:
    ends: dict[str, datetime] = {}
    for log in logs:
        ends[log.organisation] = max(ends.get(log.organisation, log.last[-1]), log.last[-1])
    changes: dict[str, list[datetime]] = {}
    for gap in gaps:
        if gap.kind == "telemetry_change":
            changes.setdefault(gap.organisation, []).append(gap.ends)
    mitigations = read_mitigations(case.side_table("mitigations"))
    rows = adaptation_rows(mitigations, stories, ends, changes, assets, case.settings.assess)
    tables.replace("adaptation", rows)
