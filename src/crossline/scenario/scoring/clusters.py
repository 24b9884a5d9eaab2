"""Clusters and their names against the truth: who did what, and whose style it is."""

from collections import defaultdict
from collections.abc import Mapping

from crossline.scenario.scoring.exam import Exam
from crossline.scenario.scoring.intrusions import espionage
from crossline.scenario.scoring.measures import (
    adjusted_rand,
    b_cubed,
    calibration_error,
    log_loss,
    share,
)

__all__ = ["cluster_of", "scores"]

_NONE = "none_of_these"
_NAMED = 0.5


def scores(exam: Exam) -> Mapping[str, float | None]:
    """B-cubed and adjusted Rand over the visible intrusions; log loss and calibration of names.

    Nothing where there is no intrusion. Several crimes of one criminal share no trait, so that they
    may stand together or apart: only espionage must be put together.

    An actor's name is read off the cluster that holds the most of its intrusions. `named_wrongly`
    counts actors that are no known group and were called one with more than 0.5.
    """
    truth = {one: row["actor"] for one, row in exam.intrusions.items()}
    if not truth:
        return {}
    found = _clusters(exam)
    labels = _labels(exam, truth, found)
    cubed = b_cubed(labels, found)
    answers = [_answer(exam, actor) for actor in sorted(set(truth.values()))]
    return {
        "b_cubed_precision": cubed.precision,
        "b_cubed_recall": cubed.recall,
        "b_cubed_f1": cubed.f1,
        "adjusted_rand": adjusted_rand(labels, found) if found else 0.0,
        "false_merges": float(_merges(exam, truth, found)),
        "log_loss": log_loss([true for true, _, _, _ in answers]),
        "calibration_error": calibration_error([(top, right) for _, top, right, _ in answers]),
        "top_1": share(sum(right for _, _, right, _ in answers), len(answers)),
        "named_wrongly": float(sum(wrong for _, _, _, wrong in answers)),
    }


def cluster_of(exam: Exam, actor: str) -> str | None:
    """The cluster that holds the most of an actor's intrusions."""
    counts: dict[str, int] = defaultdict(int)
    for intrusion, cluster in _clusters(exam).items():
        counts[cluster] += exam.intrusions[intrusion]["actor"] == actor
    best = max(sorted(counts), key=lambda each: counts[each], default=None)
    return best if best is not None and counts[best] else None


def _clusters(exam: Exam) -> Mapping[str, str]:
    """The cluster of each visible intrusion of the truth: its story's likeliest."""
    best: dict[str, tuple[float, str]] = {}
    for row in exam.found("cluster_members"):
        one = (-(row["probability"] or 0.0), row["cluster_id"])
        best[row["intrusion_id"]] = min(best.get(row["intrusion_id"], one), one)
    return {one: best[story][1] for one, story in exam.story_of.items() if story in best}


def _labels(exam: Exam, truth: Mapping[str, str], found: Mapping[str, str]) -> Mapping[str, str]:
    """Whose each intrusion is; those of one criminal are one's own where they were put apart."""
    spies = espionage(exam)
    return {
        one: actor if actor in spies else f"{actor} {found.get(one, '')}"
        for one, actor in truth.items()
    }


def _answer(exam: Exam, actor: str) -> tuple[float, float, bool, bool]:
    """Probability of the truth, of the likeliest, whether it is right, whether wrongly named.

    No answer counts as a wrong one given with certainty.
    """
    row = next(each for each in exam.truth("clusters") if each["cluster"] == actor)
    true = row["like_group"] if row["like_is_known"] else _NONE
    cluster = cluster_of(exam, actor)
    said = {
        each["candidate"]: each["probability"]
        for each in exam.found("attributions")
        if each["cluster_id"] == cluster
    }
    top = max(sorted(said), key=lambda each: said[each], default="")
    wrong = not row["like_is_known"] and top != _NONE and said.get(top, 0.0) > _NAMED
    return said.get(true, 0.0), said.get(top, 1.0), top == true, wrong


def _merges(exam: Exam, truth: Mapping[str, str], found: Mapping[str, str]) -> int:
    """Clusters that hold espionage and something else."""
    actors = defaultdict(set)
    for intrusion, cluster in found.items():
        actors[cluster].add(truth[intrusion])
    spies = espionage(exam)
    return sum(bool(each & spies and each - spies) for each in actors.values())
