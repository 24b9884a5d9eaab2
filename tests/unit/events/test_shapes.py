"""The same event in the shapes that people hand over comes to the same columns and fields."""

import json

import pytest
from tests.unit.events.conftest import Event, Normalise

COLUMNS = ("format", "host", "channel", "provider", "event_code", "record_id", "locator")
EXPECTED = {
    "format": "winsec",
    "host": "dc01.corp.example",
    "channel": "Security",
    "provider": "Microsoft-Windows-Security-Auditing",
    "event_code": "4624",
    "record_id": 812,
    "locator": 812,
}
GUID = "{54849625-5478-4994-a5ba-3e3b0328c30d}"
TIME = "2025-03-01T10:20:30.123456Z"

SYSTEM = {
    "Provider": {"#attributes": {"Name": EXPECTED["provider"], "Guid": GUID}},
    "EventID": 4624,
    "Version": 2,
    "Level": 0,
    "Task": 12544,
    "Keywords": "0x8020000000000000",
    "TimeCreated": {"#attributes": {"SystemTime": TIME}},
    "EventRecordID": 812,
    "Correlation": {"#attributes": {"ActivityID": "{A}"}},
    "Execution": {"#attributes": {"ProcessID": 4, "ThreadID": 8}},
    "Channel": "Security",
    "Computer": "dc01.corp.example",
    "Security": None,
}
DATA = {"TargetUserName": "alice", "LogonType": "3", "IpAddress": "10.0.0.5", "LmPackageName": ""}
NAMED = [{"@Name": name, **({"#text": text} if text else {})} for name, text in DATA.items()]
XML_DATA = "".join(f"<Data Name='{name}'>{text}</Data>" for name, text in DATA.items())
XML = (
    "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>"
    f"<Provider Name='{EXPECTED['provider']}' Guid='{GUID}'/><EventID>4624</EventID>"
    "<Version>2</Version><Level>0</Level><Task>12544</Task>"
    f"<Keywords>0x8020000000000000</Keywords><TimeCreated SystemTime='{TIME}'/>"
    "<EventRecordID>812</EventRecordID><Correlation ActivityID='{A}'/>"
    "<Execution ProcessID='4' ThreadID='8'/><Channel>Security</Channel>"
    f"<Computer>dc01.corp.example</Computer><Security/></System><EventData>{XML_DATA}"
    "</EventData></Event>"
)
XMLTODICT = {
    **SYSTEM,
    "Provider": {"@Name": EXPECTED["provider"], "@Guid": GUID},
    "EventID": {"@Qualifiers": "", "#text": "4624"},
    "TimeCreated": {"@SystemTime": TIME},
    "Execution": {"@ProcessID": "4", "@ThreadID": "8"},
    "Correlation": {"@ActivityID": "{A}"},
}
WINLOG = {
    "channel": "Security",
    "computer_name": "dc01.corp.example",
    "event_id": "4624",
    "provider_name": EXPECTED["provider"],
    "provider_guid": GUID,
    "record_id": 812,
    "task": "12544",
    "version": 2,
    "keywords": "0x8020000000000000",
    "level": 0,
    "activity_id": "{A}",
    "process": {"pid": 4, "thread": {"id": 8}},
    "event_data": DATA,
}
BEAT = {"@timestamp": TIME, "host": {"name": "dc01.corp.example"}, "winlog": WINLOG}
OLD_BEAT = {
    "@timestamp": TIME,
    "beat": {"hostname": "collector"},
    "log_name": "Security",
    "source_name": EXPECTED["provider"],
    "event_id": 4624,
    "record_number": "812",
    "provider_guid": GUID,
    "process_id": 4,
    "thread_id": 8,
    "task": "12544",
    "version": 2,
    "keywords": "0x8020000000000000",
    "level": "0",
    "activity_id": "{A}",
    "computer_name": "dc01.corp.example",
    "event_data": DATA,
}
NXLOG = {
    "EventTime": TIME,
    "Hostname": "dc01.corp.example",
    "host": "collector.example",
    "Channel": "Security",
    "SourceName": EXPECTED["provider"],
    "ProviderGuid": GUID,
    "EventID": 4624,
    "RecordNumber": 812,
    "ExecutionProcessID": 4,
    "ThreadID": 8,
    "ActivityID": "{A}",
    "Version": 2,
    "Level": 0,
    "Task": 12544,
    "Keywords": "0x8020000000000000",
    **DATA,
}
AZURE = {
    "TimeGenerated": TIME,
    "Computer": "dc01.corp.example",
    "Channel": "Security",
    "EventSourceName": EXPECTED["provider"],
    "EventID": 4624,
    "EventRecordId": "812",
    "EventData": f"<EventData xmlns='http://schemas.microsoft.com/x'>{XML_DATA}</EventData>",
}
SPLUNK_LINES = (
    "03/01/2025 10:20:30 AM\nLogName=Security\nEventCode=4624\nRecordNumber=812\n"
    f"ComputerName=dc01.corp.example\nSourceName={EXPECTED['provider']}\n"
    "Message=An account was logged on.\nName=not a field\n"
)


def dotted(document: dict[str, object], prefix: str = "") -> dict[str, object]:
    flat: dict[str, object] = {}
    for key, value in document.items():
        if isinstance(value, dict):
            flat.update(dotted(value, f"{prefix}{key}."))
        else:
            flat[prefix + key] = value
    return flat


SHAPES = {
    "raw": {"Event": {"#attributes": {"xmlns": "x"}, "System": SYSTEM, "EventData": DATA}},
    "xmltodict": {"Event": {"@xmlns": "x", "System": XMLTODICT, "EventData": {"Data": NAMED}}},
    "winlogbeat": BEAT,
    "winlogbeat, dotted": dotted(BEAT),
    "winlogbeat before 7": OLD_BEAT,
    "nxlog": NXLOG,
    "azure, xml inside": AZURE,
    "azure, json inside": {**AZURE, "EventData": json.dumps(DATA)},
    "splunk, xml": {"_raw": XML, "_time": "1740824430", "host": "collector"},
    "splunk, result": {"preview": False, "result": {"_raw": XML, "host": "collector"}},
    "splunk, json": {"_raw": json.dumps({"Event": {"System": SYSTEM, "EventData": DATA}})},
    "elasticsearch": {"_index": "winlogbeat-7", "_id": "x", "_source": BEAT},
    "syslog": {"HostName": "relay", "SyslogMessage": XML},
}


def only(normalise: Normalise, content: bytes | str) -> Event:
    seen = normalise(content)
    assert seen.problems == []
    assert len(seen.events) == 1
    return seen.events[0]


@pytest.mark.parametrize("name", SHAPES)
def test_a_shape_fills_the_columns(normalise: Normalise, name: str) -> None:
    event = only(normalise, json.dumps(SHAPES[name]))
    assert {column: event[column] for column in COLUMNS} == EXPECTED
    assert str(event["time"]) == "2025-03-01 10:20:30.123456+00:00"
    assert (event["time_raw"], event["time_basis"], event["month"]) == (TIME, "stated", "2025-03")


@pytest.mark.parametrize("name", SHAPES)
def test_a_shape_gives_the_fields_under_their_names(normalise: Normalise, name: str) -> None:
    fields = only(normalise, json.dumps(SHAPES[name]))["fields"]
    assert isinstance(fields, dict)
    assert DATA.items() <= fields.items()
    assert not {"Channel", "Computer", "EventID", "EventRecordID"} & set(fields)


@pytest.mark.parametrize("name", ["raw", "xmltodict", "winlogbeat", "winlogbeat before 7", "nxlog"])
def test_a_shape_gives_the_system_values_under_their_names(normalise: Normalise, name: str) -> None:
    fields = only(normalise, json.dumps(SHAPES[name]))["fields"]
    assert isinstance(fields, dict)
    assert {
        "Provider_Guid": GUID,
        "Execution_ProcessID": "4",
        "Execution_ThreadID": "8",
        "Correlation_ActivityID": "{A}",
        "Version": "2",
        "Level": "0",
        "Task": "12544",
        "Keywords": "0x8020000000000000",
    }.items() <= fields.items()


def test_xml_gives_the_same_fields_as_json(normalise: Normalise) -> None:
    as_xml, as_json = only(normalise, XML), only(normalise, json.dumps(SHAPES["raw"]))
    assert as_xml["fields"] == as_json["fields"]
    assert {column: as_xml[column] for column in COLUMNS} == EXPECTED


def test_splunks_lines_are_taken_apart(normalise: Normalise) -> None:
    event = only(normalise, json.dumps({"result": {"_raw": SPLUNK_LINES, "_time": "1740824430"}}))
    assert {column: event[column] for column in COLUMNS} == EXPECTED
    assert str(event["time"]) == "2025-03-01 10:20:30+00:00"
    assert event["fields"] == {"Message": "An account was logged on.\nName=not a field\n"}


def raw(data: object) -> str:
    return json.dumps({"Event": {"System": SYSTEM, "EventData": data}})


def user(data: object) -> str:
    return json.dumps({"Event": {"System": SYSTEM, "UserData": data}})


def xml(data: str) -> str:
    return XML.replace(f"<EventData>{XML_DATA}</EventData>", data)


@pytest.mark.parametrize(
    ("content", "fields"),
    [
        (raw({"Data": {"#text": ["a", "b"]}}), {"Data": "a", "Data#2": "b"}),
        (raw({"Data": {"#text": "a"}}), {"Data": "a"}),
        (raw({"Data": ["a", "b", "c"]}), {"Data": "a", "Data#2": "b", "Data#3": "c"}),
        (raw({"Param": None}), {"Param": ""}),
        (raw({"N": 2**80, "F": 1.50, "B": True}), {"N": str(2**80), "F": "1.5", "B": "true"}),
        (raw({"Level": "high"}), {"Level": "0", "Level#2": "high"}),
        (user({"Cleared": {"@xmlns": "u", "SubjectUserName": "eve"}}), {"SubjectUserName": "eve"}),
        (user({"R": {"P": {"Inner": "x"}}}), {"P.Inner": "x"}),
        (user({"R": {"U": {"@s": "1", "#text": "u"}}}), {"U": "u", "U.s": "1"}),
        (
            xml("<EventData><Data>a</Data><Data/><Data>c</Data></EventData>"),
            {"Data": "a", "Data#2": "", "Data#3": "c"},
        ),
        (
            xml("<EventData><Data Name='E'/><Binary>00</Binary></EventData>"),
            {"E": "", "Binary": "00"},
        ),
        (
            xml("<EventData><Data Name='X'>1</Data><Data Name='X'>2</Data></EventData>"),
            {"X": "1", "X#2": "2"},
        ),
        (xml("<UserData><C xmlns='u'><S>eve</S></C></UserData>"), {"S": "eve"}),
    ],
)
def test_event_data_is_named_as_rules_name_it(
    normalise: Normalise, content: str, fields: dict[str, str]
) -> None:
    found = only(normalise, content)["fields"]
    assert isinstance(found, dict)
    assert fields.items() <= found.items()


@pytest.mark.parametrize(
    ("event_id", "code", "qualifiers"),
    [
        (4624, "4624", None),
        ("4624", "4624", None),
        ({"#text": 4624, "#attributes": {"Qualifiers": 16384}}, "4624", "16384"),
    ],
)
def test_the_event_id_is_read_in_each_form(
    normalise: Normalise, event_id: object, code: str, qualifiers: str | None
) -> None:
    document = {"Event": {"System": {**SYSTEM, "EventID": event_id}}}
    event = only(normalise, json.dumps(document))
    assert event["event_code"] == code
    fields = event["fields"]
    assert isinstance(fields, dict)
    assert fields.get("Qualifiers") == qualifiers


@pytest.mark.parametrize(
    ("channel", "name"),
    [
        ("Security", "winsec"),
        ("SYSTEM", "winsystem"),
        ("Microsoft-Windows-Sysmon/Operational", "sysmon"),
        ("Linux-Sysmon/Operational", "linux_sysmon"),
        ("Windows PowerShell", "powershell"),
        ("PowerShellCore/Operational", "powershell"),
        ("Application", "win_other"),
    ],
)
def test_the_format_follows_from_the_channel(normalise: Normalise, channel: str, name: str) -> None:
    assert only(normalise, json.dumps({**NXLOG, "Channel": channel}))["format"] == name


def test_the_origin_is_the_host_and_not_the_collector(normalise: Normalise) -> None:
    document = {**NXLOG, "Hostname": "collector", "computer_name": "ws7.corp.example"}
    event = only(normalise, json.dumps(document))
    assert event["host"] == "ws7.corp.example"
    assert isinstance(event["fields"], dict)
    assert event["fields"]["Hostname"] == "collector"


def test_other_json_keeps_its_names_and_nulls(normalise: Normalise) -> None:
    document = {
        "eventTime": "2025-03-01T10:00:00Z",
        "user": {"name": "x", "tags": ["a", {"k": 1}], "none": None},
        "empty": {},
    }
    event = only(normalise, json.dumps(document))
    assert event["format"] == "json"
    assert event["fields"] == {
        "user.name": "x",
        "user.tags": "a",
        "user.tags.k": "1",
        "user.none": None,
    }
    assert (event["record_id"], event["locator"]) == (None, 1)
