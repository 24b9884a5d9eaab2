"""What the access of each intrusion would have allowed, as a grade with its proof (Q10)."""

from collections.abc import Iterable

import pyarrow as pa

from crossline.assessment.shown import Shown
from crossline.assessment.story_events import Story
from crossline.tables import TABLES

__all__ = ["interference_rows"]

_MOST_EVENTS = 20


def interference_rows(stories: Iterable[tuple[Story, tuple[Shown, ...]]]) -> pa.Table:
    """Rows of `interference`: one per story, I0 where no event shows a privilege.

    `grade_possible` is the highest grade that a shown privilege allows, `grade_used` the highest
    grade of an act seen. A grade is never taken from a host's name or from intent.
    """
    return pa.Table.from_pylist(
        [_row(story, shown) for story, shown in stories], TABLES["interference"].schema
    )


def _row(story: Story, shown: tuple[Shown, ...]) -> dict[str, object]:
    possible = max((each.possible for each in shown), default="I0")
    used = max((each.used for each in shown), default="I0")
    proof = [each for each in shown if each.possible == possible and possible != "I0"]
    rests = list(dict.fromkeys(each.event.event_id for each in proof))[:_MOST_EVENTS]
    return {
        "intrusion_id": story.intrusion_id,
        "grade_possible": possible,
        "grade_used": used,
        "from_time": proof[0].event.time if proof else None,
        "to_time": proof[-1].event.time if proof else None,
        "proof": _words(proof[0]) if proof else None,
        "rests_on": sorted(rests) or [story.intrusion_id],
    }


def _words(shown: Shown) -> str:
    because = f": {shown.act.shows}" if shown.act.shows else ""
    return f"{shown.act.name} on {shown.host} ({shown.asset_class}){because}"
