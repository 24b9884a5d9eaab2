from collections.abc import Sequence
from dataclasses import replace

import pytest

from crossline.intrusions.nodes import Fired, Node, Process
from crossline.intrusions.scoring import is_seed, rule_days, score_nodes
from crossline.settings import IntrusionSettings

SETTINGS = IntrusionSettings()
DAY_US = 86_400_000_000


def fired(rule: str, level: str = "high", *techniques: str) -> Fired:
    return Fired(f"de_{rule}", rule, f"Title of {rule}", level, techniques)


def node(name: str, *rules: Fired, machine: str = "ws1", day: int = 0) -> Node:
    return Node(
        name, "north", machine, machine, day * DAY_US, "sysmon", "", "", Process(), Process(),
        False, rules,
    )  # fmt: skip


def bits(nodes: list[Node], around: Sequence[Node] = (), host_days: int = 1000) -> float:
    days = {"sysmon": host_days, "winsystem": 100 * host_days}
    return score_nodes(nodes, [], rule_days([*nodes, *around]), days, SETTINGS).bits


def test_repeats_add_nothing() -> None:
    once = [node("a", fired("r"))]
    often = [node(str(number), fired("r")) for number in range(50)]
    assert bits(often) == bits(once)


def test_many_rules_of_one_act_count_less_than_twice_the_best() -> None:
    rules = [fired(f"r{number}", "high", "T1059.001") for number in range(9)]
    one, many = bits([node("a", rules[0])]), bits([node(rule.rule_id, rule) for rule in rules])
    assert one < many < 2 * one


@pytest.mark.parametrize("process", [Process(), Process(guid="g"), Process(pid="7")])
def test_one_act_that_two_packs_saw_in_one_place_counts_once(process: Process) -> None:
    own, other = fired("own", "medium", "T1070.001"), fired("other", "high", "T1685.005")
    event = replace(node("a", own, other), process=process)
    assert bits([event]) == bits([replace(event, fired=(other,))])


def test_one_act_that_two_rules_saw_in_one_process_counts_once() -> None:
    rules = [fired(f"r{number}", "high", "T1059.001") for number in range(2)]
    events = [replace(node(rule.rule_id, rule), process=Process(guid="g")) for rule in rules]
    assert bits(events) == bits(events[:1])


def test_rules_of_two_acts_add_up() -> None:
    shell, theft = fired("r1", "high", "T1505.003"), fired("r2", "high", "T1003.001")
    both = bits([node("a", shell, theft)])
    assert both == pytest.approx(bits([node("a", shell)]) + bits([node("a", theft)]))


def test_a_rule_is_rated_among_the_host_days_that_have_its_kind_of_log() -> None:
    group = [node("a", fired("r", "medium"))]
    rare = score_nodes(group, [], rule_days(group), {"sysmon": 2, "iis": 10_000}, SETTINGS)
    assert rare.bits == bits(group, host_days=2) < bits(group, host_days=10_000)


def test_a_rule_that_fires_everywhere_says_little() -> None:
    around = [node(f"b{n}", fired("r"), machine=f"pc{n}") for n in range(900)]
    assert bits([node("a", fired("r"))], around) < 0.5 < bits([node("a", fired("r"))])


def test_a_rule_counts_against_the_estate_outside_its_group() -> None:
    group = [node(f"a{n}", fired("r"), machine=f"ws{n}") for n in range(10)]
    assert bits(group[:1], group[1:]) < bits(group[:1])


@pytest.mark.parametrize(
    ("level", "seed"),
    [
        ("informational", False),
        ("low", False),
        ("medium", False),
        ("high", True),
        ("critical", True),
    ],
)
def test_only_rules_of_level_high_and_critical_start_a_story(level: str, seed: bool) -> None:
    assert is_seed([node("a", fired("r", level))]) is seed


@pytest.mark.parametrize("level", ["informational", "low", "medium", "high", "critical", ""])
def test_one_rule_alone_stays_below_the_bar(level: str) -> None:
    assert 0 <= bits([node("a", fired("r", level))]) < SETTINGS.report_bits


def test_more_background_never_raises_a_score_beyond_its_cap() -> None:
    group = [node("a", fired("r", "critical"))]
    assert bits(group, host_days=10) <= bits(group, host_days=10_000) <= 5
