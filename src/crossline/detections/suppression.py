"""Detections that an analyst's decision takes out of account: they stay, and name the decision."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from crossline.case import Decision

__all__ = ["suppress"]

_SUPPRESSING = ("false_positive", "exclude")


def suppress(decisions: Iterable[Decision], rows: Iterable[dict[str, Any]]) -> None:
    """Set `suppressed_by` of each detection: the first decision that speaks of it, or None.

    A detection that a site filter suppresses already keeps that.

    `false_positive` speaks of a detection or a rule, `exclude` of a rule, a host or an event; both
    only at the host or organisation that is their object, if there is one. A detection that rests
    on several events is suppressed when every one of them is excluded: the others may still be
    reason enough.

    Args:
        decisions: those in force, in the order of the file.
        rows: detections, with the columns of `detections`; they are changed.
    """
    by_subject: dict[tuple[str, str], list[tuple[int, Decision]]] = defaultdict(list)
    for place, decision in enumerate(decisions):
        if decision.kind in _SUPPRESSING:
            by_subject[decision.kind, decision.subject.lower()].append((place, decision))
    for row in rows:
        if not row.get("suppressed_by"):
            found = _speaking(by_subject, row) if by_subject else None
            row["suppressed_by"] = found.decision_id if found else None


def _speaking(
    by_subject: Mapping[tuple[str, str], list[tuple[int, Decision]]], row: Mapping[str, Any]
) -> Decision | None:
    def first(kind: str, subject: str) -> tuple[int, Decision] | None:
        found = by_subject.get((kind, subject.lower()), ())
        return next((each for each in found if _is_at(each[1], row)), None)

    direct = [
        first("false_positive", row["detection_id"]),
        first("false_positive", row["rule_id"]),
        first("exclude", row["rule_id"]),
        first("exclude", row["host"] or ""),
    ]
    of_events = [first("exclude", event) for event in row["rests_on"]]
    speaking = [each for each in direct if each]
    if of_events and all(of_events):
        speaking += [each for each in of_events if each]
    return min(speaking, key=lambda each: each[0])[1] if speaking else None


def _is_at(decision: Decision, row: Mapping[str, Any]) -> bool:
    """Whether the detection stands at the decision's object; without one, it stands anywhere."""
    places = ((row["host"] or "").lower(), row["organisation"].lower())
    return not decision.object or decision.object.lower() in places
