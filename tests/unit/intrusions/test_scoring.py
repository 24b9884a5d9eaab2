import pytest

from crossline.intrusions.nodes import Fired, Node, Process
from crossline.intrusions.scoring import is_seed, rule_host_days, score_nodes
from crossline.settings import IntrusionSettings

SETTINGS = IntrusionSettings()
DAY_US = 86_400_000_000


def fired(rule: str, level: str = "high", *techniques: str) -> Fired:
    return Fired(f"de_{rule}", rule, f"Title of {rule}", level, techniques)


def node(name: str, *rules: Fired, machine: str = "ws1", day: int = 0) -> Node:
    return Node(
        name, "north", machine, machine, day * DAY_US, "sysmon", "", "", Process(), Process(), False,
        rules,
    )  # fmt: skip


def bits(nodes: list[Node], around: list[Node] = [], host_days: int = 1000) -> float:  # noqa: B006
    return score_nodes(nodes, [], rule_host_days([*nodes, *around]), host_days, SETTINGS).bits


def test_repeats_add_nothing() -> None:
    once = [node("a", fired("r"))]
    often = [node(str(number), fired("r")) for number in range(50)]
    assert bits(often) == bits(once)


def test_six_rules_of_one_act_on_one_event_count_less_than_on_three_events() -> None:
    rules = [fired(f"r{number}", "high", "T1059") for number in range(6)]
    one, six = bits([node("a", rules[0])]), bits([node("a", *rules)])
    assert one < six < 2 * one < bits([node(rule.rule_id, rule) for rule in rules])


def test_no_more_than_three_rules_of_an_act_count() -> None:
    three = [node(str(n), fired(f"r{n}", "high", "T1059.001")) for n in range(3)]
    nine = [node(str(n), fired(f"r{n}", "high", "T1059.003")) for n in range(9)]
    assert bits(nine) == pytest.approx(bits(three))


def test_a_rule_that_fires_everywhere_says_little() -> None:
    around = [node(f"b{n}", fired("r"), machine=f"pc{n}") for n in range(900)]
    assert bits([node("a", fired("r"))], around) < 0.3 < bits([node("a", fired("r"))])


def test_a_rule_counts_against_the_estate_outside_its_group() -> None:
    group = [node(f"a{n}", fired("r"), machine=f"ws{n}") for n in range(10)]
    assert bits(group[:1], group[1:]) < bits(group[:1])


@pytest.mark.parametrize(
    ("level", "seed"),
    [
        ("informational", False),
        ("low", False),
        ("medium", True),
        ("high", True),
        ("critical", True),
    ],
)
def test_only_rules_of_level_medium_and_above_start_a_story(level: str, seed: bool) -> None:
    assert is_seed([node("a", fired("r", level))]) is seed


@pytest.mark.parametrize("level", ["informational", "low", "medium", "high", "critical", ""])
def test_one_rule_alone_stays_below_the_bar(level: str) -> None:
    assert 0 <= bits([node("a", fired("r", level))]) < SETTINGS.report_bits


def test_more_background_never_raises_a_score_beyond_its_cap() -> None:
    group = [node("a", fired("r", "critical"))]
    assert bits(group, host_days=10) <= bits(group, host_days=10_000) <= 6
