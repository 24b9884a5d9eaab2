"""Q10, the part that can be answered now: what could not be seen."""

from collections import Counter
from collections.abc import Iterator

import pyarrow.compute as pc

from crossline.judgements.claims import Judgement
from crossline.judgements.findings import Findings
from crossline.kernel.words import counted

__all__ = ["what_could_not_be_seen"]

_STATES = {
    "seen": "held in full",
    "partial": "held in part",
    "silent": "silent between others",
    "never": "without any such log",
    "unknown": "before the first or after the last record",
}


def what_could_not_be_seen(findings: Findings) -> Iterator[Judgement]:
    """One sentence on the months of logs that are there and not, one on records not used."""
    if len(findings.coverage):
        yield _months(findings)
    rejected = pc.sum(findings.sources["rejected"]).as_py() or 0
    if rejected:
        yield _rejected(rejected, findings)


def _months(findings: Findings) -> Judgement:
    states = Counter(findings.coverage["state"].to_pylist())
    told = [f"{states[state]:,} {words}" for state, words in _STATES.items() if states[state]]
    told[0] = told[0].replace(" ", " is " if told[0].startswith("1 ") else " are ", 1)
    none_full = "" if states["seen"] else "none is held in full; "
    return Judgement(
        question="Q10",
        sentence=f"Of {counted(states.total(), 'host-month')} (one log of one host in one month), "
        f"{none_full}{' and '.join(filter(None, (', '.join(told[:-1]), told[-1])))}.",
        rests_on=findings.source_ids,
        would_change=("Logs of these hosts and months from a backup or a central collector.",),
    )


def _rejected(rejected: int, findings: Findings) -> Judgement:
    rows = findings.sources.filter(pc.greater(findings.sources["rejected"], 0))
    return Judgement(
        question="Q10",
        sentence=f"{counted(rejected, 'record')} in {counted(len(rows), 'file')} could not be "
        "used; what they said is not known.",
        rests_on=tuple(rows["source_id"].to_pylist()),
        would_change=("An undamaged copy of these files.",),
    )
