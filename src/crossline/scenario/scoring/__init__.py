"""How well a case's results tell the truth of its world: one module per table of the truth.

Only the tables of the report, the case's side tables and the truth are read. What a stage does not
deliver scores zero; None stands where the world asks nothing.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from crossline.scenario.scoring import (
    access,
    citations,
    clusters,
    coordination,
    events,
    gaps,
    intrusions,
    lookalikes,
    mitigations,
    suppliers,
    targets,
)
from crossline.scenario.scoring.exam import Exam

__all__ = ["Scores", "score"]

Scores = Mapping[str, Mapping[str, float | None]]
"""By the table of the truth, each figure by its name."""

_SECTIONS: Mapping[str, Callable[[Exam], Mapping[str, float | None]]] = {
    "events": events.scores,
    "intrusions": intrusions.scores,
    "clusters": clusters.scores,
    "targets": targets.scores,
    "suppliers": suppliers.scores,
    "mitigations": mitigations.scores,
    "access": access.scores,
    "gaps": gaps.scores,
    "lookalikes": lookalikes.scores,
    "coordination": coordination.scores,
    "citations": citations.scores,
    "false_alarms": lambda exam: {
        title: float(count) for title, count in sorted(events.false_alarms(exam).items())
    },
}


def score(truth: Path, case: Path) -> Scores:
    """Score a case against the truth of its world.

    Args:
        truth: the folder of the truth tables.
        case: the case folder, with its report.

    Raises:
        UsageError: there is no truth in that folder, or the case has no report.
    """
    exam = Exam(truth, case)
    return {name: scores(exam) for name, scores in _SECTIONS.items()}
