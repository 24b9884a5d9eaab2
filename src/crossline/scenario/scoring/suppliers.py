"""Suppliers against the truth: who was the way in, since when, and what else stood open."""

import csv
from collections import defaultdict
from collections.abc import Mapping

from crossline.scenario.scoring.exam import Exam
from crossline.scenario.scoring.intrusions import best_entry
from crossline.scenario.scoring.measures import mean, share

__all__ = ["scores"]

_TIERS = ("observed", "usable", "contractual")


def scores(exam: Exam) -> Mapping[str, float | None]:
    """Exact suppliers, covered starts, and the Jaccard index of each tier of what was open.

    `top_1` asks for the likeliest entry of each intrusion that came through a supplier. What was
    open, by the truth: `observed` where the intruder came, `usable` where an account that he used
    is valid, `contractual` where the supplier has any access (`supplier_access.csv`).
    """
    rows = [row for row in exam.truth("supplier") if row["intrusion"] in exam.intrusions]
    through = {row["intrusion"]: row["supplier"] for row in rows}
    right = [
        best_entry(exam, exam.story_of.get(one)).get("vector") == "supplier"
        and best_entry(exam, exam.story_of.get(one)).get("supplier") == supplier
        for one, supplier in through.items()
    ]
    return {
        "top_1": share(sum(right), len(through)),
        "start_covered": share(sum(_covers(exam, row) for row in rows), len(rows)),
        **{f"blast_radius_{tier}": _jaccard(exam, tier) for tier in _TIERS},
    }


def _covers(exam: Exam, row: Mapping[str, object]) -> bool:
    story, start = exam.story_of.get(str(row["intrusion"])), row["compromised_from"]
    return any(
        path["intrusion_id"] == story
        and path["supplier"] == row["supplier"]
        and path["supplier_compromised_from_earliest"] is not None
        and path["supplier_compromised_from_latest"] is not None
        and path["supplier_compromised_from_earliest"]
        <= start
        <= path["supplier_compromised_from_latest"]
        for path in exam.found("supplier_paths")
    )


def _jaccard(exam: Exam, tier: str) -> float | None:
    """Mean over suppliers of the overlap of organisations said and true."""
    truth, said = _open(exam, tier), defaultdict(set)
    for row in exam.found("supplier_paths"):
        if row["tier"] == tier:
            said[row["supplier"]].add(row["organisation"])
    return mean(
        [len(truth[each] & said[each]) / len(truth[each] | said[each]) for each in sorted(truth)]
    )


def _open(exam: Exam, tier: str) -> Mapping[str, set[str]]:
    used, reached = defaultdict(set), defaultdict(set)
    for row in exam.truth("supplier"):
        if row["intrusion"] in exam.intrusions:
            used[row["supplier"]].add(row["account"])
            reached[row["supplier"]].add(row["org_reached"])
    if tier == "observed":
        return reached
    return {
        supplier: {
            row["organisation"]
            for row in _access(exam)
            if row["supplier"] == supplier
            and (tier == "contractual" or row["account"] in used[supplier])
        }
        or reached[supplier]
        for supplier in reached
    }


def _access(exam: Exam) -> list[dict[str, str]]:
    path = exam.case / "supplier_access.csv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
