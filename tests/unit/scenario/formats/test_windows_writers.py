"""Windows records are whole: templates filled, processes and logons held together."""

import json
import re
from typing import Any

import defusedxml.ElementTree as ElementTree
from tests.unit.scenario.conftest import Written

NAMESPACE = "{http://schemas.microsoft.com/win/2004/08/events/event}"
CMD, WHOAMI = "C:\\Windows\\System32\\cmd.exe", "C:\\Windows\\System32\\whoami.exe"


def xml_data(text: str) -> list[dict[str, str]]:
    return [
        {each.get("Name"): each.text or "" for each in event.iter(f"{NAMESPACE}Data")}
        for event in ElementTree.fromstring(text)
    ]


def json_data(text: str) -> list[dict[str, Any]]:
    return [json.loads(line)["Event"]["EventData"] for line in text.splitlines()]


def test_the_document_is_well_formed_whatever_stands_in_it(written: Written) -> None:
    command = 'cmd /c echo <a> & type "b" > é.txt'
    (data,) = xml_data(written("winsec", {"EventID": 4688, "CommandLine": command})[0])
    assert data["CommandLine"] == command
    assert data["SubjectUserName"] == "BILL01$"
    assert data["SubjectUserSid"] == "S-1-5-18"


def test_a_cleared_log_keeps_its_data_under_user_data(written: Written) -> None:
    text, _ = written("winsec", {"EventID": 1102, "SubjectUserName": "adm.castro"})
    assert "<UserData><LogFileCleared" in text
    assert "<SubjectUserName>adm.castro</SubjectUserName>" in text
    assert "<EventData>" not in text


def test_a_child_names_the_process_that_was_started_before(written: Written) -> None:
    parent = {"EventID": 1, "Image": CMD}
    child = {"EventID": 1, "Image": WHOAMI, "ParentImage": CMD}
    first, second = json_data(written("sysmon", parent, child)[0])
    assert second["ParentProcessGuid"] == first["ProcessGuid"] != second["ProcessGuid"]
    assert second["ParentProcessId"] == first["ProcessId"]


def test_process_ids_of_security_records_hold_together(written: Written) -> None:
    parent = {"EventID": 4688, "NewProcessName": CMD}
    child = {"EventID": 4688, "NewProcessName": WHOAMI, "ParentProcessName": CMD}
    first, second = xml_data(written("winsec", parent, child)[0])
    assert second["ProcessId"] == first["NewProcessId"]


def test_what_an_account_does_bears_the_id_of_its_logon(written: Written) -> None:
    logon = {"EventID": 4624, "TargetUserName": "a.gupta", "LogonType": 10}
    start = {"EventID": 4688, "SubjectUserName": "a.gupta", "NewProcessName": CMD}
    first, second = xml_data(written("winsec", logon, start)[0])
    assert second["SubjectLogonId"] == first["TargetLogonId"]
    assert second["SubjectUserSid"] == first["TargetUserSid"]


def test_a_file_has_one_hash_wherever_it_is_seen(written: Written) -> None:
    start = {"EventID": 1, "Image": CMD}
    load = {"EventID": 7, "Image": WHOAMI, "ImageLoaded": CMD}
    first, second = json_data(written("sysmon", start, load)[0])
    assert first["Hashes"] == second["Hashes"]
    assert re.fullmatch(r"SHA256=[0-9A-F]{64},IMPHASH=[0-9A-F]{32}", first["Hashes"])


def test_a_record_goes_before_what_is_filled_in(written: Written) -> None:
    (data,) = json_data(written("sysmon", {"EventID": 3, "SourcePort": 7, "Extra": "x"})[0])
    assert (data["SourcePort"], data["Extra"]) == (7, "x")


def test_fields_of_a_later_sensor_are_absent_before_it(written: Written) -> None:
    (data,) = json_data(written("sysmon", {"EventID": 1, "Image": CMD})[0])
    assert "RuleName" in data
    assert "OriginalFileName" not in data


def test_settings_take_command_line_parent_and_name(written: Written) -> None:
    start = {"EventID": 4688, "NewProcessName": CMD, "CommandLine": "cmd /c x"}
    text, _ = written("winsec", start, no_command_line=True, old_build=True, computer="new.example")
    (data,) = xml_data(text)
    assert data["CommandLine"] == ""
    assert "ParentProcessName" not in data
    assert "<Computer>new.example</Computer>" in text


def test_a_damaged_record_is_cut_and_the_next_is_whole(written: Written) -> None:
    text, locators = written("winsec", {"EventID": 4634}, damaged=True)
    assert locators
    assert "</Event>\n" not in text
