import pytest

from crossline.intrusions.grouping import Grouping, group_nodes
from crossline.intrusions.nodes import Node, Process
from crossline.intrusions.ties import Tie
from crossline.settings import IntrusionSettings

SETTINGS = IntrusionSettings()
MINUTE_US = 60_000_000
EVERYWHERE = frozenset((f"pc{n}", 0) for n in range(500))


def node(name: str, minute: float = 0, machine: str = "ws1") -> Node:
    time = int(minute * MINUTE_US)
    return Node(
        name, "north", machine, machine, time, "sysmon", "", "", Process(), Process(), False, ()
    )


def rare(
    family: str, cap: float, *members: int, seen: frozenset[tuple[str, int]] | None = None
) -> Tie:
    days = frozenset({("ws1", 0)}) if seen is None else seen
    return Tie(family, f"same {family}", members, cap=cap, days=days)


def grouped(nodes: list[Node], *ties: Tie, host_days: int = 10_000) -> list[list[str]]:
    found: Grouping = group_nodes(nodes, ties, host_days, SETTINGS)
    return [[nodes[index].event_id for index in sorted(group.members)] for group in found.groups]


def test_the_same_account_on_the_same_machine_at_the_same_moment_is_no_story() -> None:
    account = rare("account", SETTINGS.account_cap_bits, 0, 1)
    assert grouped([node("a"), node("b")], account) == [["a"], ["b"]]


def test_a_rare_file_joins_on_the_same_machine_at_the_same_moment() -> None:
    artefact = rare("artefact", SETTINGS.artefact_cap_bits, 0, 1)
    assert grouped([node("a"), node("b", 1)], artefact) == [["a", "b"]]


def test_a_rare_file_alone_does_not_join_two_machines() -> None:
    artefact = rare("artefact", SETTINGS.artefact_cap_bits, 0, 1)
    assert grouped([node("a"), node("b", 1, "ws2")], artefact) == [["a"], ["b"]]


def test_two_links_of_one_family_count_as_the_stronger_one() -> None:
    ties = [rare("artefact", SETTINGS.artefact_cap_bits, 0, 1) for _ in range(5)]
    assert grouped([node("a"), node("b", 1, "ws2")], *ties) == [["a"], ["b"]]


def test_what_is_common_in_the_estate_joins_nothing() -> None:
    common = rare("artefact", SETTINGS.artefact_cap_bits, 0, 1, seen=EVERYWHERE)
    assert grouped([node("a"), node("b", 1)], common, host_days=500) == [["a"], ["b"]]


def test_a_process_joins_for_certain_and_tells_how_near_each_event_is() -> None:
    tie = Tie("process", "same process x.exe", (0, 1, 2), bits=12.0, costs=(0.0, 2.0, 4.0))
    nodes = [node("a"), node("b", 600), node("c", 90_000)]
    found = group_nodes(nodes, [tie], 100, SETTINGS)
    assert len(found.groups) == 1
    assert [found.core[index].bits for index in range(3)] == [12.0, 10.0, 8.0]


@pytest.mark.parametrize(("hours", "groups"), [(0.1, 1), (2, 1), (6, 2), (48, 2)])
def test_a_session_joins_only_what_is_near_in_time(hours: float, groups: int) -> None:
    session = Tie("session", "same logon session", (0, 1), bits=SETTINGS.session_bits)
    assert len(grouped([node("a"), node("b", 60 * hours)], session)) == groups


def test_a_group_that_holds_many_things_does_not_swallow_a_stranger() -> None:
    process = Tie("process", "p", tuple(range(200)), bits=12.0, costs=(0.0,) * 200)
    crowd = [node(f"a{n:03}", n / 100) for n in range(200)] + [node("z", 60)]
    shared = rare("artefact", SETTINGS.artefact_cap_bits, 0, 200)
    own = [rare("artefact", SETTINGS.artefact_cap_bits, n, n + 1) for n in range(1, 198)]
    alone = grouped(crowd, process, shared)
    assert len(alone) == 1
    assert grouped(crowd, process, shared, *own)[-1] == ["z"]


def test_each_merge_tells_its_links_strongest_first() -> None:
    ties = [rare("artefact", SETTINGS.artefact_cap_bits, 0, 1), rare("account", 4.0, 0, 1)]
    merges = group_nodes([node("a"), node("b", 1)], ties, 10_000, SETTINGS).merges
    assert [link.family for link in merges[0].links] == ["artefact", "place", "account"]
    assert merges[0].later == 1
