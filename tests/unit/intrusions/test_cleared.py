import pytest
from tests.unit.intrusions.conftest import SmallEstate

TICKET = {
    "organisation": "north", "ticket_id": "CHG-1", "category": "CHG",
    "opened": "2024-03-04T09:30:00Z", "closed": "2024-03-04T12:00:00Z",
    "supplier": "", "assets": "srv1", "accounts": "bob", "summary": "patching",
}  # fmt: skip
HOUR = 60
DAY = 24 * HOUR


def _act(estate: SmallEstate, minute: float = 0, host: str = "srv1", user: str = "bob") -> None:
    estate.background(hosts=30)
    named = {"User": rf"CORP\{user}"} if user else {}
    event = estate.event("act", minute, host, ProcessGuid="{1}", **named)
    for act, technique in (("inject", "T1055"), ("theft", "T1003.002")):
        estate.fire(event, rule=act, level="critical", techniques=[technique])


def test_a_ticket_for_the_account_and_machine_clears_and_leaves_no_story(
    estate: SmallEstate,
) -> None:
    _act(estate)
    assert len(estate.run()["intrusions"]) == 1
    found = estate.run(tickets=[TICKET])
    assert not found["intrusions"]
    assert not found["unlinked"]
    assert [row["cleared_by"] for row in found["cleared"]] == [["CHG-1"], ["CHG-1"]]
    assert all("bob on srv1" in row["reason"] for row in found["cleared"])


@pytest.mark.parametrize(
    ("act", "ticket"),
    [
        ({"minute": 3 * HOUR}, {}),
        ({"minute": -HOUR}, {}),
        ({"host": "srv2"}, {}),
        ({"user": "eve"}, {}),
        ({}, {"organisation": "south"}),
        ({}, {"category": "incident"}),
        ({}, {"closed": "2024-12-31"}),
        ({}, {"accounts": "", "assets": ""}),
    ],
)
def test_a_ticket_clears_nothing_outside_its_words(
    estate: SmallEstate, act: dict[str, object], ticket: dict[str, str]
) -> None:
    _act(estate, **act)
    found = estate.run(tickets=[TICKET | ticket])
    assert (len(found["intrusions"]), found["cleared"]) == (1, [])


def test_a_standing_ticket_clears_the_act_that_it_names(estate: SmallEstate) -> None:
    _act(estate)
    standing = TICKET | {"closed": "2024-12-31", "summary": "theft of hives by the backup"}
    assert [row["detection_id"] for row in estate.run(tickets=[standing])["cleared"]] == [
        "de_theft_ev_act"
    ]


@pytest.mark.parametrize(("hours", "cleared"), [(2, 2), (8, 0)])
def test_a_late_ticket_clears_a_suppliers_work_in_an_outage_for_some_hours(
    estate: SmallEstate, hours: int, cleared: int
) -> None:
    _act(estate)
    late = TICKET | {
        "category": "INC", "supplier": "S1", "closed": "2024-03-05",
        "opened": f"2024-03-04T{10 + hours}:00:00Z",
    }  # fmt: skip
    assert len(estate.run(tickets=[late])["cleared"]) == cleared


def test_a_time_without_zone_is_that_of_the_ticket_system(estate: SmallEstate) -> None:
    _act(estate)
    local = TICKET | {"opened": "2024-03-04 16:30", "closed": "2024-03-04 18:00"}
    assert not estate.run(tickets=[local])["cleared"]
    assert estate.run(tickets=[local | {"opened_tz": "+07:00"}])["cleared"]


def test_an_exercise_is_told_as_what_it_is_and_only_within_its_scope(estate: SmallEstate) -> None:
    _act(estate, host="web1", user="")
    estate.events[-1]["fields"] += [("SourceIp", "198.51.100.203")]
    exercise = TICKET | {
        "assets": "", "accounts": "", "summary": "Authorised red team from 198.51.100.200/29"
    }  # fmt: skip
    found = estate.run(tickets=[exercise])
    assert [row["title"].partition(":")[0] for row in found["intrusions"]] == ["Declared exercise"]
    assert len(found["cleared"]) == 2
    elsewhere = exercise | {"summary": "Authorised red team from 198.51.100.8/29"}
    found = estate.run(tickets=[elsewhere])
    assert found["cleared"] == []
    assert "exercise" not in found["intrusions"][0]["title"]


def test_a_ticket_in_the_evidence_counts_like_one_in_the_side_table(estate: SmallEstate) -> None:
    _act(estate)
    fields = {name: value for name, value in TICKET.items() if name != "organisation"}
    estate.event("ticket", 0, "desk1", "CHG", "ticket", **fields)
    found = estate.run(tickets=[])
    assert [row["cleared_by"] for row in found["cleared"]] == [["CHG-1", "ev_ticket"]] * 2


def _job(estate: SmallEstate, days: range, step: int, hour: int = 2) -> None:
    for day in days:
        event = estate.event(f"job{day}", step * day * DAY + hour * HOUR, "srv1", User=r"CORP\bk")
        estate.fire(event, rule="dump", techniques=["T1003.003"])


@pytest.mark.parametrize(("count", "step", "cleared"), [(25, 1, 25), (10, 7, 10), (10, 1, 0)])
def test_a_job_at_one_hour_of_the_calendar_is_a_routine_once_seen_often_enough(
    estate: SmallEstate, count: int, step: int, cleared: int
) -> None:
    _job(estate, range(count), step)
    found = estate.run()["cleared"]
    assert len(found) == cleared
    assert all("about 12:00 UTC" in row["reason"] for row in found)


def test_a_job_that_began_after_the_logs_did_is_no_routine(estate: SmallEstate) -> None:
    estate.event("before", -60 * DAY, "srv1")
    _job(estate, range(40), 1)
    assert not estate.run()["cleared"]


@pytest.mark.parametrize(("summary", "cleared"), [("hive theft drill", 1), ("patching", 0)])
def test_a_record_without_an_account_is_cleared_only_if_the_ticket_speaks_of_the_act(
    estate: SmallEstate, summary: str, cleared: int
) -> None:
    _act(estate, user="")
    assert len(estate.run(tickets=[TICKET | {"summary": summary}])["cleared"]) == cleared
