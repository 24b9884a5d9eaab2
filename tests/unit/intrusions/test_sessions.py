from dataclasses import replace

import pytest

from crossline.intrusions.movement import Move, find_moves, movement_bits
from crossline.intrusions.nodes import Node, Process
from crossline.intrusions.sessions import Logon, Sessions
from crossline.settings import IntrusionSettings

MINUTE_US = 60_000_000
WINDOW = 10 * MINUTE_US


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
        r"CORP.EXAMPLE\bob", session, source, True,
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


def test_a_daily_logon_weighs_less_than_a_first_one() -> None:
    settings = IntrusionSettings()
    first = Move(logon(5), 0, 1, 0, MINUTE_US, True, True)
    days = {("north", "dc1"): 200}
    bits = movement_bits(first, days, settings)
    assert bits > movement_bits(replace(first, days=150), days, settings) > settings.movement_bits
    assert bits > movement_bits(replace(first, same_session=False), days, settings)
    assert bits > movement_bits(replace(first, same_account=False), days, settings)
    assert bits > movement_bits(replace(first, gap=60 * MINUTE_US), days, settings)
