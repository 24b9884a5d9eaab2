"""Q2: which intrusions there are in each organisation.

An intrusion's score is in bits against the estate's own base rate and is not calibrated, so no
sentence here has a likelihood; what they state are dates and counts of the story's rows.
"""

from collections.abc import Iterator
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from crossline.judgements.claims import Judgement
from crossline.judgements.findings import Findings, rarest
from crossline.kernel.words import counted

__all__ = ["which_intrusions"]

_MOST_SENTENCES = 2
_ENDS = {
    "open": "it is open at the end of the logs",
    "closed": "it had ended before the logs end",
    "unknown": "whether it has ended cannot be told",
}


def which_intrusions(findings: Findings) -> Iterator[Judgement]:
    """One sentence over all, then one for each of the heaviest intrusions."""
    rows = findings.intrusions
    if not len(rows):
        if len(findings.detections):
            yield _none(findings)
        return
    heaviest = rows.sort_by([("score_bits", "descending"), ("intrusion_id", "ascending")])
    if len(rows) > 1:
        yield _overall(rows, findings)
    for row in heaviest.slice(0, _MOST_SENTENCES).to_pylist():
        yield _one(row, findings)


def _none(findings: Findings) -> Judgement:
    alone = len(findings.unlinked)
    return Judgement(
        question="Q2",
        sentence="No detections join into an intrusion; "
        f"{counted(alone, 'detection')} {'stands' if alone == 1 else 'stand'} alone.",
        rests_on=rarest(findings.detections),
        confidence="low",
        rivals=("An intrusion that left too few traces in these logs to be joined.",),
        would_change=("Logs of processes, logons and network of the hosts concerned.",),
    )


def _overall(rows: pa.Table, findings: Findings) -> Judgement:
    organisations = pc.count_distinct(rows["organisation"]).as_py()
    first = rows.sort_by([("first_seen", "ascending"), ("intrusion_id", "ascending")])
    last = rows.sort_by([("last_seen", "descending"), ("intrusion_id", "ascending")])
    opened, ended = first.slice(0, 1).to_pylist()[0], last.slice(0, 1).to_pylist()[0]
    return Judgement(
        question="Q2",
        sentence=f"Detections join into {counted(len(rows), 'intrusion')} at "
        f"{counted(organisations, 'organisation')}; the first sign is of "
        f"{_day(opened['first_seen'])} at {findings.name(opened['organisation'])}, the last of "
        f"{_day(ended['last_seen'])} at {findings.name(ended['organisation'])}.",
        rests_on=tuple(rows["intrusion_id"].to_pylist()),
        confidence="low",
        rivals=(
            "Two of them are one intrusion, seen through a hole in the logs.",
            "One of them is two intruders on the same hosts.",
        ),
        against=("The scores are not calibrated.",),
        would_change=("Logs of the months and hosts without any.",),
    )


def _one(row: dict[str, object], findings: Findings) -> Judgement:
    hosts, accounts = _length(row["hosts"]), _length(row["accounts"])
    return Judgement(
        question="Q2",
        sentence=f"At {findings.name(str(row['organisation']))}: {row['title']}, "
        f"{_span(row['first_seen'], row['last_seen'])}, on {counted(hosts, 'host')} with "
        f"{counted(accounts, 'account')}; {_ENDS.get(str(row['status']), _ENDS['unknown'])}.",
        rests_on=(str(row["intrusion_id"]),),
        confidence=str(row["confidence"] or "low"),
        rivals=("Administration, a test or an exercise that looks the same in the logs.",),
        against=("The score is not calibrated.", *_blind_on_its_hosts(row, findings)),
        would_change=("A ticket or schedule that covers these hosts and accounts.",),
    )


def _blind_on_its_hosts(row: dict[str, object], findings: Findings) -> Iterator[str]:
    """What limits the confidence: how much of the logs of the story's own hosts is not held."""
    hosts = row["hosts"] if isinstance(row["hosts"], list) else []
    logs = findings.coverage
    mine = logs.filter(
        pc.and_(
            pc.equal(logs["organisation"], str(row["organisation"])),
            pc.is_in(logs["host"], pa.array(hosts, pa.string())),
        )
    )
    lacking = mine.filter(pc.not_equal(mine["state"], "seen"))
    if len(lacking):
        yield (
            f"Of the logs of its hosts, {len(lacking):,} of {counted(len(mine), 'host-month')} "
            "are not held in full."
        )


def _length(value: object) -> int:
    return len(value) if isinstance(value, list) else 0


def _day(time: object) -> str:
    return time.strftime("%Y-%m-%d") if isinstance(time, datetime) else "unknown date"


def _span(first: object, last: object) -> str:
    return f"{_day(first)} to {_day(last)}" if _day(first) != _day(last) else _day(first)
