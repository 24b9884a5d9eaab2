"""Telecom's own logs to events, with the pitfalls that each is known for. All values invented."""

import pytest
from tests.unit.events.conftest import Event, Normalise

from crossline.events import ReadSettings

LOCAL = ReadSettings(time_zone="+06:30", zone_is_stated=True, zone_is_of_organisation=True)

ORACLE = (
    "SESSIONID,DBUSERNAME,ACTION_NAME,EVENT_TIMESTAMP_UTC,EVENT_TIMESTAMP,OBJECT_NAME,SQL_TEXT,SQL_BINDS\n"
    '1,BILL,SELECT,12-JUN-18 12.41.22.118201 AM,12-JUN-18 07.11.22.118201 AM,CDR,"select a,b\n  from cdr\n where x = :1", #1(2):ab\n'
    '2,BILL,SELECT,12-JUN-18 01.00.00.000000 PM,12-JUN-18 07.30.00.000000 PM,CDR,"select cut of\n'
    "3,ETL,LOGON,,13-JUN-2018 00:00:01,,,\n"
    "4,ETL,SELECT,13-JUN-18 12.00.00 AM\n"
)


def reasons(problems: list[Event]) -> list[tuple[object, object, object]]:
    return [(row["kind"], row["locator"], row["reason"]) for row in problems]


def test_oracle_statements_go_over_lines_and_a_cut_one_ends_at_the_next_record(
    normalise: Normalise,
) -> None:
    found = normalise(ORACLE, LOCAL)
    assert [event["locator"] for event in found.events] == [2, 5, 6, 7]
    assert (found.read, found.kept, found.rejected) == (4, 4, 0)
    first, cut, local, short = found.events
    assert first["fields"]["SQL_TEXT"] == "select a,b\n  from cdr\n where x = :1"  # type: ignore[index]
    assert str(first["time"]) == "2018-06-12 00:41:22.118201+00:00"
    assert (first["event_code"], first["format"], first["time_basis"]) == (
        "SELECT",
        "ora_csv",
        "stated",
    )
    assert str(cut["time"]) == "2018-06-12 13:00:00+00:00"
    assert cut["fields"]["SQL_TEXT"] == "select cut of"  # type: ignore[index]
    assert (str(local["time"]), local["time_basis"]) == (
        "2018-06-12 17:30:01+00:00",
        "organisation",
    )
    assert reasons(found.problems) == [
        ("incomplete", 5, "the record ends inside quotes: it is cut"),
        ("incomplete", 7, "has 4 columns where 8 are stated: it is cut"),
    ]
    assert short["fields"]["DBUSERNAME"] == "ETL"  # type: ignore[index]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_columns_of_a_table_may_stand_in_any_order_behind_any_delimiter(
    normalise: Normalise, delimiter: str
) -> None:
    head = ("bytes", "extra", "User", "FILE_NAME", "operation", "ts_local")
    row = ("1.204.339", "x", "ada", "a.gz", "FILE_READ", "2020-02-11 15:02:10")
    text = "\n".join(delimiter.join(cells) for cells in (head, row))
    (event,) = normalise(text, LOCAL, name="some.txt").events
    assert (event["format"], event["event_code"]) == ("mediation", "FILE_READ")
    assert str(event["time"]) == "2020-02-11 08:32:10+00:00"
    assert dict(event["fields"])["bytes"] == "1204339"  # type: ignore[call-overload]
    assert dict(event["fields"])["extra"] == "x"  # type: ignore[call-overload]


def test_oracle_in_syslog_has_the_names_of_the_trail_and_says_where_it_was_cut(
    normalise: Normalise,
) -> None:
    text = (
        'Sep  4 10:12:41 db1 Oracle Unified Audit[7]: LENGTH: \'99\' TYPE:"4" SESID:"5" '
        'CLIENTID:"" DBUSER:"BILL" ACTION:"3" RETCODE:"0" SCHEMA:"CDR" OBJNAME:"VOICE"\n'
        "Sep  4 10:13:05 db1 last message repeated 2 times\n"
        'Sep  4 10:13:06 db1 Oracle Unified Audit[8]: LENGTH: \'999\' TYPE:"4" DBUSER:"ETL" CURU'
    )
    found = normalise(text, ReadSettings(year=2019))
    first, repeated, cut = found.events
    assert (first["format"], first["host"], first["event_code"]) == ("ora_sys", "db1", "SELECT")
    assert first["fields"] == {
        "pid": "7", "AUDIT_TYPE": "4", "SESSIONID": "5", "DBUSERNAME": "BILL", "RETURN_CODE": "0",
        "OBJECT_SCHEMA": "CDR", "OBJECT_NAME": "VOICE", "ACTION_NAME": "SELECT",
    }  # fmt: skip
    assert repeated["fields"]["message"] == "last message repeated 2 times"  # type: ignore[index]
    assert cut["fields"]["DBUSERNAME"] == "ETL"  # type: ignore[index]
    assert reasons(found.problems) == [
        ("incomplete", 3, "the record is cut: what stood behind is lost")
    ]


PG = (
    '2019-02-26 10:22:31.114 +08,"etl","cdr",204,"10.0.0.12:514",5c74a1b7.4fbd,3,"SELECT",'
    '2019-02-26 10:19:03 +08,6/1182,0,LOG,00000,"AUDIT: {audit}",,,,,,,,,"psql"\n'
)


def test_pgaudit_is_csv_inside_csv(normalise: Normalise) -> None:
    audit = "SESSION,2,1,READ,SELECT,TABLE,cdr.voice,\"\"copy (select 'a, ''b'''\n) to stdout\"\",<not logged>"
    plain = PG.format(audit="x").replace('"AUDIT: x"', '"checkpoint complete"')
    (event, other) = normalise(PG.format(audit=audit) + plain).events
    fields = dict(event["fields"])  # type: ignore[call-overload]
    assert fields["STATEMENT"] == "copy (select 'a, ''b'''\n) to stdout"
    assert (fields["OBJECT_NAME"], fields["PARAMETER"]) == ("cdr.voice", "<not logged>")
    assert (event["event_code"], event["format"]) == ("SELECT", "pgaudit")
    assert str(event["time"]) == "2019-02-26 02:22:31.114000+00:00"
    assert (other["locator"], other["event_code"]) == (3, "LOG")
    assert dict(other["fields"])["message"] == "checkpoint complete"  # type: ignore[call-overload]


def test_a_cut_audit_record_in_pgaudit_is_kept_and_said(normalise: Normalise) -> None:
    found = normalise(PG.format(audit="SESSION,2,1,READ") + PG.format(audit="SESSION,3")[:150])
    assert found.kept == 2
    assert [(row["kind"], row["count"]) for row in found.problems] == [("incomplete", 2)]


TAC = (
    "Dec 30 13:20:19\t10.0.0.1\tada\ttty2\t10.0.6.40\tstop\ttask_id=1\tpriv-lvl=15\tcmd=show run <cr>\n"
    "Jan  2 13:20:19\t10.0.0.1\tada\ttty2\t10.0.6.40\tstop\ttask_id=2\n"
    "Jan  2 13:2Jan  3 cut line\n"
    "Tue Jan 21 10:25:41 2020\t10.0.0.2\tbo\ttty0\t10.0.6.11\tstart\ttask_id=9\tprocess*mgd[9]\n"
)


def test_a_year_is_told_from_later_records_and_a_problem_says_so(normalise: Normalise) -> None:
    found = normalise(TAC, LOCAL)
    times = [str(event["time"]) for event in found.events]
    assert times == [
        "2019-12-30 06:50:19+00:00", "2020-01-02 06:50:19+00:00", "2020-01-21 03:55:41+00:00",
    ]  # fmt: skip
    assert found.events[0]["fields"]["cmd"] == "show run"  # type: ignore[index]
    assert found.events[0]["host"] == "10.0.0.1"
    assert found.events[2]["fields"]["process"] == "mgd[9]"  # type: ignore[index]
    assert (found.read, found.kept, found.rejected) == (4, 3, 1)
    (record, time) = found.problems
    assert (record["locator"], time["kind"], time["count"]) == (3, "time", 2)
    assert "told from the records after" in str(time["reason"])


@pytest.mark.parametrize(
    ("in_name", "year"), [((2020, 1), "2019"), ((2019, 12), "2019"), ((2018, 0), "2018")]
)
def test_a_year_in_the_name_is_used_but_never_silently(
    normalise: Normalise, in_name: tuple[int, int], year: str
) -> None:
    found = normalise(TAC.splitlines(keepends=True)[0], ReadSettings(year_in_name=in_name))
    assert str(found.events[0]["time"]).startswith(year)
    assert "the file's name" in str(found.problems[0]["reason"])


def test_without_any_year_the_time_is_none(normalise: Normalise) -> None:
    found = normalise(TAC.splitlines(keepends=True)[0])
    assert found.events[0]["time"] is None
    assert "set `year`" in str(found.problems[0]["reason"])


RADIUS = (
    "Tue Nov 10 09:14:02 2020\n\tAcct-Status-Type = Start\n\tNAS-Identifier = \"gw1\"\n"
    "\tAcct-Delay-Time = 5\n\tUser-Name = \"a \\\"b\\\"\"\n\tTimestamp = 1604970842\n\n\n"
    "Tue Nov 10 09:15:02 2020\n\tAcct-Status-Type = Stop\n\tNAS-IP-Addr"
    "\nTue Nov 10 09:16:02 2020\n\tAcct-Status-Type = Stop\n"
)  # fmt: skip


def test_a_radius_block_is_a_record_and_its_own_timestamp_counts(normalise: Normalise) -> None:
    found = normalise(RADIUS, LOCAL)
    first, cut, third = found.events
    assert (first["locator"], cut["locator"], third["locator"]) == (1, 2, 3)
    assert str(first["time"]) == "2020-11-10 01:13:57+00:00"
    assert (first["host"], first["event_code"], first["format"]) == ("gw1", "Start", "radius")
    assert first["fields"]["User-Name"] == 'a "b"'  # type: ignore[index]
    assert first["fields"]["Header-Time"] == "Tue Nov 10 09:14:02 2020"  # type: ignore[index]
    assert third["time_basis"] == "organisation"
    assert reasons(found.problems) == [
        ("incomplete", 2, "a line of the block is no attribute: it is cut")
    ]


MML = (
    "%% NE=HLR1 LOGVER=2 TZ={zone} %%\n"
    '2018-08-07 10:14:52|LMT|op2|10.0.6.31|LST SUB: ISDN="999000001", DETAIL=TRUE;|RETCODE=0|Success\n'
    "+++    HLR1        2018-08-07 10:14:52\nO&M    #40112\n"
    '%%LST SUB: ISDN="999000001", DETAIL=TRUE;%%\nRETCODE = 0  Success\n---    END\n'
    "2018-08-07 10:15:00|NBI|gw|10.0.0.6|DSP DYNLOC: IS\n"
    "noise\n+++    HLR1        2018-08-07 10:16:00\n%%LST OPG:;%%\n"
)


def test_a_transcript_says_which_line_it_repeats(normalise: Normalise) -> None:
    found = normalise(MML.format(zone="LOCAL"), LOCAL)
    line, transcript, _cut, no_end = found.events
    assert [event["locator"] for event in found.events] == [2, 3, 8, 10]
    assert (line["host"], line["event_code"], line["format"]) == ("HLR1", "LST SUB", "mml")
    assert line["fields"]["DETAIL"] == "TRUE"  # type: ignore[index]
    assert transcript["fields"]["repeats_line"] == "2"  # type: ignore[index]
    assert transcript["time"] == line["time"]
    assert no_end["event_code"] == "LST OPG"
    assert (found.read, found.kept, found.rejected) == (5, 4, 1)
    assert {row["reason"] for row in found.problems} >= {
        "neither a command with its bars nor part of a transcript",
        "no return code: the line is cut",
        "the transcript has no end: it is cut",
    }


def test_an_element_that_states_its_zone_is_believed(normalise: Normalise) -> None:
    first = normalise(MML.format(zone="UTC"), LOCAL).events[0]
    assert (str(first["time"]), first["time_basis"]) == ("2018-08-07 10:14:52+00:00", "stated")


CRM = (
    "event_time,app,user,action,subscriber_key,contact_id,result\n"
    "2019-03-12T10:02:00+07:00,crm,ada,VIEW,x,,OK\n"
    '"12/03/2019 11:20:11",ota,bo,SIM_CHANGE,y,CT-1,OK\n'
    '"25/03/2019 11:20:11",ota,bo,SIM_CHANGE,y,CT-2,OK\n'
)


def test_a_day_and_month_are_read_as_the_record_before_suggests(normalise: Normalise) -> None:
    found = normalise(CRM, LOCAL)
    assert [str(event["time"])[:10] for event in found.events] == [
        "2019-03-12", "2019-03-12", "2019-03-25",
    ]  # fmt: skip
    assert found.events[0]["fields"]["contact_id"] == ""  # type: ignore[index]
    assert (found.events[1]["channel"], found.events[1]["event_code"]) == ("ota", "SIM_CHANGE")
    assert [row["locator"] for row in found.problems] == [3]


def test_a_ticket_states_its_zone_beside_its_time(normalise: Normalise) -> None:
    text = (
        "ticket_id,category,opened,closed,summary,opened_tz\n"
        'T-1,CHG,2018-06-05 08:00,2018-06-05 18:00,"two\nlines",+07:00\n'
        "T-2,INC,2018-06-05 08:00,,x,\n"
    )
    first, second = normalise(text, LOCAL).events
    assert (str(first["time"]), first["time_basis"]) == ("2018-06-05 01:00:00+00:00", "stated")
    assert (str(second["time"]), second["time_basis"]) == (
        "2018-06-05 01:30:00+00:00",
        "organisation",
    )
    assert (first["format"], first["event_code"], first["time_uncertainty_s"]) == (
        "ticket",
        "CHG",
        30.0,
    )


def test_teleport_keeps_its_own_names(normalise: Normalise) -> None:
    text = (
        '{"addr.remote": "10.0.5.9:58", "code": "T4000I", "ei": 0, "event": "session.command", '
        '"argv": ["-s", "/"], "server_hostname": "db1", "sid": "s1", "time": "2019-01-22T03:02:11.004Z", '
        '"uid": "u1", "user": "ada"}\n'
    )
    (event,) = normalise(text).events
    assert (event["format"], event["host"], event["event_code"]) == (
        "teleport",
        "db1",
        "session.command",
    )
    assert event["fields"]["argv#2"] == "/"  # type: ignore[index]
    assert event["fields"]["addr.remote"] == "10.0.5.9:58"  # type: ignore[index]


def test_a_host_that_the_records_do_not_name_is_that_of_the_source(normalise: Normalise) -> None:
    (event,) = normalise(PG.format(audit="SESSION,1"), ReadSettings(host="dwh1")).events
    assert event["host"] == "dwh1"
