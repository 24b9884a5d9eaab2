"""Every shape tells the same record: what it was written from can be read back out of it."""

import json
import re
from datetime import UTC, datetime
from typing import Any

import defusedxml.ElementTree as ElementTree
import pytest

from crossline.scenario.formats import SHAPES
from crossline.scenario.records import Log, WindowsEvent

LOG = Log(
    name="security",
    channel="Security",
    provider="Microsoft-Windows-Security-Auditing",
    guid="{5484}",
    keywords="0x8020",
    level=0,
    process_id=636,
    user_sid="",
)
TIME = datetime(2025, 9, 25, 21, 12, 3, 250_000, tzinfo=UTC)
NAMESPACE = "{http://schemas.microsoft.com/win/2004/08/events/event}"


def event(data: tuple[tuple[str, str], ...], user_data: str = "") -> WindowsEvent:
    return WindowsEvent(
        time=TIME,
        computer="mx.example",
        host="mx",
        hours_ahead=5,
        log=LOG,
        event_id=4688,
        version=2,
        task=13312,
        keywords="0x8020",
        user_data=user_data,
        clears=False,
        data=data,
        record_id=77,
    )


NAMED = (("CommandLine", 'cmd /c "a & b" <c> \\ é'), ("Empty", ""))
UNNAMED = (("", "Set-OabVirtualDirectory"), ("", '-ExternalUrl "x"'))


def document(shape: str, record: WindowsEvent) -> dict[str, Any]:
    (line,) = SHAPES[shape]([record])
    parsed: dict[str, Any] = json.loads(line)
    return parsed


def element(record: WindowsEvent) -> Any:
    return ElementTree.fromstring("\n".join(SHAPES["xml"]([record])).encode())


def test_raw_keeps_named_fields_under_event_data() -> None:
    written = document("raw", event(NAMED))["Event"]
    assert written["EventData"] == dict(NAMED)
    assert written["System"]["EventRecordID"] == 77
    assert written["System"]["TimeCreated"]["#attributes"]["SystemTime"] == (
        "2025-09-25T21:12:03.250000Z"
    )


def test_raw_keeps_unnamed_data_as_a_list() -> None:
    written = document("raw", event(UNNAMED))["Event"]
    assert written["EventData"] == {"Data": {"#text": [value for _, value in UNNAMED]}}


def test_raw_puts_user_data_one_level_deeper() -> None:
    written = document("raw", event(NAMED, "LogFileCleared"))["Event"]
    assert written["UserData"] == {"LogFileCleared": dict(NAMED)}
    assert "EventData" not in written


def test_winlogbeat_calls_unnamed_data_by_number() -> None:
    written = document("winlogbeat", event(UNNAMED))
    assert written["winlog"]["event_data"]["param2"] == UNNAMED[1][1]
    assert written["@timestamp"] == "2025-09-25T21:12:03.250Z"


def test_a_flat_record_proves_its_own_offset() -> None:
    written = document("flat", event(NAMED))
    received = datetime.fromisoformat(written["EventReceivedTime"])
    stamped = datetime.fromisoformat(written["@timestamp"]).replace(tzinfo=None)
    assert round((received - stamped).total_seconds()) == 5 * 3600


def test_nxlog_states_its_offset() -> None:
    assert datetime.fromisoformat(document("nxlog", event(NAMED))["EventTime"]) == TIME


@pytest.mark.parametrize("shape", ["flat", "nxlog"])
def test_a_flat_record_holds_fields_beside_the_system_keys(shape: str) -> None:
    written = document(shape, event(NAMED))
    assert {name: written[name] for name, _ in NAMED} == dict(NAMED)
    assert (written["RecordNumber"], written["Channel"]) == (77, "Security")


def test_xml_escapes_what_markup_would_swallow() -> None:
    fields = element(event(NAMED)).iter(f"{NAMESPACE}Data")
    assert [(field.get("Name"), field.text or "") for field in fields] == list(NAMED)


def test_xml_puts_user_data_under_its_element() -> None:
    (cleared,) = element(event((("SubjectUserName", "a"),), "LogFileCleared")).iter(
        "{http://manifests.microsoft.com/win/2004/08/windows/eventlog}LogFileCleared"
    )
    assert [re.sub(r"{.*}", "", child.tag) for child in cleared] == ["SubjectUserName"]


@pytest.mark.parametrize("shape", sorted(SHAPES))
def test_no_line_of_any_shape_holds_a_line_break(shape: str) -> None:
    assert not any("\n" in line for line in SHAPES[shape]([event((("Text", "one two"),))]))
