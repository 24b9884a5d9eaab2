"""When is a group of events an attack story: its rules against how often they fire here anyway."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log2

from crossline.intrusions.nodes import Fired, Node
from crossline.intrusions.vocabulary import RATES, act_of
from crossline.settings import IntrusionSettings

__all__ = [
    "RuleDays",
    "Score",
    "Told",
    "act_words",
    "chances",
    "is_seed",
    "rule_days",
    "says_anything",
    "score_nodes",
]

# Chance that a rule made for an act fires on a host-day of an intrusion: an order of magnitude, as
# no labelled estate is at hand.
_FIRES_IN_INTRUSION = 0.1
# No rule says more than this beyond the price of having looked everywhere, however rare it is: the
# bar of a story lies above it.
_MOST_BITS_OF_A_RULE = 5.0
_MOST_BITS_OF_MOVEMENT = 6.0
# Medium rules fire on administration too: on evidence without any intrusion they made a group of
# three acts (a process monitor that opened LSASS), so without a rule of these levels a story needs
# more.
_SEED_LEVELS = frozenset({"high", "critical"})


@dataclass(frozen=True, slots=True)
class Told:
    """What one rule adds: its bits, and the share of them that counts beside others of its act."""

    title: str
    act: str
    bits: float
    share: float


@dataclass(frozen=True, slots=True)
class Score:
    """What a group's rules and movement say, strongest first.

    `elsewhere` is the price of having looked everywhere, log2 of the chances for such a group.
    """

    rules: tuple[Told, ...]
    movement: float
    elsewhere: float = 0.0

    @property
    def bits(self) -> float:
        """The sum; no rule counts more than a fixed amount beyond the price."""
        most = _MOST_BITS_OF_A_RULE + self.elsewhere
        rules = sum(min(told.bits, most) * told.share for told in self.rules)
        return rules + self.movement - self.elsewhere

    @property
    def acts(self) -> tuple[str, ...]:
        """What the rules' techniques come to, for rules that say something."""
        said = [told.act for told in self.rules if told.bits * told.share >= 1]
        return tuple(dict.fromkeys(act for act in said if _is_known(act)))

    def priced(self, elsewhere: float) -> "Score":
        """The score after so many bits were paid for looking everywhere."""
        return replace(self, elsewhere=elsewhere)


@dataclass(frozen=True, slots=True)
class RuleDays:
    """The (machine, day) pairs on which a rule fired, and the formats of the events it fired on."""

    days: frozenset[tuple[str, int]]
    formats: frozenset[str]


def rule_days(nodes: Iterable[Node]) -> dict[str, RuleDays]:
    """Where each rule fired, by rule id."""
    days: dict[str, set[tuple[str, int]]] = {}
    formats: dict[str, set[str]] = {}
    for node in nodes:
        for fired in node.fired:
            days.setdefault(fired.rule_id, set()).add((node.machine, node.day))
            formats.setdefault(fired.rule_id, set()).add(node.format)
    return {rule: RuleDays(frozenset(days[rule]), frozenset(formats[rule])) for rule in days}


def is_seed(nodes: Iterable[Node]) -> bool:
    """Whether any rule is of a level of which one may start a story with little else."""
    return any(fired.level in _SEED_LEVELS for node in nodes for fired in node.fired)


def chances(
    nodes: Sequence[Node],
    fired_on: Mapping[str, RuleDays],
    host_days: Mapping[str, int],
    settings: IntrusionSettings,
    seeds_only: bool,
) -> set[tuple[str, int]]:
    """The host-days on which a story might start: a rule fired there that is rare here."""
    seeds = {
        fired.rule_id: fired
        for node in nodes
        for fired in node.fired
        if fired.level in _SEED_LEVELS or not seeds_only
    }
    least = settings.report_bits / 2
    rare = {
        rule
        for rule, fired in seeds.items()
        if _rule_bits(fired, fired_on[rule], set(), host_days, settings) >= least
    }
    return {
        (node.machine, node.day) for node in nodes if any(f.rule_id in rare for f in node.fired)
    }


def says_anything(nodes: Iterable[Node]) -> bool:
    """Whether any rule is of a level above low: lower ones join a story, and never start one."""
    return any(
        fired.level in _SEED_LEVELS or fired.level == "medium"
        for node in nodes
        for fired in node.fired
    )


def score_nodes(
    nodes: Sequence[Node],
    moves: Sequence[float],
    fired_on: Mapping[str, RuleDays],
    host_days: Mapping[str, int],
    settings: IntrusionSettings,
) -> Score:
    """Score a group: log-odds of its rules, each further rule of an act at half the one before.

    p(rule | estate) is the share of host-days with the rule outside the group, among host-days
    with the rule's kind of log, smoothed by the shipped rate of its level; in an intrusion the rule
    fires on top of that. Repeats add nothing, a rule that saw only acts that a stronger one saw in
    the same events or processes says nothing new, and no act counts more than twice its best rule.

    Args:
        nodes: the events of the group.
        moves: bits of its links of movement; the strongest counts.
        fired_on: where each rule fired in the organisation.
        host_days: host-days of the organisation by format.
        settings: weights.
    """
    own = {(node.machine, node.day) for node in nodes}
    rules = {fired.rule_id: fired for node in nodes for fired in node.fired}
    weights = {
        rule: _rule_bits(fired, fired_on[rule], own, host_days, settings)
        for rule, fired in rules.items()
    }
    told = [
        Told(rules[rule].title, act_words(rules[rule]), weights[rule], share)
        for rule, share in _fresh(nodes, weights)
    ]
    told.sort(key=lambda one: (-one.bits * one.share, one.act, one.title))
    return Score(tuple(told), min(max(moves, default=0.0), _MOST_BITS_OF_MOVEMENT))


def _fresh(nodes: Sequence[Node], weights: Mapping[str, float]) -> Iterator[tuple[str, float]]:
    """Rules that see something that no stronger one saw, each with its share."""
    sights = _sights(nodes)
    seen: set[tuple[str, str]] = set()
    before: dict[str, int] = {}
    for rule in sorted(weights, key=lambda rule: (-weights[rule], rule)):
        act, places = sights[rule]
        fresh = {(act, place) for place in places} - seen
        if fresh:
            yield rule, 0.5 ** before.get(act, 0)
            before[act] = before.get(act, 0) + 1
            seen |= fresh


def _sights(nodes: Iterable[Node]) -> dict[str, tuple[str, set[str]]]:
    """The act of each rule and where it saw it: the process, else the event."""
    sights: dict[str, tuple[str, set[str]]] = {}
    for node in nodes:
        process = node.process.guid or (node.process and f"{node.process.pid} {node.day}")
        place = f"{node.machine} {process}" if process else node.event_id
        for fired in node.fired:
            sights.setdefault(fired.rule_id, (act_words(fired), set()))[1].add(place)
    return sights


def _is_known(act: str) -> bool:
    """Whether an act comes from a technique, not from a rule without one."""
    return not act.startswith("rule ")


def act_words(fired: Fired) -> str:
    """What the rule's techniques come to, the earliest act of an attack; else the rule itself."""
    acts = [act for act in map(act_of, fired.techniques) if act]
    return min(acts, key=lambda act: act.order).words if acts else f"rule {fired.rule_id}"


def _rule_bits(
    fired: Fired,
    where: RuleDays,
    own: set[tuple[str, int]],
    host_days: Mapping[str, int],
    settings: IntrusionSettings,
) -> float:
    there = max(host_days.get(form, 0) for form in where.formats)
    outside = len(where.days) - len(own & where.days)
    elsewhere = max(outside, there - len(own))
    rate = RATES.get(fired.level, RATES["low"])
    usual = (outside + settings.rule_host_days * rate) / (elsewhere + settings.rule_host_days)
    return log2((usual + _FIRES_IN_INTRUSION * (1 - usual)) / usual)
