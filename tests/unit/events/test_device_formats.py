"""Records of firewalls and network devices, bare and in frames of syslog."""

import pytest
from tests.unit.events.conftest import Normalise

CEF = (
    r"CEF:0|Maker|Wall\|2|1.0|100|Blocked \\ it|7|src=10.0.0.1 spt=1232 msg=a \= b, two words "
    r"rt=1577872800000 dvchost=fw1 cs1=x y cs1Label=Rule"
)
LEEF_1 = "LEEF:1.0|Maker|Wall|1.0|41|src=10.0.0.1\tdst=10.0.0.2\tdevTime=2020-01-01T10:00:00Z"
LEEF_2 = "LEEF:2.0|Maker|Wall|1.0|41|^|src=10.0.0.1^dst=10.0.0.2^devTime=2020-01-01T10:00:00Z"
FORTIGATE = (
    'date=2020-01-01 time=10:00:00 devname="fw1" devid="F1" tz="+0200" logid="0100044547" '
    'type="event" subtype="system" action="Add" cfgpath="firewall.policy" msg="a \\"b\\" c"'
)
ASA = "%ASA-6-302013: Built outbound TCP connection 7 for outside:10.1.2.3/443 (10.1.2.3/443)"
IOS = "000029: fw1: *Mar  1 2020 18:48:50.483 UTC: %SYS-5-CONFIG_I: Configured from console by x"


def test_cef_is_taken_apart_and_its_escapes_go(normalise: Normalise) -> None:
    (event,) = normalise(CEF + "\n").events
    assert (event["format"], event["event_code"], event["host"]) == ("cef", "100", "fw1")
    assert str(event["time"]) == "2020-01-01 10:00:00+00:00"
    assert event["provider"] == "Wall|2"
    stated = {name: event["fields"][name] for name in ("src", "msg", "name", "cs1", "cs1Label")}
    assert stated == {
        "src": "10.0.0.1",
        "msg": "a = b, two words",
        "name": "Blocked \\ it",
        "cs1": "x y",
        "cs1Label": "Rule",
    }


@pytest.mark.parametrize("text", [LEEF_1, LEEF_2])
def test_leef_of_both_versions(normalise: Normalise, text: str) -> None:
    (event,) = normalise(text + "\n").events
    assert (event["format"], event["event_code"], event["provider"]) == ("leef", "41", "Wall")
    assert (event["fields"]["src"], event["fields"]["dst"]) == ("10.0.0.1", "10.0.0.2")
    assert str(event["time"]) == "2020-01-01 10:00:00+00:00"


@pytest.mark.parametrize("frame", ["", "<189>", "Jan  1 11:00:00 collector "])
def test_fortigate_with_and_without_a_frame(normalise: Normalise, frame: str) -> None:
    (event,) = normalise(frame + FORTIGATE + "\n").events
    assert (event["format"], event["channel"], event["host"]) == ("fortigate", "event", "fw1")
    assert str(event["time"]) == "2020-01-01 08:00:00+00:00"
    assert event["fields"]["cfgpath"] == "firewall.policy"
    assert event["fields"]["msg"] == 'a "b" c'


@pytest.mark.parametrize(
    ("line", "kind", "code", "host"),
    [
        (f"Jan  1 2020 10:00:00 fw1 : {ASA}", "asa", "302013", "fw1"),
        (f"<166>Jan  1 2020 10:00:00 fw1 {ASA}", "asa", "302013", "fw1"),
        (f"<166>1 2020-01-01T10:00:00Z fw1 - - - - {ASA}", "asa", "302013", "fw1"),
        (IOS, "cisco", "CONFIG_I", "fw1"),
        (f"<189>{IOS}", "cisco", "CONFIG_I", "fw1"),
    ],
)
def test_messages_of_cisco_name_their_code(
    normalise: Normalise, line: str, kind: str, code: str, host: str
) -> None:
    (event,) = normalise(line + "\n").events
    assert (event["format"], event["event_code"], event["host"]) == (kind, code, host)
    assert event["time"] is not None
    if kind == "asa":
        assert (event["fields"]["address"], event["fields"]["port"]) == ("10.1.2.3", "443")


@pytest.mark.parametrize(
    "text", ["CEF:0|too|short", "LEEF:1.0|x", "%ASA-6: no code", "date=2020-01-01 time=10:00:00"]
)
def test_what_only_begins_like_a_device_is_none(normalise: Normalise, text: str) -> None:
    found = normalise(f"Jan  1 2020 10:00:00 host prog: {text}\n")
    assert [event["format"] for event in found.events] == ["syslog"]


def test_a_line_between_that_is_none_is_a_problem(normalise: Normalise) -> None:
    found = normalise(f"{CEF}\nnonsense\n{CEF}\n")
    assert len(found.events) == 2
    assert [row["locator"] for row in found.problems] == [2]
