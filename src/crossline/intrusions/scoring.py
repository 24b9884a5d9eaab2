"""When is a group of events an attack story: its rules against how often they fire here anyway."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log2

from crossline.intrusions.nodes import Fired, Node
from crossline.intrusions.vocabulary import RATES, act_of
from crossline.settings import IntrusionSettings

__all__ = ["Score", "act_words", "is_seed", "rule_host_days", "score_nodes"]

HostDays = Mapping[str, frozenset[tuple[str, int]]]

# Chance that a rule made for an act fires on a host-day of an intrusion: an order of magnitude, as
# no labelled estate is at hand.
_FIRES_IN_INTRUSION = 0.1
_MOST_BITS_OF_A_RULE = 6.0
_RULES_OF_AN_ACT = 3
_SEED_LEVELS = frozenset({"medium", "high", "critical"})


@dataclass(frozen=True, slots=True)
class Score:
    """The bits of a group, and its (rule title, bits) and acts, strongest first."""

    bits: float
    rules: tuple[tuple[str, float], ...]
    acts: tuple[str, ...]
    moved: bool

    def less(self, bits: float) -> "Score":
        """The score lowered by so many bits."""
        return replace(self, bits=self.bits - bits)


def rule_host_days(nodes: Iterable[Node]) -> HostDays:
    """The (machine, day) pairs on which each rule fired."""
    found: dict[str, set[tuple[str, int]]] = {}
    for node in nodes:
        for fired in node.fired:
            found.setdefault(fired.rule_id, set()).add((node.machine, node.day))
    return {rule: frozenset(days) for rule, days in found.items()}


def is_seed(nodes: Iterable[Node]) -> bool:
    """Whether any rule is of a level that may start a story; others may only join one."""
    return any(fired.level in _SEED_LEVELS for node in nodes for fired in node.fired)


def score_nodes(
    nodes: Sequence[Node],
    moves: Sequence[float],
    fired_on: HostDays,
    host_days: int,
    settings: IntrusionSettings,
) -> Score:
    """Score a group: log-odds of its rules, each once a machine, at most three an act.

    On one event every further rule of an act counts half the one before. p(rule | estate) is the
    share of host-days with the rule outside the group, smoothed by the shipped rate of its level;
    in an intrusion the rule fires on top of that. Repeats add nothing.

    Args:
        nodes: the events of the group.
        moves: bits of its links of movement; the strongest counts.
        fired_on: host-days of each rule in the organisation.
        host_days: host-days of the organisation.
        settings: weights.
    """
    own = {(node.machine, node.day) for node in nodes}
    weights = {
        fired.rule_id: _rule_bits(fired, fired_on[fired.rule_id], own, host_days, settings)
        for node in nodes
        for fired in node.fired
    }
    bits: dict[tuple[str, str, str], float] = {}
    for node in nodes:
        for act, rule, weight in _on_one_event(node, weights):
            place = (act, node.machine, rule)
            bits[place] = max(weight, bits.get(place, 0.0))
    titles = {fired.rule_id: fired.title for node in nodes for fired in node.fired}
    chosen = _at_most_three_an_act(bits)
    movement = min(max(moves, default=0.0), _MOST_BITS_OF_A_RULE)
    return Score(
        bits=sum(weight for _, _, weight in chosen) + movement,
        moved=movement > 0,
        rules=tuple((titles[rule], weight) for _, rule, weight in chosen),
        acts=tuple(
            dict.fromkeys(act for act, _, weight in chosen if _is_known(act) and weight >= 1)
        ),
    )


def _on_one_event(node: Node, weights: Mapping[str, float]) -> Iterator[tuple[str, str, float]]:
    """(act, rule, bits) of the rules on an event; many on one act are little more than one."""
    before: dict[str, int] = {}
    acts = {fired.rule_id: act_words(fired) for fired in node.fired}
    for rule, act in sorted(acts.items(), key=lambda item: (-weights[item[0]], item[0])):
        yield act, rule, weights[rule] / 2 ** before.get(act, 0)
        before[act] = before.get(act, 0) + 1


def _is_known(act: str) -> bool:
    """Whether an act comes from a technique, not from a rule without one."""
    return not act.startswith("rule ")


def act_words(fired: Fired) -> str:
    """What the rule's techniques come to, the earliest act of an attack; else the rule itself."""
    acts = [act for act in map(act_of, fired.techniques) if act]
    return min(acts, key=lambda act: act.order).words if acts else f"rule {fired.rule_id}"


def _rule_bits(
    fired: Fired,
    days: frozenset[tuple[str, int]],
    own: set[tuple[str, int]],
    host_days: int,
    settings: IntrusionSettings,
) -> float:
    outside = len(days) - len(own & days)
    elsewhere = max(0, host_days - len(own))
    rate = RATES.get(fired.level, RATES["low"])
    weight = settings.rule_host_days
    usual = (outside + weight * rate) / (elsewhere + weight)
    return min(_MOST_BITS_OF_A_RULE, log2((usual + _FIRES_IN_INTRUSION * (1 - usual)) / usual))


def _at_most_three_an_act(
    bits: Mapping[tuple[str, str, str], float],
) -> list[tuple[str, str, float]]:
    """(act, rule, bits) of the strongest three of each act, strongest first."""
    kept: dict[str, int] = {}
    chosen = []
    for (act, _machine, rule), weight in sorted(bits.items(), key=lambda item: (-item[1], item[0])):
        if kept.get(act, 0) < _RULES_OF_AN_ACT:
            kept[act] = kept.get(act, 0) + 1
            chosen.append((act, rule, weight))
    return chosen
