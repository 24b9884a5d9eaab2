"""Q3 to Q5: which intrusions are one cluster, who is behind it, whether clusters work together.

These numbers are probabilities; each sentence carries its rivals.
"""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from crossline.judgements.claims import Judgement
from crossline.judgements.findings import Findings
from crossline.kernel.words import counted, percent

__all__ = ["who_and_together"]

_Pair = tuple[tuple[str, str], list[dict[str, Any]]]

_NONE = "none_of_these"
_MOST_SENTENCES = 3
_RELATIONS = {
    "coincidence": "only coincide",
    "common_interest": "choose the same persons each by itself",
    "common_tasking": "take their targets from a common tasking",
    "piggyback_x_on_y": "are host and guest, the first riding on the second",
    "piggyback_y_on_x": "are host and guest, the second riding on the first",
    "shared_tool_source": "have their tools from one source",
    "same_operator": "are one operator",
    "hand_over": "hand access over",
}


def who_and_together(findings: Findings) -> Iterator[Judgement]:
    """One sentence on the clusters, then the gravest on attribution and coordination."""
    members = _rows(findings.cluster_members)
    if not members:
        return
    places = {row["intrusion_id"]: row["organisation"] for row in _rows(findings.intrusions)}
    by_cluster: dict[str, list[str]] = {}
    for row in members:
        by_cluster.setdefault(row["cluster_id"], []).append(row["intrusion_id"])
    order = sorted(by_cluster, key=lambda each: (-len(by_cluster[each]), each))
    called = {each: f"C{n}" for n, each in enumerate(order, start=1)}
    yield _clusters(by_cluster, places)
    yield from _attributed(findings, called)
    yield from _together(findings, called)


def _rows(table: pa.Table | None) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [] if table is None else table.to_pylist()
    return rows


def _clusters(by_cluster: dict[str, list[str]], places: dict[str, str]) -> Judgement:
    wide = sum(
        len({places.get(each, "") for each in members}) > 1 for members in by_cluster.values()
    )
    total = sum(len(members) for members in by_cluster.values())
    return Judgement(
        question="Q3",
        sentence=f"{counted(total, 'intrusion')} form {counted(len(by_cluster), 'cluster')}; "
        f"{wide:,} of them {'spans' if wide == 1 else 'span'} more than one organisation.",
        rests_on=tuple(sorted(by_cluster)),
        confidence="low",
        rivals=(
            "Two groups that share tools stand in one cluster.",
            "One group that changed its ways stands in two.",
        ),
        would_change=("Samples of the tools, and logs of their infrastructure.",),
    )


def _attributed(findings: Findings, called: dict[str, str]) -> Iterator[Judgement]:
    ranked: dict[str, list[dict[str, Any]]] = {}
    for row in _rows(findings.attributions):
        ranked.setdefault(row["cluster_id"], []).append(row)
    told = 0
    for cluster in called:
        rows = sorted(ranked.get(cluster, ()), key=lambda r: (-r["probability"], r["candidate"]))
        if not rows or told >= _MOST_SENTENCES:
            continue
        told += 1
        first, rivals = rows[0], rows[1:4]
        who = "none of the known groups" if first["candidate"] == _NONE else _named(first)
        yield Judgement(
            question="Q4",
            sentence=f"Behind cluster {called[cluster]} stands {who}.",
            rests_on=(cluster,),
            confidence="low",
            probability=first["probability"],
            low=first["low"],
            high=first["high"],
            rivals=tuple(
                f"{'none of these' if row['candidate'] == _NONE else _named(row)} "
                f"({percent(row['probability'])})"
                for row in rivals
            ),
            against=("Tools and ways in common may be shared, bought or imitated.",),
            would_change=(
                "A private tool, address or procedure that only one rival is known for.",
            ),
        )


def _named(row: dict[str, Any]) -> str:
    """A candidate by its name and id."""
    return f"{row['name']} ({row['candidate']})" if row.get("name") else str(row["candidate"])


def _together(findings: Findings, called: dict[str, str]) -> Iterator[Judgement]:
    pairs: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in _rows(findings.coordination):
        pairs.setdefault((row["cluster_x"], row["cluster_y"]), []).append(row)
    leads: list[_Pair] = []
    open_pairs: list[_Pair] = []
    for pair, rows in sorted(pairs.items()):
        rows.sort(key=lambda row: (-row["probability"], row["relation"]))
        (open_pairs if rows[0]["cannot_tell"] else leads).append((pair, rows))
    leads = [each for each in leads if each[1][0]["relation"] != "coincidence"]
    leads.sort(key=lambda each: -each[1][0]["probability"])
    for pair, rows in leads[:_MOST_SENTENCES]:
        yield _relation(pair, rows, called)
    if open_pairs:
        yield Judgement(
            question="Q5",
            sentence=f"Of {counted(len(pairs), 'pair')} of clusters, the evidence on "
            f"{len(open_pairs):,} does not tell how they are related.",
            rests_on=tuple(sorted({each for pair, _ in open_pairs for each in pair})),
            would_change=("Target lists, hand-overs and tool builds on both sides.",),
        )


def _relation(
    pair: tuple[str, str], rows: list[dict[str, Any]], called: dict[str, str]
) -> Judgement:
    first = rows[0]
    x, y = (called.get(each, "a cluster") for each in pair)
    known = bool(first["calibrated"])
    return Judgement(
        question="Q5",
        sentence=f"Clusters {x} and {y} {_RELATIONS[first['relation']]}.",
        rests_on=pair,
        confidence="low",
        probability=first["probability"] if known else None,
        low=first["low"] if known else None,
        high=first["high"] if known else None,
        rivals=tuple(
            f"They {_RELATIONS[row['relation']]} ({percent(row['probability'])})."
            for row in rows[1:4]
        ),
        against=("Techniques in common say nothing of a common hand or tasking.",),
        would_change=("The item whose removal changes the answer most; see section 11.",),
    )
