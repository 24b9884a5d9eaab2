"""A story takes weak detections that were acted from or on what it held; nobody else's."""

import pytest
from tests.unit.intrusions.conftest import SmallEstate

DAY = 24 * 60


def _break_in(estate: SmallEstate, host: str = "web1") -> None:
    """A story on a host that is sure by itself."""
    guid = f"{{{host}}}"
    event = estate.event(
        f"shell_{host}", 0, host, ProcessGuid=guid, Image=r"C:\Windows\System32\cmd.exe",
        ParentImage=r"C:\inetpub\w3wp.exe", User=r"CORP\eva",
    )  # fmt: skip
    for rule, technique in (("Shell", "T1505.003"), ("Theft", "T1003.001"), ("Log", "T1070.001")):
        estate.fire(event, rule=rule, level="critical", techniques=[technique])


def _query(estate: SmallEstate, day: float, source: str, account: str = "BILLDBA") -> str:
    """A look-up in a database, from a host, that a rule of medium level saw."""
    event = estate.event(
        f"query_{day}_{source}", day * DAY, "bill1", "SELECT", "ora_csv",
        USERHOST=source, DBUSERNAME=account, ACTION_NAME="SELECT",
    )  # fmt: skip
    return estate.fire(event, rule="Odd read", level="medium", techniques=["T1213.006"])


@pytest.mark.parametrize(
    ("source", "day", "taken"), [("web1", 5, True), ("desk9", 5, False), ("web1", 900, False)]
)
def test_a_look_up_is_a_storys_if_it_came_from_a_machine_that_it_held_then(
    estate: SmallEstate, source: str, day: float, taken: bool
) -> None:
    estate.background(hosts=30)
    _break_in(estate)
    look_up = _query(estate, day, source)
    found = estate.run()
    assert len(found["intrusions"]) == 1
    assert (look_up not in {row["detection_id"] for row in found["unlinked"]}) is taken


def test_what_is_taken_says_why_and_leads_on(estate: SmallEstate) -> None:
    estate.background(hosts=30)
    _break_in(estate)
    _query(estate, 5, "web1")
    _query(estate, 9, "desk9")
    rows = {row["event_id"]: row for row in estate.run()["intrusion_events"]}
    assert "acted from web1, which the story held" in rows["ev_query_5_web1"]["link_reason"]


def test_nothing_is_taken_where_there_is_no_story(estate: SmallEstate) -> None:
    estate.background(hosts=30)
    look_up = _query(estate, 5, "web1")
    found = estate.run()
    assert found["intrusions"] == []
    assert [row["detection_id"] for row in found["unlinked"]] == [look_up]
