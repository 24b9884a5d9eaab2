"""Each detector finds its own case and leaves the look-alikes beside it alone."""

from tests.unit.detections.detectors.conftest import Ran

from crossline.detections.detectors import DETECTORS


def test_a_persons_call_records_are_a_finding_where_nobody_asks_out_of_habit(ran: Ran) -> None:
    assert ran.matched("td29", "account", "place", "subscribers") == [
        ("CARE", "wks9", "2"), ("DBA", "wks1", "1"),
    ]  # fmt: skip


def test_without_statements_only_the_account_can_be_odd(ran: Ran) -> None:
    assert ran.matched("td29-unseen", "account", "place") == [("LOWDBA", "not logged")]


def test_a_monthly_extract_is_a_habit_and_a_single_one_is_none(ran: Ran) -> None:
    assert ran.matched("td32", "account") == [("DBA4",)]


def test_probes_and_emergency_desks_may_ask_the_register_and_an_unknown_operator_may_not(
    ran: Ran,
) -> None:
    assert ran.matched("td34", "account", "place") == [("op9", "10.0.9.9")]


def test_repeated_interest_is_counted_against_what_explains_itself(ran: Ran) -> None:
    (found,) = ran.of("td30")
    matched = dict(found["matched"])
    assert (matched["days"], matched["accounts"]) == ("4", "2")
    assert len(matched["subscriber"]) == 32
    assert len(found["rests_on"]) == 4


def test_a_ticket_within_hours_explains_a_suppliers_logon(ran: Ran) -> None:
    assert [str(row["time"])[:10] for row in ran.of("td05")] == ["2020-01-08", "2020-02-25"]


def test_a_network_of_one_account_is_odd_and_a_shared_one_is_not(ran: Ran) -> None:
    assert ran.matched("td07", "account", "network") == [("bob", "203.0.113")]


def test_only_hosts_of_telecom_ask_for_a_ticket(ran: Ran) -> None:
    assert ran.matched("td27", "account", "place") == [("dora", "10.0.0.5")]
    assert {row["host"] for row in ran.of("td27")} == {"bas01"}


def test_a_rhythm_to_a_rare_address_is_a_beacon(ran: Ran) -> None:
    assert ran.matched("td23", "source", "destination") == [("10.0.1.1", "203.0.113.1")]


def test_much_sent_and_little_received_is_an_outflow(ran: Ran) -> None:
    assert ran.matched("td40", "source", "destination", "megabytes") == [
        ("10.0.1.9", "203.0.113.40", "80")
    ]


def test_a_large_anonymous_logon_page_is_a_finding(ran: Ran) -> None:
    assert ran.matched("td25", "client", "bytes") == [("192.0.2.20", "812000")]


def test_every_detector_is_accounted_for_and_has_fired_here(ran: Ran) -> None:
    for detector in DETECTORS:
        status = ran.statuses[detector.rule_id]
        assert (status["status"], status["kind"]) == ("ran", "detector"), detector.rule_id
        assert status["hits"] == len(
            [r for r in ran.detections if r["rule_id"] == detector.rule_id]
        )
        assert status["hits"] > 0, detector.rule_id


def test_a_detection_names_its_events_author_and_technique(ran: Ran) -> None:
    for row in ran.detections:
        assert row["kind"] == "detector"
        assert row["rule_author"] == "crossline"
        assert row["techniques"]
        assert row["rests_on"]
        assert row["host"]
