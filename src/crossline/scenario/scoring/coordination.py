"""Relations of clusters against the truth, with a cost for being surer than the evidence."""

from collections.abc import Mapping
from typing import NamedTuple

from crossline.scenario.scoring.clusters import cluster_of
from crossline.scenario.scoring.exam import Exam, Row
from crossline.scenario.scoring.intrusions import espionage
from crossline.scenario.scoring.measures import log_loss, mean, share

__all__ = ["scores"]

_RELATIONS = (
    "coincidence",
    "common_interest",
    "common_tasking",
    "piggyback_x_on_y",
    "piggyback_y_on_x",
    "shared_tool_source",
)
_TURNED = {"piggyback_x_on_y": "piggyback_y_on_x", "piggyback_y_on_x": "piggyback_x_on_y"}
_SURE, _TASKED = 0.9, 0.6


class _Pair(NamedTuple):
    truth: Row
    said: Mapping[str, float]
    cited: frozenset[str]

    @property
    def relation(self) -> str:
        named = self.truth["relation"]
        return "coincidence" if named == "none" else str(named)


def scores(exam: Exam) -> Mapping[str, float | None]:
    """Mean log loss over the pairs of actors that the truth names, and where it came first.

    `cannot_tell` is an even spread over the relations. `top_1` is asked where a tell is visible.
    `too_sure` counts pairs with more than 0.9 for a relation (coincidence is none) and no tell
    cited; `false_tasking` those with more than 0.6 for common tasking where it is not true.
    """
    pairs = [_pair(exam, row) for row in exam.truth("coordination")]
    visible = [pair for pair in pairs if _tells(exam, pair)]
    return {
        "log_loss": log_loss([pair.said.get(pair.relation, 0.0) for pair in pairs]),
        "probability_of_truth": mean([pair.said.get(pair.relation, 0.0) for pair in pairs]),
        "top_1": share(sum(_first(pair) for pair in visible), len(visible)),
        "too_sure": float(sum(_too_sure(exam, pair) for pair in pairs)),
        "false_tasking": float(
            sum(
                pair.relation != "common_tasking" and pair.said.get("common_tasking", 0) > _TASKED
                for pair in pairs
            )
        ),
        "spies_apart": share(_apart(exam), len(espionage(exam))),
    }


def _pair(exam: Exam, row: Row) -> _Pair:
    x, y = cluster_of(exam, row["actor_x"]), cluster_of(exam, row["actor_y"])
    rows = [
        each
        for each in exam.found("coordination")
        if {each["cluster_x"], each["cluster_y"]} == {x, y}
    ]
    if any(each["cannot_tell"] for each in rows):
        said = dict.fromkeys(_RELATIONS, 1 / len(_RELATIONS))
    else:
        said = {_turned(each, x): each["probability"] or 0.0 for each in rows}
    cited = {
        event
        for each in exam.found("coordination_evidence")
        if {each["cluster_x"], each["cluster_y"]} == {x, y}
        for event in each["rests_on"]
    }
    return _Pair(row, said, frozenset(cited))


def _turned(row: Row, x: str | None) -> str:
    """The relation as the truth's order of the pair has it."""
    relation = str(row["relation"])
    return relation if row["cluster_x"] == x else _TURNED.get(relation, relation)


def _tells(exam: Exam, pair: _Pair) -> set[str]:
    """The visible events that tell the relation."""
    return {uid for uid in pair.truth["tell_event_uids"] or () if uid in exam.malicious}


def _first(pair: _Pair) -> bool:
    top = max(sorted(pair.said), key=lambda each: pair.said[each], default="")
    return top == pair.relation


def _too_sure(exam: Exam, pair: _Pair) -> bool:
    """Whether some relation is claimed without a tell; coincidence is no claim and has none."""
    events = {event for uid in _tells(exam, pair) for event in exam.event_ids.get(uid, ())}
    claims = [each for name, each in pair.said.items() if name != "coincidence"]
    return max(claims, default=0.0) > _SURE and not events & pair.cited


def _apart(exam: Exam) -> int:
    """Espionage actors that have a cluster which no other of them has."""
    homes = [cluster_of(exam, actor) for actor in sorted(espionage(exam))]
    return sum(home is not None and homes.count(home) == 1 for home in homes)
