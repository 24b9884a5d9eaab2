"""What to do next, as far as the tables say it: contain, collect, hunt."""

from collections import defaultdict
from collections.abc import Iterator

import pyarrow.compute as pc

from crossline.judgements.claims import Action
from crossline.judgements.findings import Findings
from crossline.kernel.words import counted

__all__ = ["what_to_do"]

_MOST_NAMES = 6
_MOST_HUNTS = 5
_SAME_OR_TWO = ("one intrusion seen through a hole", "two intrusions")


def what_to_do(findings: Findings, blindness: tuple[str, ...]) -> Iterator[Action]:
    """All actions; `blindness` are the ids of the judgements on what could not be seen."""
    yield from _contain(findings)
    yield from _collect(findings, blindness)
    yield from _better_copies(findings, blindness)
    yield from _hunt(findings)


def _some(names: list[str]) -> str:
    shown = ", ".join(names[:_MOST_NAMES])
    left = len(names) - _MOST_NAMES
    return f"{shown} and {left:,} more" if left > 0 else shown


def _contain(findings: Findings) -> Iterator[Action]:
    for row in findings.intrusions.to_pylist():
        if row["status"] != "closed" and row["hosts"]:
            accounts = f"; accounts {_some(row['accounts'])}" if row["accounts"] else ""
            ended = "is open at the end of the logs" if row["status"] == "open" else "may go on"
            yield Action(
                kind="contain",
                target=f"{findings.name(row['organisation'])}: hosts {_some(row['hosts'])}"
                f"{accounts}",
                reason=f"“{row['title']}” {ended}.",
                rests_on=(row["intrusion_id"],),
            )


def _collect(findings: Findings, blindness: tuple[str, ...]) -> Iterator[Action]:
    """One action for each organisation and log that was silent between other months."""
    if not blindness:
        return
    silent: dict[tuple[str, str], tuple[set[str], set[str], set[str]]] = defaultdict(
        lambda: (set(), set(), set())
    )
    for row in findings.coverage.filter(pc.field("state") == "silent").to_pylist():
        hosts, months, blind = silent[row["organisation"], row["format"]]
        hosts.add(row["host"] or "unnamed host")
        months.add(row["month"])
        blind.update(row["techniques_blind"] or ())
    for (organisation, log), (hosts, months, blind) in sorted(silent.items()):
        yield Action(
            kind="collect",
            target=f"{findings.name(organisation)}: {log} of {_some(sorted(hosts))} for "
            f"{_some(sorted(months))}",
            reason="The log was seen before and after, not in between"
            + (f"; {counted(len(blind), 'technique')} looked for only there." if blind else "."),
            rests_on=blindness,
            separates=_SAME_OR_TWO,
        )


def _better_copies(findings: Findings, blindness: tuple[str, ...]) -> Iterator[Action]:
    damaged = [row for row in findings.sources.to_pylist() if row["rejected"]]
    for row in sorted(damaged, key=lambda row: (-row["rejected"], row["source_id"]))[:_MOST_HUNTS]:
        place = row["evidence_path"] + (f" ({row['member']})" if row["member"] else "")
        yield Action(
            kind="collect",
            target=f"{findings.name(row['organisation'])}: an undamaged copy of {place}",
            reason=f"{counted(row['rejected'], 'record')} of {row['read']:,} could not be used.",
            rests_on=blindness,
        )


def _hunt(findings: Findings) -> Iterator[Action]:
    """The heaviest detections that no story holds: each may be the edge of one not seen."""
    weights = {
        row["detection_id"]: row["group_bits"] or 0.0 for row in findings.unlinked.to_pylist()
    }
    grave = [
        row
        for row in findings.detections.to_pylist()
        if row["detection_id"] in weights and row["level"] in ("high", "critical")
    ]
    grave.sort(key=lambda row: (-(row["rarity_bits"] or 0.0), row["detection_id"]))
    told: set[tuple[str, str]] = set()
    for row in grave:
        place = (row["rule_id"], row["organisation"])
        if place not in told and len(told) < _MOST_HUNTS:
            told.add(place)
            yield Action(
                kind="hunt",
                target=f"{findings.name(row['organisation'])}: {row['host'] or 'unnamed host'}, "
                f"around “{row['rule_title']}”",
                reason=f"A detection of level {row['level']} that no intrusion holds.",
                rests_on=(row["detection_id"],),
                separates=("part of an intrusion not seen", "legitimate use"),
            )
