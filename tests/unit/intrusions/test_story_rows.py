"""The stage over small cases: what it writes, and what it refuses to claim."""

from tests.unit.intrusions.conftest import SmallEstate


def _web_shell(estate: SmallEstate, minute: float = 0, host: str = "exch01") -> list[str]:
    """A shell under a web server, a command below it, a logon to dc01 and a theft there."""
    shell = estate.event(
        f"shell_{host}", minute, host, ProcessGuid="{A-1}", Image=r"C:\Windows\System32\cmd.exe",
        ParentProcessGuid="{A-0}", ParentImage=r"C:\inetpub\w3wp.exe", User=r"CORP\bob",
        LogonId="0x55",
    )  # fmt: skip
    command = estate.event(
        f"command_{host}", minute + 1, f"{host}.corp.example", ProcessGuid="{A-2}",
        Image=r"C:\Windows\System32\whoami.exe", ParentProcessGuid="{A-1}",
        ParentImage=r"C:\Windows\System32\cmd.exe", User=r"CORP\bob", LogonId="0x55",
    )  # fmt: skip
    estate.event(
        "logon", minute + 2, "dc01", "4624", "winsec", TargetUserName="bob",
        TargetDomainName="CORP", TargetLogonId="0x99", LogonType="3",
        IpAddress="::ffff:10.0.0.1", WorkstationName=host.upper(),
    )  # fmt: skip
    theft = estate.event(
        "theft", minute + 3, "dc01", ProcessGuid="{B-2}", Image=r"C:\Windows\System32\reg.exe",
        ParentImage=r"C:\Windows\System32\wbem\WmiPrvSE.exe", User=r"CORP\bob", LogonId="0x99",
    )  # fmt: skip
    estate.fire(shell, rule="Web shell", techniques=["T1505.003"])
    estate.fire(command, rule="Whoami", level="medium", techniques=["T1033"])
    estate.fire(theft, rule="Hive saved", techniques=["T1003.002"])
    return [shell, command, theft]


def test_shell_command_and_movement_become_one_story(estate: SmallEstate) -> None:
    estate.background()
    detected = _web_shell(estate)
    found = estate.run()
    (story,) = found["intrusions"]
    acts = "discovery, credential theft and movement to dc01"
    assert story["title"] == f"Web shell on exch01, then {acts}"
    assert story["hosts"] == ["exch01.corp.example", "dc01"]
    assert story["accounts"] == [r"CORP\bob"]
    assert story["techniques"] == ["T1505.003", "T1033", "T1003.002"]
    assert story["probability"] is None
    assert story["confidence"] == "moderate"
    assert found["unlinked"] == []
    roles = {row["event_id"]: row["role"] for row in found["intrusion_events"]}
    assert roles == {**dict.fromkeys(detected, "detected"), "ev_logon": "linked"}


def test_every_event_says_why_it_is_in_the_story(estate: SmallEstate) -> None:
    estate.background()
    _web_shell(estate)
    rows = {row["event_id"]: row for row in estate.run()["intrusion_events"]}
    assert "same process cmd.exe" in rows["ev_command_exch01"]["link_reason"]
    assert "from exch01 to dc01" in rows["ev_theft"]["link_reason"]
    assert rows["ev_theft"]["rests_on"] == ["ev_theft", "de_Hive_saved_ev_theft"]
    assert rows["ev_logon"]["step"] == r"CORP\bob logged on to dc01 from exch01"
    assert rows["ev_logon"]["rests_on"] == ["ev_logon"]


def test_a_story_rests_on_its_detections_and_its_linked_events(estate: SmallEstate) -> None:
    estate.background()
    _web_shell(estate)
    (story,) = estate.run()["intrusions"]
    assert story["rests_on"] == [
        "de_Hive_saved_ev_theft", "de_Web_shell_ev_shell_exch01", "de_Whoami_ev_command_exch01",
        "ev_logon",
    ]  # fmt: skip


def test_one_rule_alone_is_no_story_and_says_what_it_lacked(estate: SmallEstate) -> None:
    estate.background()
    event = estate.event("cleared", code="1102", form="winsec", SubjectUserName="ann")
    detection = estate.fire(event, rule="Log cleared", level="critical", techniques=["T1070.001"])
    found = estate.run()
    assert found["intrusions"] == []
    (row,) = found["unlinked"]
    assert row["detection_id"] == detection
    assert "scores" in row["reason"]
    assert 0 < row["group_bits"] < 5.25


def test_low_rules_never_start_a_story(estate: SmallEstate) -> None:
    estate.background()
    for number in range(12):
        event = estate.event(f"e{number}", number, ProcessGuid="{A-1}", Image=r"C:\x\y.exe")
        estate.fire(event, rule=f"rule {number}", level="low", techniques=[f"T10{40 + number}"])
    found = estate.run()
    assert found["intrusions"] == []
    assert {row["reason"] for row in found["unlinked"]} == {
        "no rule of a level above low fired in its group"
    }


def test_without_a_rule_of_a_high_level_a_story_needs_twice_as_much(estate: SmallEstate) -> None:
    estate.background(hosts=40, days=60)
    for number, act in enumerate(("T1055", "T1003.002", "T1021", "T1547")):
        event = estate.event(f"e{number}", number, ProcessGuid="{A-1}", Image=r"C:\x\y.exe")
        estate.fire(event, rule=act, level="medium", techniques=[act])
        told = [row["score_bits"] >= 10.5 for row in estate.run()["intrusions"]]
        assert told == ([True] if number > 1 else [])


def test_what_is_suppressed_or_has_no_time_is_left_out_with_its_reason(estate: SmallEstate) -> None:
    timeless, plain = estate.event("timeless", None), estate.event("plain")
    first = estate.fire(timeless, rule="one")
    second = estate.fire(plain, rule="two", suppressed_by="fp-1")
    third = estate.fire("ev_gone", rule="three")
    reasons = {row["detection_id"]: row["reason"] for row in estate.run()["unlinked"]}
    assert reasons == {
        first: "its event has no usable time, or is not in the store",
        second: "suppressed by fp-1",
        third: "its event has no usable time, or is not in the store",
    }


def test_every_detection_is_in_a_story_or_unlinked(estate: SmallEstate) -> None:
    estate.background()
    _web_shell(estate)
    estate.fire(estate.event("odd", 4000, "pc1", Image=r"C:\t\odd.exe"), rule="Odd")
    found = estate.run()
    told = {one for row in found["intrusion_events"] for one in row["rests_on"] if one[:2] == "de"}
    unlinked = {row["detection_id"] for row in found["unlinked"]}
    assert told | unlinked == {row["detection_id"] for row in estate.detections}
    assert not told & unlinked


def test_a_correlation_stands_on_the_event_that_completed_it(estate: SmallEstate) -> None:
    estate.background()
    shell, *_ = _web_shell(estate)
    early = estate.event("early", -600, "pc3")
    estate.fire(early, shell, rule="Many then one", kind="correlation")
    rows = {row["event_id"]: row for row in estate.run()["intrusion_events"]}
    assert "ev_early" not in rows
    assert "Many then one" in rows[shell]["step"]


def test_two_organisations_never_share_a_story(estate: SmallEstate) -> None:
    for organisation in ("north", "south"):
        event = estate.event(
            organisation, organisation=organisation, ProcessGuid="{A-1}", Image=r"C:\x\y.exe"
        )
        for act, technique in (("shell", "T1505.003"), ("theft", "T1003.002")):
            estate.fire(event, rule=act, techniques=[technique])
    found = estate.run()
    assert sorted(row["organisation"] for row in found["intrusions"]) == ["north", "south"]
    assert all(len(row["hosts"]) == 1 for row in found["intrusions"])


def test_two_machines_that_the_assets_tell_apart_are_not_joined(estate: SmallEstate) -> None:
    estate.background(hosts=30)
    for place, host in enumerate(("web.a.example", "web.b.example")):
        named = {"Image": r"C:\Windows\System32\cmd.exe", "ProcessId": "7", "LogonId": "0x5"}
        event = estate.event(f"e{place}", place, host, **named)
        for act, technique in (("shell", "T1505.003"), ("theft", "T1003.002")):
            estate.fire(event, rule=act, level="critical", techniques=[technique])
    assets = [
        {"organisation": "north", "host": name, "fqdn": f"web.{name[-1]}.example"}
        for name in ("web-a", "web-b")
    ]
    assert len(estate.run()["intrusions"]) == 1
    assert len(estate.run(assets)["intrusions"]) == 2


def test_a_story_long_before_the_end_of_the_logs_is_closed_only_if_its_machines_were_seen(
    estate: SmallEstate,
) -> None:
    _web_shell(estate)
    estate.event("later", 60 * 24 * 40, "elsewhere")
    assert [row["status"] for row in estate.run()["intrusions"]] == ["unknown"]
    for host in ("exch01", "dc01"):
        estate.event(f"later_{host}", 60 * 24 * 40, host)
    assert [row["status"] for row in estate.run()["intrusions"]] == ["closed"]
    estate.coverage.append(
        {"organisation": "north", "host": "dc01", "month": "2024-04", "format": "sysmon",
         "state": "silent", "events": 0}
    )  # fmt: skip
    assert [row["status"] for row in estate.run()["intrusions"]] == ["unknown"]


def test_a_case_without_detections_gives_empty_tables(estate: SmallEstate) -> None:
    estate.background(1, 1)
    assert estate.run() == {"intrusions": [], "intrusion_events": [], "unlinked": [], "cleared": []}
    estate.events.clear()
    assert estate.run() == {"intrusions": [], "intrusion_events": [], "unlinked": [], "cleared": []}


def test_the_order_of_events_and_detections_does_not_matter(estate: SmallEstate) -> None:
    estate.background()
    _web_shell(estate)
    one = estate.run()
    estate.detections.reverse()
    assert estate.run(order=list(reversed(range(len(estate.events))))) == one


def test_more_plain_machines_do_not_change_which_events_are_told(estate: SmallEstate) -> None:
    _web_shell(estate)
    small = estate.run()
    estate.background(hosts=30, days=10)
    large = estate.run()
    assert [row["intrusion_id"] for row in small["intrusions"]] == [
        row["intrusion_id"] for row in large["intrusions"]
    ]


def test_a_story_does_not_make_the_next_one_harder_to_believe(estate: SmallEstate) -> None:
    estate.background(hosts=30)
    acts = (("shell", "T1505.003"), ("theft", "T1003.002"), ("move", "T1021"))
    for minute in range(12):
        event = estate.event(f"strong{minute}", 1440 * minute, "web", ProcessGuid="{9}")
        for act, technique in acts:
            estate.fire(event, rule=act, level="critical", techniques=[technique])
    weak = estate.event("weak", 0, "ws1", ProcessGuid="{8}")
    estate.fire(weak, rule="inject", level="critical", techniques=["T1055"])
    estate.fire(weak, rule="persist", level="medium", techniques=["T1547"])
    assert sorted(len(row["hosts"]) for row in estate.run()["intrusions"]) == [1, 1]


def _break_in_to(estate: SmallEstate, host: str, minute: float, **fields: str) -> str:
    event = estate.event(f"act_{host}", minute, host, **fields)
    for act, technique in (("inject", "T1055"), ("theft", "T1003.002")):
        estate.fire(event, rule=f"{act} {host}", level="critical", techniques=[technique])
    return event


BOB = {"TargetUserName": "bob", "TargetDomainName": "CORP"}


def test_a_logon_without_an_address_came_from_the_one_machine_that_reached_its_host(
    estate: SmallEstate,
) -> None:
    estate.background(hosts=30)
    _break_in_to(estate, "ws1", 0, User=r"CORP\bob", ProcessGuid="{1}")
    _break_in_to(estate, "srv1", 2, User=r"CORP\bob", ProcessGuid="{2}", LogonId="0x99")
    estate.event("own", -9, "ws1", "3", Initiated="true", SourceIp="10.0.0.1")
    session = {"LogonType": "3", "IpAddress": "-", "TargetLogonId": "0x99"}
    estate.event("logon", 1, "srv1", "4624", "winsec", **BOB, **session)
    assert len(estate.run()["intrusions"]) == 2
    reached = {"Direction": "%%14592", "SourceAddress": "10.0.0.1", "DestPort": "445"}
    estate.event("reached", 1, "srv1", "5156", "winsec", **reached)
    found = estate.run()
    assert len(found["intrusions"]) == 1
    assert "ev_logon" in {row["event_id"] for row in found["intrusion_events"]}
    estate.event("other", 1, "srv1", "5156", "winsec", **reached | {"SourceAddress": "10.0.0.2"})
    assert len(estate.run()["intrusions"]) == 2


def test_credentials_given_for_another_machine_tie_the_two(estate: SmallEstate) -> None:
    estate.background(hosts=30)
    _break_in_to(estate, "ws1", 0, User=r"CORP\bob", ProcessGuid="{1}")
    _break_in_to(estate, "srv1", 2, User=r"CORP\bob", ProcessGuid="{2}")
    assert len(estate.run()["intrusions"]) == 2
    estate.event("given", 1, "ws1", "4648", "winsec", **BOB, TargetServerName="SRV1.corp.example")
    found = estate.run()
    assert len(found["intrusions"]) == 1
    (linked,) = (row for row in found["intrusion_events"] if row["event_id"] == "ev_given")
    assert (linked["role"], linked["host"]) == ("linked", "ws1")


def test_two_stories_of_one_moment_on_one_machine_are_one_and_weaker_groups_are_not(
    estate: SmallEstate,
) -> None:
    estate.background(hosts=30)
    for number in range(2):
        event = estate.event(f"e{number}", 0.1 * number, "ws1", ProcessGuid=f"{{{number}}}")
        estate.fire(event, rule=f"inject{number}", level="critical", techniques=["T1055"])
    assert not estate.run()["intrusions"]
    for number in range(2):
        estate.fire(f"ev_e{number}", rule=f"theft{number}", techniques=["T1003.002"])
    assert len(estate.run()["intrusions"]) == 1


def _weak(estate: SmallEstate, name: str, minute: float, host: str, **fields: str) -> str:
    event = estate.event(name, minute, host, **fields)
    return estate.fire(event, rule="save", level="high", techniques=["T1003.002"])


def test_a_rare_sign_joins_the_story_that_holds_its_machine_for_some_weeks(
    estate: SmallEstate,
) -> None:
    estate.background(hosts=30)
    _break_in_to(estate, "ws1", 0, ProcessGuid="{1}")
    near = _weak(estate, "near", 60 * 24 * 3, "ws1", ProcessGuid="{2}")
    far = _weak(estate, "far", 60 * 24 * 300, "ws1", ProcessGuid="{3}")
    elsewhere = _weak(estate, "elsewhere", 60, "ws2", ProcessGuid="{4}")
    found = estate.run()
    assert {row["event_id"] for row in found["intrusion_events"]} == {"ev_act_ws1", "ev_near"}
    assert {row["detection_id"] for row in found["unlinked"]} == {far, elsewhere}
    assert near not in {row["detection_id"] for row in found["unlinked"]}


def test_a_session_from_a_held_machine_counts_as_on_it(estate: SmallEstate) -> None:
    estate.background(hosts=30)
    _break_in_to(estate, "ws1", 0, ProcessGuid="{1}")
    asked = {"user_name": "dba", "application_name": "psql"}
    event = estate.event(
        "asked", 90, "db1", "SELECT", "pgaudit", connection_from="10.0.0.1:50", **asked
    )
    estate.fire(event, rule="list", level="high", techniques=["T1213.006"])
    assets = [{"organisation": "north", "host": "ws1", "address": "10.0.0.1"}]
    assert len(estate.run(assets)["intrusion_events"]) == 2
    assert len(estate.run()["intrusion_events"]) == 1


def test_two_stories_on_one_machine_that_share_no_address_stay_apart(estate: SmallEstate) -> None:
    estate.background(hosts=30)
    for number, address in enumerate(("203.0.113.1", "203.0.113.2")):
        event = estate.event(
            f"e{number}", 600 * number, "web", ProcessGuid=f"{{{number}}}", SourceIp=address
        )
        for act, technique in (("inject", "T1055"), ("theft", "T1003.002")):
            estate.fire(event, rule=f"{act}{number}", level="critical", techniques=[technique])
        estate.event(f"again{number}", 601 + number, "web", "4", SourceIp=address)
        other = estate.event(f"f{number}", 600 * number + 1, "web", ProcessGuid=f"{{{number}}}",
                             SourceIp=address)  # fmt: skip
        estate.fire(other, rule=f"inject{number}", level="critical", techniques=["T1055"])
    assert len(estate.run()["intrusions"]) == 2
