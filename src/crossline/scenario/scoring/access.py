"""Reach and grades against the truth: which crown jewels, and what they would have allowed."""

from collections.abc import Mapping

from crossline.scenario.scoring.exam import Exam
from crossline.scenario.scoring.measures import f1, mean, precision, share

__all__ = ["scores"]

_OTHER = "other"


def scores(exam: Exam) -> Mapping[str, float | None]:
    """Precision and recall of crown jewels reached, per intrusion and host; grades exact or near.

    Asked for is what a visible event shows. `grade_error` is the mean distance in grades, doubled
    where more was claimed than true; a grade that is not given counts as I0.
    """
    asked, true = _crowns(exam, visible=True), _crowns(exam, visible=False)
    said = {
        (intrusion, row["host"].casefold())
        for row in exam.found("reach")
        if row["status"] == "reached" and (row["asset_class"] or _OTHER) != _OTHER
        for intrusion in [exam.intrusion_of.get(row["intrusion_id"], row["intrusion_id"])]
    }
    precise = precision(len(said & true), len(said), len(asked))
    recall = share(len(said & asked), len(asked))
    return {
        "precision": precise,
        "recall": recall,
        "f1": f1(precise, recall),
        **_grades(exam, "grade_possible"),
        "grade_used_exact": _grades(exam, "grade_used")["grade_used_exact"],
    }


def _crowns(exam: Exam, *, visible: bool) -> set[tuple[str, str]]:
    return {
        (row["intrusion"], row["host_uid"].casefold())
        for row in exam.truth("access")
        if row["asset_class"] != _OTHER
        and row["privilege"] != "none"
        and (not visible or any(uid in exam.malicious for uid in row["evidence_event_uids"]))
    }


def _grades(exam: Exam, column: str) -> Mapping[str, float | None]:
    said = {row["intrusion_id"]: row[column] for row in exam.found("interference")}
    pairs = [
        (said.get(exam.story_of.get(one, "")), row[column])
        for one, row in exam.intrusions.items()
        if row[column]
    ]
    off = [_step(found or "I0") - _step(true) for found, true in pairs]
    given = [each for each, (found, _) in zip(off, pairs, strict=True) if found]
    return {
        f"{column}_exact": share(sum(each == 0 for each in given), len(pairs)),
        f"{column}_within_one": share(sum(abs(each) <= 1 for each in given), len(pairs)),
        "grade_error": mean([2 * each if each > 0 else -each for each in off]),
    }


def _step(grade: str) -> int:
    return int(grade.removeprefix("I"))
