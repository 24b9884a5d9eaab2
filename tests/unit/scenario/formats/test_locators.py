"""The locator of each record leads back to it, in every kind of log."""

import re

import pytest
from tests.unit.scenario.conftest import Written

from crossline.scenario.formats import WRITERS

TWO_LINES = "select a\n  from CDR.CDR_VOICE where note = 'x'"
SAMPLES = {
    "iis": [{"cs-uri-stem": f"/mark{n}"} for n in range(3)],
    "httpproxy": [{"UrlStem": f"/mark{n}", "GenericInfo": 'a "quoted, thing'} for n in range(3)],
    "ora_csv": [{"SQL_TEXT": TWO_LINES, "DBUSERNAME": f"mark{n}"} for n in range(3)],
    "ora_sys": [{"DBUSER": f"mark{n}"} for n in range(3)],
    "pgaudit": [{"STATEMENT": TWO_LINES, "user_name": f"mark{n}"} for n in range(3)],
    "tacplus": [{"user": f"mark{n}", "cmd": "show version"} for n in range(3)],
    "teleport": [{"event": "session.start", "user": f"mark{n}"} for n in range(3)],
    "mml": [{"op": f"mark{n}", "command": "LST SUB: ISDN=1"} for n in range(120)],
    "mediation": [{"user": f"mark{n}"} for n in range(3)],
    "crm": [{"user": f"mark{n}", "reason_code": "lost SIM, shop 14"} for n in range(3)],
    "ticket": [{"requester": f"mark{n}", "summary": "two\nlines"} for n in range(3)],
    "zeek_conn": [{"service": f"mark{n}"} for n in range(3)],
    "zeek_http": [{"uri": f"/mark{n}"} for n in range(3)],
    "zeek_ssl": [{"server_name": f"mark{n}"} for n in range(3)],
    "linux_auth": [{"msg": f"mark{n}"} for n in range(3)],
}
WINDOWS = {"winsec": 4624, "winsystem": 7036, "sysmon": 5, "powershell": 4104}


@pytest.mark.parametrize("kind", sorted(SAMPLES))
def test_a_line_number_leads_to_the_first_line_of_its_record(kind: str, written: Written) -> None:
    text, locators = written(kind, *SAMPLES[kind])
    lines = text.split("\n")
    assert len(locators) == len(SAMPLES[kind])
    for number, line in enumerate(locators):
        assert re.search(rf"mark{number}\b", lines[line - 1])


@pytest.mark.parametrize("kind", sorted(WINDOWS))
def test_a_record_id_stands_in_its_own_record(kind: str, written: Written) -> None:
    code = WINDOWS[kind]
    text, locators = written(kind, {"EventID": code}, {"EventID": code, "EventRecordID": 7})
    records = [line for line in text.split("\n") if "EventRecordID" in line]
    assert locators[1] == 7
    for line, record_id in zip(records, locators, strict=True):
        assert re.search(rf'EventRecordID(>|": ){record_id}\b', line)


def test_a_record_without_id_has_the_next_after_the_last(written: Written) -> None:
    cleared = {"EventID": 1102, "EventRecordID": 1}
    _, locators = written(
        "winsec", {"EventID": 4634}, {"EventID": 4634}, cleared, {"EventID": 4634}
    )
    assert locators == [locators[0], locators[0] + 1, 1, 2]


def test_blocks_are_counted_from_one(written: Written) -> None:
    text, locators = written("radius", {"User-Name": "a"}, {"User-Name": "b"})
    assert locators == [1, 2]
    assert text.split("\n\n")[1].count('User-Name = "b"') == 1


@pytest.mark.parametrize("kind", sorted({**SAMPLES, **WINDOWS, "radius": 0}))
def test_the_same_records_have_the_same_bytes(kind: str, written: Written) -> None:
    plain = [{"EventID": WINDOWS.get(kind, 0)}]
    fields = SAMPLES.get(kind, plain)
    assert written(kind, *fields) == written(kind, *fields)


def test_every_kind_of_log_is_sampled_here() -> None:
    assert {*SAMPLES, *WINDOWS, "radius"} == set(WRITERS)
