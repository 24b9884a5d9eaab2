from dataclasses import replace

import pyarrow as pa

from crossline.intrusions.nodes import Node, Process, process_guid, process_id, session_id
from crossline.intrusions.processes import Births, find_births, kinship

SECOND = 1_000_000
NODE = Node(
    "ev_n", "north", "ws1", "WS1", 100 * SECOND, "sysmon", "", "", Process(), Process(), False, ()
)


def birth(name: str, second: int, **named: str) -> dict[str, object]:
    texts = (
        "guid",
        "pid",
        "image",
        "parent_guid",
        "parent_pid",
        "parent_image",
        "account",
        "session",
    )
    return {
        "event_id": name, "organisation": "north", "machine": "ws1", "host": "ws1",
        "time": second * SECOND, "format": "sysmon", **dict.fromkeys(texts, ""), **named,
    }  # fmt: skip


def births_of(node: Node, *rows: dict[str, object]) -> Births:
    return find_births([node], pa.Table.from_pylist(list(rows)), generations=3)


def programs(node: Node, births: Births) -> list[str]:
    return [kin.process.program for kin in kinship(node, births, 3)]


def test_ancestors_are_followed_up_to_a_process_on_which_everything_hangs() -> None:
    node = replace(NODE, process=Process("c", "3", r"C:\x\whoami.exe"))
    births = births_of(
        node,
        birth("ev_1", 1, guid="{A}", pid="1", image=r"C:\x\w3wp.exe", parent_guid="{S}",
              parent_image=r"C:\Windows\System32\svchost.exe"),
        birth("ev_2", 2, guid="{B}", pid="2", image=r"C:\x\cmd.exe", parent_guid="{A}"),
        birth("ev_3", 3, guid="{C}", pid="3", image=r"C:\x\whoami.exe", parent_guid="{B}"),
    )  # fmt: skip
    assert programs(node, births) == ["whoami.exe", "cmd.exe", "w3wp.exe"]


def test_no_more_generations_are_followed_than_asked_for() -> None:
    rows = [
        birth(f"ev_{n}", n, guid=f"{{{n}}}", image=f"p{n}.exe", parent_guid=f"{{{n - 1}}}")
        for n in range(1, 9)
    ]
    node = replace(NODE, process=Process("8", "", "p8.exe"))
    assert programs(node, births_of(node, *rows)) == ["p8.exe", "p7.exe", "p6.exe", "p5.exe"]


def test_a_process_id_used_again_is_the_last_process_started_before_the_event() -> None:
    early = birth("ev_1", 10, pid="0x64", image="old.exe")
    late = birth("ev_2", 200, pid="0x64", image="new.exe")
    before = replace(NODE, process=Process("", "100", ""))
    after = replace(before, time=300 * SECOND)
    births = births_of(before, early, late)
    assert programs(before, births) == ["old.exe"]
    assert programs(after, births) == ["new.exe"]


def test_a_security_event_and_a_sysmon_event_of_one_process_have_one_key() -> None:
    sysmon = replace(NODE, process=Process("abc", "100", "x.exe"))
    security = replace(NODE, format="winsec", process=Process("", "100", ""))
    births = births_of(
        security,
        birth("ev_1", 50, pid="100", image="x.exe"),
        birth("ev_2", 51, guid="{ABC}", pid="100", image="x.exe"),
    )
    assert {kin.key for node in (sysmon, security) for kin in kinship(node, births, 0)} == {
        "guid abc"
    }


def test_a_process_without_a_known_start_is_one_for_a_day_at_most() -> None:
    node = replace(NODE, process=Process("", "100", "x.exe"))
    tomorrow = replace(node, time=node.time + 86_400 * SECOND)
    keys = [next(kinship(each, Births({}, {}), 0)).key for each in (node, tomorrow)]
    assert keys[0] != keys[1]


def test_an_event_of_a_stopped_process_belongs_to_no_process() -> None:
    node = replace(NODE, process=Process("c", "3", r"C:\Windows\System32\svchost.exe"))
    assert programs(node, Births({}, {})) == []


def test_ids_have_one_form() -> None:
    assert process_id("0x1F4") == process_id("500") == "500"
    assert process_id("-") == process_id("0") == ""
    assert process_guid("{AB-1}") == "ab-1"
    assert process_guid("{00000000-0000-0000-0000-000000000000}") == ""
    assert session_id("0x0000000000045A2F") == session_id("285231") == "45a2f"
    assert session_id("0x3e7") == session_id("0x0") == session_id("") == ""
