"""The timeline's lanes: which events stand in which row, within the months that are drawn."""

from collections.abc import Iterable, Iterator
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from crossline.kernel.words import counted
from crossline.report.facts import Facts
from crossline.report.page import Story
from crossline.report.pictures.timeline import Activity, Timeline, timeline
from crossline.report.stories import FoldedStep, ordered_intrusions
from crossline.report.window import Window
from crossline.report.wording import clipped

__all__ = ["timeline_of"]


def timeline_of(
    facts: Facts, narrated: tuple[Story, ...], folded: dict[str, list[FoldedStep]]
) -> Timeline:
    """The timeline by organisation: intrusions, the heaviest first, and what stands alone."""
    held = {each: span for each in facts.organisations if (span := _held(facts, each))}
    activities = [*_story_activities(facts, narrated, folded), *_alone(facts)]
    return timeline(activities, held, facts.names, _timeline_reading(facts, narrated))


def _held(facts: Facts, organisation: str) -> Window | None:
    rows = facts.sources.filter(pc.equal(facts.sources["organisation"], organisation))
    first, last = pc.min(rows["first_time"]).as_py(), pc.max(rows["last_time"]).as_py()
    if first is None or last is None or facts.window is None:
        return None
    start, end = facts.window
    return min(max(first, start), end), max(min(last, end), start)


def _drawn(facts: Facts, times: Iterable[object]) -> list[datetime]:
    """The times that lie within the window."""
    if facts.window is None:
        return []
    start, end = facts.window
    return [time for time in times if isinstance(time, datetime) and start <= time < end]


def _story_activities(
    facts: Facts, narrated: tuple[Story, ...], folded: dict[str, list[FoldedStep]]
) -> Iterator[Activity]:
    organisation = {
        str(row["intrusion_id"]): str(row["organisation"]) for row in ordered_intrusions(facts)
    }
    for story in narrated:
        steps = folded.get(story.intrusion_id, [])
        every = [row["time"] for step in steps for row in step]
        times = _drawn(facts, every)
        yield Activity(
            organisation[story.intrusion_id],
            f"{story.label} {clipped(story.title, 24)}",
            story.intrusion_id,
            times,
            story.status == "open",
            len(every) - len(times),
        )


def _alone(facts: Facts) -> Iterator[Activity]:
    """Detections that no story holds, for each organisation."""
    held = pa.concat_arrays(
        [table["rests_on"].combine_chunks().flatten() for table in (facts.intrusions, facts.steps)]
    ).cast(pa.string())
    rows = facts.detections.filter(pc.invert(pc.is_in(facts.detections["detection_id"], held)))
    for each in facts.organisations:
        mine = rows.filter(pc.equal(rows["organisation"], each))
        times = _drawn(facts, mine["time"].to_pylist())
        if len(mine):
            label = "detections that stand alone"
            yield Activity(each, label, "", times, left_out=len(mine) - len(times))


def _timeline_reading(facts: Facts, narrated: tuple[Story, ...]) -> str:
    if not narrated:
        return "No detections join into an intrusion."
    spans = [
        (row["last_seen"] - row["first_seen"], -n)
        for n, row in enumerate(ordered_intrusions(facts))
        if isinstance(row["last_seen"], datetime) and isinstance(row["first_seen"], datetime)
    ]
    if not spans:
        return f"{counted(len(narrated), 'intrusion')}, none with a time."
    story = narrated[-max(spans)[1]]
    where = counted(len({each.organisation for each in narrated}), "organisation")
    return (
        f"{counted(len(narrated), 'intrusion')} at {where}; the longest, {story.label} at "
        f"{clipped(story.organisation, 60)}, lasts {story.lasted}."
    )
