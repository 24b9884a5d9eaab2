from dataclasses import replace

import pytest

from crossline.intrusions.estate import DAY_US, Estate
from crossline.intrusions.movement import Move, find_moves, movement_bits
from crossline.intrusions.nodes import Fired, Node, Process
from crossline.intrusions.sessions import Logon, Sessions
from crossline.settings import IntrusionSettings

MINUTE_US = 60_000_000
WINDOW = 10 * MINUTE_US
DAY_MIN = 24 * 60


def node(
    name: str, minute: float, machine: str, account: str = r"CORP\bob", session: str = ""
) -> Node:
    return Node(
        name, "north", machine, machine, int(minute * MINUTE_US), "sysmon", account, session,
        Process(), Process(), False, (),
    )  # fmt: skip


def logon(minute: float, machine: str = "dc1", session: str = "99", source: str = "ws1") -> Logon:
    return Logon(
        f"ev_l{minute}", "north", machine, machine, int(minute * MINUTE_US), "winsec",
        r"CORP.EXAMPLE\bob", session, source, True, machine,
    )  # fmt: skip


def moves(nodes: list[Node], *logons: Logon) -> list[Move]:
    return find_moves(nodes, logons, Sessions(logons), WINDOW)


def test_a_logon_ties_the_nearest_events_at_its_two_ends() -> None:
    nodes = [node("a", 1, "ws1"), node("b", 4, "ws1"), node("c", 6, "dc1", session="99")]
    (move,) = moves(nodes, logon(5))
    assert (move.source, move.target, move.same_session) == (1, 2, True)


def test_an_event_in_the_opened_session_comes_before_a_nearer_one_outside() -> None:
    ends = [node("a", 4, "ws1"), node("c", 8, "dc1", session="99")]
    nodes = [ends[0], node("b", 5.1, "dc1", "SYSTEM"), ends[1]]
    (move,) = moves(nodes, logon(5))
    assert (move.target, move.same_session) == (2, True)


@pytest.mark.parametrize(
    "nodes",
    [
        [node("a", 4, "ws1", r"CORP\ann"), node("c", 6, "dc1", session="99")],
        [node("a", -20, "ws1"), node("c", 6, "dc1", session="99")],
        [node("a", 4, "ws1"), node("c", 40, "dc1", session="99")],
        [node("a", 4, "ws2"), node("c", 6, "dc1", session="99")],
    ],
    ids=["another account", "too early", "too late", "another source"],
)
def test_events_that_the_logon_does_not_connect_are_not_tied(nodes: list[Node]) -> None:
    assert moves(nodes, logon(5)) == []


def test_the_system_account_may_use_the_secrets_of_any_other() -> None:
    nodes = [node("a", 4, "ws1", r"NT AUTHORITY\SYSTEM"), node("c", 6, "dc1", session="99")]
    (move,) = moves(nodes, logon(5))
    assert not move.same_account


def test_a_session_id_used_again_after_boot_is_another_session() -> None:
    sessions = Sessions([logon(0), logon(100)])
    early, late = node("a", 5, "dc1", session="99"), node("b", 105, "dc1", session="99")
    assert sessions.key(early) != sessions.key(late)
    assert sessions.opening(early) == logon(0)


def test_an_event_without_a_session_has_no_key() -> None:
    assert Sessions([]).key(node("a", 0, "dc1")) == ""


def estate(days: int) -> Estate:
    """A target whose logs were kept for so many days, from minute 0 on."""
    return Estate({("north", "dc1"): days}, {("north", "dc1"): 0}, {}, {})


def test_a_daily_logon_weighs_less_than_a_first_one() -> None:
    settings = IntrusionSettings()
    first = Move(logon(5), 0, 1, 0, MINUTE_US, 0, True, True)
    bits = movement_bits(first, estate(200), settings)
    daily = movement_bits(replace(first, days=150), estate(200), settings)
    assert bits > daily > settings.movement_bits
    assert bits > movement_bits(replace(first, same_session=False), estate(200), settings)
    assert bits > movement_bits(replace(first, same_account=False), estate(200), settings)
    assert bits > movement_bits(replace(first, gap=60 * MINUTE_US), estate(200), settings)


def seed(name: str, minute: float, machine: str) -> Node:
    return replace(node(name, minute, machine), fired=(Fired("de", "r", "R", "high", ()),))


def test_a_way_first_taken_days_after_an_attack_ties_every_logon_on_it() -> None:
    later = 3 * DAY_MIN + 20
    nodes = [seed("a", 0, "ws1"), node("b", DAY_MIN + 1, "dc1", session="99")]
    nodes.append(node("c", later, "dc1", session="98"))
    found = moves(nodes, logon(DAY_MIN), logon(later, session="98"))
    assert [(move.source, move.target, move.new_way) for move in found] == [
        (0, 1, True),
        (0, 2, True),
    ]
    assert {move.gap for move in found} == {DAY_US}


@pytest.mark.parametrize(
    ("source", "earlier"),
    [(seed("a", 0, "ws1"), [logon(-DAY_MIN)]), (node("a", 0, "ws1"), [])],
    ids=["the way was taken before the attack", "only a weak rule fired at the source"],
)
def test_an_old_way_or_a_weak_sign_ties_nothing_over_days(
    source: Node, earlier: list[Logon]
) -> None:
    nodes = [source, node("b", DAY_MIN + 1, "dc1", session="99")]
    assert moves(nodes, logon(DAY_MIN), *earlier) == []


def test_a_new_way_fades_with_days_and_needs_a_history_without_it() -> None:
    settings = IntrusionSettings()
    start = 100 * DAY_US
    way = Move(logon(0), 0, 1, 0, DAY_US, start, True, True, new_way=True)
    bits = movement_bits(way, estate(200), settings)
    assert bits > movement_bits(replace(way, gap=10 * DAY_US), estate(200), settings) > 0
    assert bits > movement_bits(replace(way, since=0), estate(200), settings)
