"""Logs in lines to events: each part under the name that Sigma's rules use, each time as it is."""

import pytest
from tests.unit.events.conftest import Normalise

from crossline.events import ReadSettings

IIS = (
    "#Software: Microsoft Internet Information Services 10.0\r\n#Date: 2021-03-03 00:00:00\r\n"
    "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query cs-username cs(User-Agent) sc-status\r\n"
    "2021-03-03 04:05:06 10.0.0.1 POST /owa/auth/x.js - - Mozilla/5.0+(Windows+NT) 200\r\n"
    "# a remark\r\n\r\n"
    "2021-03-03 04:05:07 10.0.0.1 GET\r\n"
    "#Date: 2021-03-04 01:00:00\r\n#Fields: time s-computername cs-method\r\n"
    "01:02:03 WEB1 HEAD\r\n"
)


def test_iis_fields_may_change_in_the_file_and_the_date_may_stand_at_the_head(
    normalise: Normalise,
) -> None:
    found = normalise(IIS)
    first, second = found.events
    assert first["format"] == second["format"] == "iis"
    assert first["fields"] == {
        "s-ip": "10.0.0.1",
        "cs-method": "POST",
        "cs-uri-stem": "/owa/auth/x.js",
        "cs-user-agent": "Mozilla/5.0+(Windows+NT)",
        "sc-status": "200",
    }
    assert str(first["time"]) == "2021-03-03 04:05:06+00:00"
    assert (first["time_basis"], first["locator"]) == ("stated", 4)
    assert (str(second["time"]), second["host"]) == ("2021-03-04 01:02:03+00:00", "WEB1")
    assert [(row["locator"], row["reason"]) for row in found.problems] == [
        (7, "has 4 fields where 9 are stated before it")
    ]


def test_the_firewall_of_windows_writes_local_time(normalise: Normalise) -> None:
    text = (
        "#Version: 1.5\n#Time Format: Local\n#Fields: date time action\n2005-04-11 08:05:57 DROP\n"
    )
    (event,) = normalise(text).events
    assert (event["format"], event["time_basis"]) == ("w3c", "assumed")


def test_exchange_proxy_lines_have_the_names_of_the_web(normalise: Normalise) -> None:
    text = (
        "\ufeff#Software: Microsoft Exchange Server\n#Log-type: HttpProxy Logs\n"
        "#Fields: DateTime,UrlHost,UrlStem,UserAgent,Method,HttpStatus,UrlQuery\n"
        '2021-03-03T04:05:06.1Z,mail.example,/ecp/x,"a, ""b""",POST,241,\n'
    )
    (event,) = normalise(text).events
    assert event["format"] == "httpproxy"
    assert event["fields"] == {
        "cs-host": "mail.example",
        "cs-uri-stem": "/ecp/x",
        "cs-user-agent": 'a, "b"',
        "cs-method": "POST",
        "sc-status": "241",
    }


@pytest.mark.parametrize(
    ("request_line", "expected"),
    [
        ("GET /a?b=c HTTP/1.1", {"cs-method": "GET", "cs-uri-stem": "/a", "cs-uri-query": "b=c", "cs-version": "HTTP/1.1"}),
        ("GET /a b HTTP/1.0", {"cs-method": "GET", "cs-uri-stem": "/a b", "cs-version": "HTTP/1.0"}),
        ("GET /", {"cs-method": "GET", "cs-uri-stem": "/"}),
        (r"\x16\x03\x01", {"request": r"\x16\x03\x01"}),
        (r"GET /\"x HTTP/1.1", {"cs-method": "GET", "cs-uri-stem": r"/\"x", "cs-version": "HTTP/1.1"}),
    ],
)  # fmt: skip
def test_an_access_log_line_is_taken_apart(
    normalise: Normalise, request_line: str, expected: dict[str, str]
) -> None:
    line = f'10.0.0.1 - bob [13/Jan/2016:19:31:16 +0200] "{request_line}" 200 494 "-" "curl/8"\n'
    (event,) = normalise(line).events
    same = {"c-ip": "10.0.0.1", "cs-username": "bob", "sc-status": "200", "sc-bytes": "494"}
    assert event["fields"] == {**same, **expected, "cs-user-agent": "curl/8"}
    assert (str(event["time"]), event["format"]) == ("2016-01-13 17:31:16+00:00", "webaccess")


ZEEK = (
    "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tdns\n"
    "#fields\tts\tid.orig_h\tquery\tanswers\trejected\n#types\ttime\taddr\tstring\tvector[string]\tbool\n"
    "1521911720.865716\t10.47.1.100\ta\\x09b\t10.0.0.1,10.0.0.2\tF\n"
    "1521911721.000000\t10.47.1.100\t-\t(empty)\tT\n#close\t2024\n1521911722.0\t10.4"
)


def test_zeek_values_stand_one_by_one_and_a_cut_line_is_told(normalise: Normalise) -> None:
    found = normalise(ZEEK)
    first, second = found.events
    assert (first["format"], first["channel"]) == ("zeek_dns", "dns")
    assert str(first["time"]) == "2018-03-24 17:15:20.865716+00:00"
    assert first["fields"] == {
        "id.orig_h": "10.47.1.100", "query": "a\tb", "answers": "10.0.0.1",
        "answers#2": "10.0.0.2", "rejected": "F",
    }  # fmt: skip
    assert second["fields"] == {"id.orig_h": "10.47.1.100", "answers": "", "rejected": "T"}
    assert [row["reason"] for row in found.problems] == [
        "has 2 fields where 5 are stated: the line is cut"
    ]


@pytest.mark.parametrize(
    "text",
    [
        '{"_path":"dns","ts":1521911720.8,"uid":"C","id.orig_h":"10.0.0.1","query":"x"}',
        '{"@stream":"dns","ts":1521911720.8,"uid":"C","id_orig_h":"10.0.0.1","query":"x"}',
        '{"ts":1521911720.8,"uid":"C","id_orig_h":"10.0.0.1","query":"x","trans_id":"1"}',
    ],
)
def test_zeek_json_has_one_spelling(normalise: Normalise, text: str) -> None:
    (event,) = normalise(text + "\n").events
    assert event["format"] == "zeek_dns"
    assert event["fields"]["id.orig_h"] == "10.0.0.1"  # type: ignore[index]


SYSLOG = (
    "Dec 31 23:59:59 fw sshd[7]: Invalid user x from 10.0.0.9\n"
    "Jan  1 00:00:01 fw CRON[8]: (root) CMD (true)\n  goes on\n"
    "Dec 31 23:59:58 fw kernel: late\n"
)


def test_the_year_turns_where_december_turns_to_january(normalise: Normalise) -> None:
    events = normalise(SYSLOG, ReadSettings(time_zone="UTC", zone_is_stated=True, year=2019)).events
    assert [str(event["time"])[:19] for event in events] == [
        "2019-12-31 23:59:59", "2020-01-01 00:00:01", "2019-12-31 23:59:58",
    ]  # fmt: skip
    assert [event["format"] for event in events] == ["linux_auth", "syslog", "syslog"]
    assert [event["provider"] for event in events] == ["sshd", "CRON", "kernel"]
    assert events[1]["fields"]["message"] == "(root) CMD (true)\n  goes on"  # type: ignore[index]


def test_no_year_is_guessed_and_what_to_do_is_said(normalise: Normalise) -> None:
    found = normalise(SYSLOG)
    assert [event["time"] for event in found.events] == [None] * 3
    (problem,) = found.problems
    assert (problem["kind"], problem["count"]) == ("time", 3)
    assert "set `year`" in str(problem["reason"])


def test_a_record_that_states_its_year_tells_it_for_those_after_it(normalise: Normalise) -> None:
    found = normalise("2020-12-31T23:00:00+00:00 fw kernel: a\n" + SYSLOG)
    assert str(found.events[1]["time"])[:10] == "2020-12-31"


def test_rfc_5424_parts_are_taken_apart(normalise: Normalise) -> None:
    line = '<86>1 2003-10-11T22:14:15.003Z mx.example su 77 ID47 [a@1 b="x] \\"y"] \'su root\' failed\n'
    (event,) = normalise(line).events
    assert (event["host"], event["provider"], event["event_code"]) == ("mx.example", "su", "ID47")
    fields: dict[str, str] = event["fields"]  # type: ignore[assignment]
    assert fields["message"] == "'su root' failed"
    assert fields["structured_data"] == '[a@1 b="x] \\"y"]'
    assert event["format"] == "linux_auth"


def test_sysmon_for_linux_in_syslog_is_an_event(normalise: Normalise) -> None:
    event_xml = (
        '<Event><System><Provider Name="Linux-Sysmon"/><EventID>1</EventID>'
        '<TimeCreated SystemTime="2022-01-01T00:00:00.0Z"/><EventRecordID>5</EventRecordID>'
        "<Channel>Linux-Sysmon/Operational</Channel><Computer>lx</Computer></System>"
        '<EventData><Data Name="Image">/bin/sh</Data></EventData></Event>'
    )
    (event,) = normalise(f"Jan  1 00:00:00 lx sysmon: {event_xml}\n").events
    assert (event["format"], event["event_code"], event["locator"]) == ("linux_sysmon", "1", 5)
    assert event["fields"]["Image"] == "/bin/sh"  # type: ignore[index]


AUDIT = (
    "type=SYSCALL msg=audit(1604994496.155:9): syscall=59 a0=558e exe=2F62696E2F7368 key=(null)\n"
    "type=USER_CMD msg=audit(1604994497.0:10): pid=1 msg='cwd=\"/\" cmd=6C73202D6C res=success'\n"
    'type=EXECVE msg=audit(1604994496.155:9): argc=2 a0="sh" a1=2D632069643B\n'
    "type=PROCTITLE msg=audit(1604994496.155:9): proctitle=7368002D63\n"
    "type=EOE msg=audit(1604994496.155:9): \nnonsense\n"
)


def test_the_lines_of_one_audit_event_are_one_record(normalise: Normalise) -> None:
    found = normalise(AUDIT)
    first, second = found.events
    assert (first["event_code"], first["locator"], second["locator"]) == ("EXECVE", 1, 2)
    fields: dict[str, str] = first["fields"]  # type: ignore[assignment]
    assert (fields["type"], fields["type#2"]) == ("EXECVE", "SYSCALL")
    assert (fields["a0"], fields["a1"], fields["a0#2"]) == ("sh", "-c id;", "558e")
    assert (fields["exe"], fields["proctitle"]) == ("/bin/sh", "sh -c")
    assert second["fields"]["cmd"] == "ls -l"  # type: ignore[index]
    assert [row["reason"] for row in found.problems] == ["not a line of an audit log"]


def test_event_viewer_csv_in_any_language_proves_its_own_offset(normalise: Normalise) -> None:
    text = (
        "\ufeffレベル,日付と時刻,ソース,イベント ID,タスクのカテゴリ\n"
        '情報,2019/11/07 17:39:30,Microsoft-Windows-Sysmon,1,x,"Process Create:\n'
        "UtcTime: 2019-11-07 08:39:30.084\nImage: C:\\a.exe\n"
        'CommandLine: ""C:\\a.exe"" -x"\n'
        "情報,2019/11/07 17:39:31,Service Control Manager,7036,なし,text\n"
    )
    first, second = normalise(text).events
    assert (first["format"], second["format"]) == ("sysmon", "winsystem")
    assert str(first["time"]) == "2019-11-07 08:39:30+00:00"
    assert first["fields"]["CommandLine"] == '"C:\\a.exe" -x'  # type: ignore[index]
    assert (second["locator"], second["event_code"]) == (6, "7036")


@pytest.mark.parametrize(
    ("text", "log", "code"),
    [
        ('{"Records":[{"eventSource":"s3.amazonaws.com","eventName":"PutObject","awsRegion":"r","eventTime":"2023-07-10T12:32:49Z"}]}', "cloudtrail", "PutObject"),
        ('{"CreationTime":"2023-07-10T12:32:49","Operation":"New-InboxRule","Workload":"Exchange"}', "m365", "New-InboxRule"),
        ('{"eventType":"user.session.start","published":"2023-07-10T12:32:49.1Z","outcome":{"result":"FAILURE"}}', "okta", "user.session.start"),
        ('{"time":"2023-07-10T12:32:49Z","operationName":"MICROSOFT.X/WRITE","category":"Administrative"}', "azure", "MICROSOFT.X/WRITE"),
        ('{"createdDateTime":"2023-07-10T12:32:49Z","userPrincipalName":"u","appDisplayName":"a"}', "azure", None),
        ('{"EventId":"1","CloudTrailEvent":"{\\"eventSource\\":\\"a\\",\\"eventName\\":\\"b\\",\\"awsRegion\\":\\"r\\",\\"eventTime\\":\\"2023-07-10T12:32:49Z\\"}"}', "cloudtrail", "b"),
    ],
)  # fmt: skip
def test_cloud_records_are_known_by_their_fields(
    normalise: Normalise, text: str, log: str, code: str | None
) -> None:
    (event,) = normalise(text).events
    assert (event["format"], event["event_code"]) == (log, code)
    assert str(event["time"])[:19] == "2023-07-10 12:32:49"
    assert event["time_basis"] == "stated"
