"""What each text format does to times, names and texts, down to the bytes."""

import csv
import io
import json

import pytest
from tests.unit.scenario.conftest import Written


@pytest.mark.parametrize(
    ("kind", "fields", "zone", "stamp"),
    [
        ("iis", {}, 420, "2019-02-26 02:22:31 "),
        ("httpproxy", {}, 420, "2019-02-26T02:22:31.114Z,"),
        ("ora_csv", {}, 420, "26-FEB-19 02.22.31.114000 AM,26-FEB-19 09.22.31.114000 AM,"),
        ("ora_sys", {}, 420, "Feb 26 09:22:31 bill01 Oracle Unified Audit["),
        ("pgaudit", {}, 480, "2019-02-26 10:22:31.114 +08,"),
        ("pgaudit", {}, 390, "2019-02-26 08:52:31.114 +06:30,"),
        ("tacplus", {}, 480, "Tue Feb 26 10:22:31 2019\t"),
        ("radius", {}, 390, "Tue Feb 26 08:52:31 2019\n\t"),
        ("teleport", {"event": "exec"}, 420, '"time": "2019-02-26T02:22:31.114Z"'),
        ("mml", {"command": "LGI:"}, 420, "2019-02-26 09:22:31|LMT|"),
        ("mediation", {}, 420, "2019-02-26 09:22:31;bill01;"),
        ("crm", {}, 420, "2019-02-26T09:22:31+07:00,crm,"),
        ("crm", {"app": "ota"}, 420, '"26/02/2019 09:22:31",ota,'),
        ("ticket", {}, 420, ",2019-02-26 09:22,"),
        ("zeek_conn", {}, 420, "1551147751.114000\tC"),
        ("linux_auth", {"msg": "x"}, 390, "Feb 26 08:52:31 bill01 sshd["),
    ],
)
def test_times_are_written_as_the_format_writes_them(
    kind: str, fields: dict[str, str], zone: int, stamp: str, written: Written
) -> None:
    assert stamp in written(kind, fields, zone=zone)[0]


@pytest.mark.parametrize(
    ("kind", "setting", "value", "absent", "present"),
    [
        ("tacplus", "no_year", True, "2019", "Feb 26 09:22:31\t"),
        ("ora_csv", "old_build", True, "EVENT_TIMESTAMP_UTC", "EVENT_TIMESTAMP"),
        ("ora_csv", "no_statement", True, "select 1", "EVENT_TIMESTAMP"),
        ("pgaudit", "hidden_parameters", True, "{214}", "<not logged>"),
        ("ora_sys", "max_bytes", 60, "DBUSER", "Oracle Unified Audit["),
        ("radius", "header_zone", 0, "Tue Feb 26 09:22", "Tue Feb 26 02:22:31 2019"),
        ("linux_auth", "computer", "new01", "bill01", "new01"),
        ("ticket", "no_zone", True, "+07:00", "opened_tz"),
        ("zeek_conn", "no_close", True, "#close", "#open"),
    ],
)
def test_a_setting_changes_what_it_says(
    kind: str, setting: str, value: int, absent: str, present: str, written: Written
) -> None:
    fields = {"SQL_TEXT": "select 1", "PARAMETER": "{214}", "msg": "x"}
    plain, changed = written(kind, fields)[0], written(kind, fields, **{setting: value})[0]
    assert absent in plain
    assert absent not in changed
    assert present in changed


def test_iis_repeats_its_directives_where_the_field_list_changes(written: Written) -> None:
    plain, _ = written("iis", {"c-ip": "198.18.40.7", "cs(User-Agent)": "a b"})
    behind, _ = written("iis", {"c-ip": "198.18.40.7"}, forwarded="10.11.4.5")
    assert " 198.18.40.7 a+b - 200 " in plain
    assert " 10.11.4.5 - - bill01" in behind
    assert behind.endswith(" 198.18.40.7\n")


def test_httpproxy_begins_with_a_mark_and_has_74_columns(written: Written) -> None:
    text, _ = written("httpproxy", {"GenericInfo": 'Note="a, b";'})
    assert text.startswith("\ufeff#Software")
    row = next(csv.reader(io.StringIO(text.split("\n")[5])))
    assert len(row) == 74
    assert 'Note="a, b";' in row


def test_an_older_build_of_httpproxy_has_fewer_columns(written: Written) -> None:
    text, _ = written("httpproxy", {"UrlStem": "/owa/"}, old_build=True)
    names = text.split("\n")[4].removeprefix("#Fields: ").split(",")
    row = text.split("\n")[5].split(",")
    assert len(names) == len(row) < 74
    assert row[names.index("UrlStem")] == "/owa/"


def test_oracle_cuts_statements_at_4000_characters(written: Written) -> None:
    text, _ = written("ora_csv", {"SQL_TEXT": "x" * 5000})
    assert "x" * 4000 in text
    assert "x" * 4001 not in text


def test_pgaudit_is_csv_inside_csv(written: Written) -> None:
    statement = "select \"a\",b from cdr.voice where x = 'y'"
    text, _ = written("pgaudit", {"STATEMENT": statement, "PARAMETER": "1,2"})
    outer = next(csv.reader(io.StringIO(text)))
    inner = next(csv.reader(io.StringIO(outer[13].removeprefix("AUDIT: "))))
    assert len(outer) == 23
    assert inner[0] == "SESSION"
    assert inner[7:] == [statement, "1,2"]


def test_optional_attributes_have_a_star_and_commands_end_as_devices_end_them(
    written: Written,
) -> None:
    text, _ = written("tacplus", {"process*": "mgd[9]", "cmd": "show version"})
    assert "\tprocess*mgd[9]\tcmd=show version <cr>\n" in text


def test_identities_of_radius_stand_as_they_were_delivered(written: Written) -> None:
    text, _ = written("radius", {"3GPP-IMSI": "0x0102F4", "Calling-Station-Id": "+210914000321"})
    assert "\t3GPP-IMSI = 0x0102F4\n" in text
    assert '\tCalling-Station-Id = "+210914000321"\n' in text


def test_a_failed_login_has_the_code_of_a_warning(written: Written) -> None:
    text, _ = written("teleport", {"event": "user.login", "success": False})
    assert json.loads(text)["code"] == "T1000W"


def test_exports_of_mediation_have_points_between_thousands(written: Written) -> None:
    text, _ = written("mediation", {"operation": "EXPORT", "records": 1_204_339, "bytes": 99_120})
    assert ";1.204.339;99.120;" in text


def test_some_commands_stand_twice_but_are_one_record(written: Written) -> None:
    commands = [{"command": f"LST SUB: ISDN={n}"} for n in range(400)]
    text, locators = written("mml", *commands)
    assert 0 < text.count("---    END") < 40
    assert len(locators) == 400


def test_repeats_are_said_not_written(written: Written) -> None:
    for kind in ("ora_sys", "linux_auth"):
        text, _ = written(kind, {"msg": "x"}, {"repeated": 2})
        assert text.endswith("Feb 26 09:23:31 bill01 last message repeated 2 times\n")
