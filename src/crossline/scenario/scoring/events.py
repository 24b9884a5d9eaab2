"""Detections against the truth: steps that were hit, and what fired on nothing."""

from calendar import monthrange
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from crossline.scenario.scoring.exam import Exam
from crossline.scenario.scoring.measures import f1, precision, share

__all__ = ["false_alarms", "scores"]

_THOUSAND = 1000


def scores(exam: Exam) -> Mapping[str, float | None]:
    """How much of what the intruders did was seen, in events and in steps.

    `precision` and `recall` are of the events that standing detections rest on, recall over
    visible events; `recall_of_all` over all, the invisible too. A step counts once, if any of its
    visible events was hit by a detection (`steps_detected`) or stands in a story
    (`steps_in_story`).
    """
    hit = {event for row in exam.detected for event in row["rests_on"]}
    told = {event for events in exam.stories.values() for event in events}
    found = _uids(exam, hit) & exam.malicious.keys()
    everything = [row for row in exam.events.values() if row["label"] == "malicious"]
    steps = {row["step"] for row in exam.malicious.values()}
    precise = precision(len(_events(exam, found) & hit), len(hit), len(exam.malicious))
    recall = share(len(found), len(exam.malicious))
    return {
        "precision": precise,
        "recall": recall,
        "f1": f1(precise, recall),
        "recall_of_all": share(len(found), len(everything)),
        "steps_detected": share(len(_steps(exam, hit)), len(steps)),
        "steps_in_story": share(len(_steps(exam, told)), len(steps)),
        "false_alarms_per_1000_host_days": _per_host_days(exam, false_alarms(exam).total()),
        "lookalike_alarms_per_1000_host_days": _per_host_days(exam, _lookalikes(exam)),
    }


def false_alarms(exam: Exam) -> Counter[str]:
    """By the title of the rule or detector, how many standing detections rest on no intruder."""
    return Counter(
        row["rule_title"] or row["rule_id"]
        for row in exam.detected
        if not _uids(exam, row["rests_on"]) & exam.malicious.keys()
    )


def host_days(exam: Exam) -> int:
    """Days by hosts that the case's coverage shows: every day of a month with events counts."""
    seen = defaultdict(set)
    for row in exam.found("coverage"):
        if row["events"]:
            seen[row["month"]].add((row["organisation"], row["host"]))
    return sum(
        len(hosts) * monthrange(*map(int, month.split("-")))[1]
        for month, hosts in seen.items()
        if month[:4].isdigit()
    )


def _per_host_days(exam: Exam, count: int) -> float | None:
    days = host_days(exam)
    return count * _THOUSAND / days if days else None


def _lookalikes(exam: Exam) -> int:
    return sum(
        any(exam.events[uid]["label"] == "lookalike" for uid in _uids(exam, row["rests_on"]))
        for row in exam.detected
        if not _uids(exam, row["rests_on"]) & exam.malicious.keys()
    )


def _uids(exam: Exam, events: Iterable[str]) -> set[str]:
    return {exam.uid_of[event] for event in events if event in exam.uid_of}


def _events(exam: Exam, uids: Iterable[str]) -> set[str]:
    return {event for uid in uids for event in exam.event_ids[uid]}


def _steps(exam: Exam, events: Iterable[str]) -> set[str]:
    found = _uids(exam, events) & exam.malicious.keys()
    return {exam.malicious[uid]["step"] for uid in found}
