"""Q1: what was detected, and what was not checked."""

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from crossline.judgements.claims import Judgement
from crossline.judgements.findings import Findings, rarest
from crossline.kernel.words import counted

__all__ = ["what_was_detected"]

_NOT_RUN = {
    "not_applicable": "had no log to look at",
    "degraded": "lacked a field",
    "refused": "cannot be run as written",
}


def what_was_detected(findings: Findings) -> Iterator[Judgement]:
    """One sentence on what rules found, one on what no rule looked for."""
    if not len(findings.sources):
        return
    yield _found(findings) if len(findings.detections) else _nothing(findings)
    if len(findings.rules):
        yield _not_checked(findings)


def _found(findings: Findings) -> Judgement:
    rows = findings.detections
    rules = pc.count_distinct(rows["rule_id"]).as_py()
    organisations = pc.count_distinct(rows["organisation"]).as_py()
    grave = pc.sum(pc.is_in(rows["level"], pa.array(["high", "critical"]))).as_py() or 0
    fired = "rule fired" if rules == 1 else "rules fired"
    return Judgement(
        question="Q1",
        sentence=f"{rules:,} {fired} {counted(len(rows), 'time')} at "
        f"{counted(organisations, 'organisation')}; {grave:,} of these detections are of level "
        "high or critical.",
        rests_on=rarest(rows),
        rivals=("Administration and software that look like an attack; no detection was cleared.",),
        would_change=(
            "Tickets and schedules that explain detections as legitimate.",
            "Rules for the logs that no rule looked at.",
        ),
    )


def _nothing(findings: Findings) -> Judgement:
    kept = pc.sum(findings.sources["kept"]).as_py() or 0
    return Judgement(
        question="Q1",
        sentence=f"No rule fired on the {kept:,} records kept of "
        f"{counted(len(findings.sources), 'file')}.",
        rests_on=findings.source_ids,
        rivals=("The rules do not look for what was done, or the logs do not record it.",),
        would_change=("Rules that ran on more kinds of log.",),
    )


def _not_checked(findings: Findings) -> Judgement:
    by_status = dict(
        zip(*(column.to_pylist() for column in _statuses(findings).columns), strict=True)
    )
    ran = by_status.get("ran", 0)
    missing = [
        f"{by_status[status]:,} {words}"
        for status, words in _NOT_RUN.items()
        if status in by_status
    ]
    others = f"; of the others {', '.join(missing)}: what they look for was not checked"
    return Judgement(
        question="Q1",
        sentence=f"{ran:,} of {counted(len(findings.rules), 'rule')} ran in full"
        f"{others if missing else ''}.",
        rests_on=findings.source_ids,
        would_change=("The log sources that the rules not run ask for.",) if missing else (),
    )


def _statuses(findings: Findings) -> pa.Table:
    rows = findings.rules.group_by("status").aggregate([("rule_id", "count")])
    return rows.select(["status", "rule_id_count"])
