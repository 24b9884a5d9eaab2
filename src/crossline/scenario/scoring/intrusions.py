"""Stories against the truth of intrusions: membership, dates, way in, parents, merges."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial

from crossline.scenario.scoring.exam import Exam, Row
from crossline.scenario.scoring.measures import b_cubed, mean, precision, share

__all__ = ["scores"]

_DAY = timedelta(days=1)


def scores(exam: Exam) -> Mapping[str, float | None]:
    """How well stories tell the visible intrusions.

    B-cubed is over events; `membership_*` are means over intrusions of the best story's events.
    `vector`, `parent` and `supplier` look at the entry of highest probability. `false_merges`
    counts stories that hold espionage and something else; `stories_of_*` those that hold no
    intruder at all.
    """
    truth = {uid: row["intrusion"] for uid, row in exam.malicious.items()}
    cubed = b_cubed(truth, _told(exam)) if truth else None
    return {
        "found": share(len(exam.story_of), len(exam.intrusions)),
        "b_cubed_precision": cubed.precision if cubed else None,
        "b_cubed_recall": cubed.recall if cubed else None,
        "b_cubed_f1": cubed.f1 if cubed else None,
        **_membership(exam),
        "first_seen_within_a_day": _dated(exam, "first_seen", "first_visible_utc"),
        "last_seen_within_a_day": _dated(exam, "last_seen", "last_visible_utc"),
        "vector": _by_entry(exam, _same_vector),
        "parent": _by_entry(exam, partial(_same_parent, exam)),
        "false_merges": float(_merges(exam)),
        "stories_of_lookalikes": float(len(_without_intruder(exam, "lookalike"))),
        "stories_of_noise": float(len(_without_intruder(exam, None))),
    }


def best_entry(exam: Exam, story: str | None) -> Row:
    """The way in that a story thinks likeliest; empty without one."""
    entries = [row for row in exam.found("entries") if row["intrusion_id"] == story]
    return max(entries, key=lambda row: (row["probability"] or 0, row["vector"]), default={})


def _told(exam: Exam) -> Mapping[str, str]:
    """The story of each event, by uid where the truth knows it; the first story, if several."""
    return {
        exam.uid_of.get(event, event): story
        for story in sorted(exam.stories, reverse=True)
        for event in sorted(exam.stories[story])
    }


def _membership(exam: Exam) -> Mapping[str, float | None]:
    precise, recalled = [], []
    for intrusion in exam.intrusions:
        own = {uid for uid, row in exam.malicious.items() if row["intrusion"] == intrusion}
        told = exam.stories.get(exam.story_of.get(intrusion, ""), frozenset())
        uids = {exam.uid_of.get(event, event) for event in told}
        precise.append(precision(len(own & uids), len(uids), len(own)) or 0.0)
        recalled.append(share(len(own & uids), len(own)) or 0.0)
    return {"membership_precision": mean(precise), "membership_recall": mean(recalled)}


def _dated(exam: Exam, found: str, truth: str) -> float | None:
    stories = {row["intrusion_id"]: row for row in exam.found("intrusions")}
    near = [
        _close(stories[story][found], exam.intrusions[intrusion][truth])
        for intrusion, story in exam.story_of.items()
        if story in stories
    ]
    return share(sum(near), len(exam.intrusions))


def _close(found: datetime | None, truth: datetime) -> bool:
    return found is not None and abs(found - truth) <= _DAY


def _by_entry(exam: Exam, right: Callable[[Row, Row], bool]) -> float | None:
    hits = [
        right(row, best_entry(exam, exam.story_of.get(intrusion)))
        for intrusion, row in exam.intrusions.items()
    ]
    return share(sum(hits), len(hits))


def _same_vector(row: Row, entry: Row) -> bool:
    return bool(row["vector"] == entry.get("vector"))


def _same_parent(exam: Exam, row: Row, entry: Row) -> bool:
    if not entry:
        return False
    parent = entry["parent_intrusion_id"]
    return bool(row["parent_intrusion"] == (exam.intrusion_of.get(parent) if parent else None))


def espionage(exam: Exam) -> frozenset[str]:
    """The intruders who are like a known group: those of espionage."""
    return frozenset(row["cluster"] for row in exam.truth("clusters") if row["like_group"])


def _merges(exam: Exam) -> int:
    spies = espionage(exam)
    actors = [
        {exam.intrusions[intrusion]["actor"] for intrusion in counts}
        for counts in exam.shares.values()
    ]
    return sum(bool(each & spies and each - spies) for each in actors)


def _without_intruder(exam: Exam, label: str | None) -> list[str]:
    """Stories without any intruder's event: with a look-alike's, or (None) with noise only."""
    found = []
    for story, events in exam.stories.items():
        labels = _labels(exam, events)
        if "malicious" not in labels and (label in labels if label else not labels):
            found.append(story)
    return found


def _labels(exam: Exam, events: Iterable[str]) -> set[str]:
    return {exam.events[exam.uid_of[event]]["label"] for event in events if event in exam.uid_of}
