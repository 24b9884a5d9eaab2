"""Q6 to Q10: ways in, jewels, watched persons, answers to mitigations, and grades of access.

None of these numbers is calibrated, so no sentence here has a likelihood; they count rows.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from crossline.judgements.claims import Judgement
from crossline.judgements.findings import Findings
from crossline.kernel.words import counted

__all__ = ["what_it_means"]

_VECTORS = {
    "exploit": "a hole in a public service",
    "phishing": "a message that a person opened",
    "supplier": "a supplier's access",
    "valid_account": "a valid account",
    "other_intrusion": "another intrusion's access",
}
_GRADES = {
    "I1": "reads data on subscribers or the network",
    "I2": "reads at scale, or holds the office domain, mail or backup",
    "I3": "changes single subscribers' records, or learns who is intercepted",
    "I4": "could change or cut the service of chosen subscribers",
    "I5": "could disrupt service for many",
}
_WATCHED = 0.5


def what_it_means(findings: Findings) -> Iterator[Judgement]:
    """One sentence for each question that the tables of the assessment answer."""
    yield from _ways_in(findings)
    yield from _jewels(findings)
    yield from _watched(findings)
    yield from _answers(findings)
    yield from _grades(findings)


def _rows(table: pa.Table | None) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [] if table is None else table.to_pylist()
    return rows


def _intrusions(rows: list[dict[str, Any]]) -> tuple[str, ...]:
    return tuple(sorted({row["intrusion_id"] for row in rows if row["intrusion_id"]}))


def _leading(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    best: dict[str, dict[str, Any]] = {}
    for row in rows:
        held = best.get(row["intrusion_id"])
        if held is None or row["probability"] > held["probability"]:
            best[row["intrusion_id"]] = row
    return list(best.values())


def _ways_in(findings: Findings) -> Iterator[Judgement]:
    leading = _leading(_rows(findings.entries))
    known = [row for row in leading if row["vector"] in _VECTORS]
    if not known:
        return
    counts = Counter(row["vector"] for row in known)
    told = [f"{_VECTORS[vector]} ({counts[vector]:,})" for vector in _VECTORS if counts[vector]]
    unknown = len(leading) - len(known)
    suppliers = sorted({row["supplier"] for row in known if row["supplier"]})
    through = f" The supplier is {' and '.join(suppliers)}." if suppliers else ""
    yield Judgement(
        question="Q6",
        sentence=f"The way in that scores highest, by intrusions: {', '.join(told)}; of "
        f"{unknown:,} it was not seen.{through}",
        rests_on=_intrusions(known),
        confidence="low",
        rivals=("An earlier way in, before the logs begin or where none were kept.",),
        against=("The scores are reasoned weights and not calibrated.",),
        would_change=("Logs of the suppliers, and of the first weeks at each organisation.",),
    )


def _jewels(findings: Findings) -> Iterator[Judgement]:
    rows = [
        row
        for row in _rows(findings.reach)
        if row["status"] == "reached" and row["asset_class"] not in ("other", "bastion")
    ]
    if not rows:
        return
    classes = sorted({row["asset_class"].replace("_", " ") for row in rows})
    where = sorted({findings.name(row["organisation"]) for row in rows})
    yield Judgement(
        question="Q7",
        sentence=f"Crown jewels were reached at {', '.join(where)}: {', '.join(classes)}.",
        rests_on=_intrusions(rows),
        confidence="moderate",
        rivals=("A host of that name that is not the system it is taken for.",),
        against=("Systems of which no log is held can't show that they were reached.",),
        would_change=("An inventory that says what each host is; the systems' own audit.",),
    )


def _watched(findings: Findings) -> Iterator[Judgement]:
    rows = [row for row in _rows(findings.exposure) if row["watched_probability"] > _WATCHED]
    if not rows:
        return
    persons = {row["subscriber"] for row in rows}
    where = sorted({findings.name(row["organisation"]) for row in rows})
    yield Judgement(
        question="Q8",
        sentence=f"{counted(len(persons), 'pseudonym')} score over one half as watched, at "
        f"{', '.join(where)}.",
        rests_on=_intrusions(rows),
        confidence="low",
        rivals=(
            "Look-ups that a court order, a fraud case or customer care explains and no ticket "
            "in the case shows.",
        ),
        against=("The scores are reasoned weights and not calibrated.",),
        would_change=("Statement texts and parameters where the database audit has none.",),
    )


def _answers(findings: Findings) -> Iterator[Judgement]:
    rows = [row for row in _rows(findings.adaptation) if row["intrusion_id"]]
    if not rows:
        return
    answered = [row for row in rows if row["response_time"] is not None]
    quiet = [row for row in rows if row["response_kind"] == "none"]
    unknown = len(rows) - len(answered) - len(quiet)
    mitigations = {row["mitigation_id"] for row in rows}
    yield Judgement(
        question="Q9",
        sentence=f"{counted(len(mitigations), 'mitigation')} met an intrusion: {len(answered):,} "
        f"times the intruder acted afterwards, {len(quiet):,} times the logs show nothing for "
        f"long enough, {unknown:,} times it cannot be told.",
        rests_on=_intrusions(rows),
        confidence="low",
        rivals=("A change that was planned before the mitigation, or that a new log only shows.",),
        would_change=("Logs of the weeks after each mitigation, on all hosts.",),
    )


def _grades(findings: Findings) -> Iterator[Judgement]:
    rows = [row for row in _rows(findings.interference) if row["grade_possible"] in _GRADES]
    if not rows:
        return
    possible = max(row["grade_possible"] for row in rows)
    used = max(row["grade_used"] for row in rows)
    top = [row for row in rows if row["grade_possible"] == possible]
    places = {row["intrusion_id"]: row["organisation"] for row in _rows(findings.intrusions)}
    where = sorted({findings.name(places.get(row["intrusion_id"], "")) for row in top})
    acts = _GRADES.get(used, "no act of any grade was seen")
    yield Judgement(
        question="Q10",
        sentence=f"The highest access shown is {possible} ({_GRADES[possible]}), at "
        f"{', '.join(where)}; the highest act seen is {used} ({acts}).",
        rests_on=_intrusions(top),
        confidence="moderate",
        rivals=("The privilege was held but not usable, by change control or a vendor's lock.",),
        against=("What access would have allowed says nothing of what was intended.",),
        would_change=("The roles and rights of the accounts concerned, from the systems.",),
    )
