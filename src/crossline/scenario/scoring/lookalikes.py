"""Look-alikes against the truth: cleared with their evidence, or taken for intruders."""

from collections import defaultdict
from collections.abc import Mapping

from crossline.scenario.scoring.exam import Exam
from crossline.scenario.scoring.measures import share

__all__ = ["scores"]

Key = tuple[str, str]


def scores(exam: Exam) -> Mapping[str, float | None]:
    """Shares of look-alikes, each counted once per organisation.

    `cleared`: of those on which anything fired, all of it was suppressed or cleared.
    `with_evidence`: cleared by one of the records that the truth lists or a ticket. `in_intrusion`:
    of all, at least one event stands in a story.
    """
    every = {(row["lookalike"], row["org"]) for row in exam.truth("lookalikes")}
    fired, standing = _fired(exam)
    told = {
        key
        for events in exam.stories.values()
        for event in events
        for key in [_key(exam, event)]
        if key
    }
    cleared = fired - standing
    return {
        "cleared": share(len(cleared), len(fired)),
        "with_evidence": share(len(cleared & _proved(exam)), len(fired)),
        "in_intrusion": share(len(told & every), len(every)),
    }


def _key(exam: Exam, event: str) -> Key | None:
    row = exam.events.get(exam.uid_of.get(event, ""))
    return (row["lookalike"], row["org"]) if row and row["lookalike"] else None


def _fired(exam: Exam) -> tuple[set[Key], set[Key]]:
    """Look-alikes on which a detection rests, and those on which one still stands."""
    standing_ids = {row["detection_id"] for row in exam.detected}
    fired, standing = set(), set()
    for row in exam.found("detections"):
        keys = {key for event in row["rests_on"] if (key := _key(exam, event))}
        fired |= keys
        if row["detection_id"] in standing_ids:
            standing |= keys
    return fired, standing


def _proved(exam: Exam) -> set[Key]:
    """Look-alikes of which a cleared detection names the evidence that clears them."""
    proofs: dict[Key, set[str]] = defaultdict(set)
    for row in exam.truth("lookalikes"):
        for uid in row["legit_evidence_event_uids"]:
            proofs[row["lookalike"], row["org"]] |= exam.event_ids.get(uid, frozenset())
    rests = {row["detection_id"]: row["rests_on"] for row in exam.found("detections")}
    return {
        key
        for row in exam.found("cleared")
        for event in rests.get(row["detection_id"], ())
        if (key := _key(exam, event)) and _names_proof(row["cleared_by"] or [], proofs[key])
    }


def _names_proof(cited: list[str], proofs: set[str]) -> bool:
    return bool(set(cited) & proofs) or any(not each.startswith("ev_") for each in cited)
