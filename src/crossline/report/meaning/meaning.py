"""All that sections 6 to 12 show, gathered from their tables."""

from dataclasses import dataclass

from crossline.report.facts import Facts
from crossline.report.meaning.allowed import Allowed, allowed
from crossline.report.meaning.answers import Answers, answers
from crossline.report.meaning.jewels import Jewels, jewels
from crossline.report.meaning.together import Together, together
from crossline.report.meaning.watched import Watched, watched
from crossline.report.meaning.ways_in import WayIn, ways_in
from crossline.report.meaning.who import Attributed, attributed
from crossline.report.window import Window

__all__ = ["Meaning", "meaning"]


@dataclass(frozen=True, slots=True)
class Meaning:
    """One field for each section; empty where its table has no rows."""

    ways_in: tuple[WayIn, ...]
    jewels: Jewels
    watched: Watched
    answers: Answers
    attributed: tuple[Attributed, ...]
    together: tuple[Together, ...]
    allowed: Allowed


def meaning(facts: Facts, labels: dict[str, str], window: Window | None) -> Meaning:
    """Make them all; `labels` are what the page calls intrusions and clusters."""
    return Meaning(
        ways_in=ways_in(facts, labels),
        jewels=jewels(facts, labels),
        watched=watched(facts, labels),
        answers=answers(facts, labels, window),
        attributed=attributed(facts, labels),
        together=together(facts, labels),
        allowed=allowed(facts, labels),
    )
