"""Answers to mitigations against the truth: the kind, the lag, and silence where logs end."""

from collections import Counter
from collections.abc import Mapping

from crossline.scenario.scoring.exam import Exam, Row
from crossline.scenario.scoring.measures import mean, share

__all__ = ["scores"]

_LAG_DAYS = 2
_SILENT = ("none", "unknown")


def scores(exam: Exam) -> Mapping[str, float | None]:
    """Shares of mitigations answered right, and macro F1 over the kinds of answer.

    Where the truth accepts several words, each is right.
    """
    rows = exam.truth("mitigations")
    said = {row["mitigation"]: _said(exam, row) for row in rows}
    right = {row["mitigation"]: _kind(said[row["mitigation"]]) in row["responses"] for row in rows}
    timed = [row for row in rows if row["lag_days"] is not None and not row["censored"]]
    near = [
        abs(float(lag) - row["lag_days"]) <= _LAG_DAYS
        for row in timed
        if (lag := said[row["mitigation"]].get("lag_days")) is not None
    ]
    quiet = [row for row in rows if row["decoy"]]
    return {
        "kind": share(sum(right.values()), len(rows)),
        "macro_f1": _macro_f1(rows, {name: _kind(row) for name, row in said.items()}),
        "lag_within_2_days": share(sum(near), len(timed)),
        "censored_unknown": _shared(right, [row for row in rows if row["censored"]]),
        "decoys_unanswered": _shared(right, quiet),
    }


def _said(exam: Exam, row: Row) -> Row:
    """What the case says of a mitigation: the first answer of the actor concerned.

    The actor's other stories count too, as he may come back as a new intrusion; of a decoy, whom
    nobody answered, the answer of any actor counts.
    """
    found = [
        each for each in exam.found("adaptation") if each["mitigation_id"] == row["mitigation"]
    ]
    own = [each for each in found if _actor(exam, each["intrusion_id"]) == row["actor_affected"]]
    rows = found if row["decoy"] else own or found
    answers = [each for each in rows if each["response_kind"] not in _SILENT]
    ordered = sorted(answers or rows, key=lambda each: (str(each["response_time"]), str(each)))
    return ordered[0] if ordered else {}


def _actor(exam: Exam, story: str) -> str | None:
    intrusion = exam.intrusion_of.get(story)
    return str(exam.intrusions[intrusion]["actor"]) if intrusion else None


def _kind(row: Row) -> str:
    return str(row.get("response_kind", ""))


def _shared(right: Mapping[str, bool], rows: list[Row]) -> float | None:
    return share(sum(right[row["mitigation"]] for row in rows), len(rows))


def _macro_f1(rows: list[Row], said: Mapping[str, str]) -> float | None:
    """Mean of F1 over the kinds of the truth; an accepted word counts as the truth's own."""
    true, hits, claimed = Counter[str](), Counter[str](), Counter[str]()
    for row in rows:
        answer = said[row["mitigation"]]
        kind = answer if answer in row["responses"] else row["response_kind"]
        true[kind] += 1
        claimed[answer] += 1
        hits[kind] += answer == kind
    return mean([2 * hits[kind] / (true[kind] + claimed[kind]) for kind in sorted(true)])
