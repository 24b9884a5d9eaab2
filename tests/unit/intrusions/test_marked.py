"""Undetected events that bear a story's marks."""

from tests.unit.intrusions.conftest import SmallEstate

DAY = 1440


def _implant(estate: SmallEstate) -> None:
    """A tool on ws1 that two rules saw, and nobody's connections yet."""
    estate.background(hosts=30)
    named = {"ProcessGuid": "{1}", "Image": r"C:\ProgramData\Falcon\t.exe"}
    event = estate.event("start", 0, "ws1", **named)
    for act, technique in (("inject", "T1055"), ("theft", "T1003.002")):
        estate.fire(event, rule=act, level="critical", techniques=[technique])


def _linked(estate: SmallEstate) -> set[str]:
    rows = estate.run()["intrusion_events"]
    return {row["event_id"].removeprefix("ev_") for row in rows if row["role"] == "linked"}


def test_what_a_detected_process_did_is_told(estate: SmallEstate) -> None:
    _implant(estate)
    estate.event("wrote", 5, "ws1", "11", ProcessGuid="{1}", TargetFilename=r"C:\x.tmp")
    estate.event("other", 5, "ws1", "11", ProcessGuid="{2}", TargetFilename=r"C:\x.tmp")
    assert _linked(estate) == {"wrote"}


def test_the_server_that_a_tool_reports_to_marks_the_story_in_every_log(
    estate: SmallEstate,
) -> None:
    _implant(estate)
    estate.event("call", 5, "ws1", "3", ProcessGuid="{1}", DestinationIp="203.0.113.9")
    flow = {"id.orig_h": "10.0.0.1", "id.resp_h": "203.0.113.9"}
    estate.event("flow", 6, "sensor", "conn", "zeek_conn", **flow)
    estate.event("later", 60 * DAY, "sensor", "conn", "zeek_conn", **flow)
    assert _linked(estate) == {"call", "flow"}


def test_a_value_that_many_machines_have_marks_nothing(estate: SmallEstate) -> None:
    _implant(estate)
    estate.event("call", 5, "ws1", "3", ProcessGuid="{1}", DestinationIp="203.0.113.9")
    for number in range(8):
        estate.event(f"b{number}", 6, f"pc{number}", "3", DestinationIp="203.0.113.9")
    assert _linked(estate) == {"call"}


def test_an_address_of_the_estate_marks_nothing(estate: SmallEstate) -> None:
    _implant(estate)
    estate.event("call", 5, "ws1", "3", ProcessGuid="{1}", DestinationIp="10.0.0.7")
    estate.event("flow", 6, "sensor", "conn", "zeek_conn", **{"id.resp_h": "10.0.0.7"})
    assets = [{"organisation": "north", "host": "dns1", "address": "10.0.0.7"}]
    rows = estate.run(assets)["intrusion_events"]
    assert {row["event_id"] for row in rows if row["role"] == "linked"} == {"ev_call"}
