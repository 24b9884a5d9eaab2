"""A log of each format is hit by a rule of its own log source, by the way users take."""

import json
from pathlib import Path

import pytest
from tests.end_to_end.conftest import Run

LOGS = {
    "iis": (
        "#Software: Microsoft Internet Information Services 10.0\n#Fields: date time s-ip cs-method "
        "cs-uri-stem cs-uri-query\n2021-03-03 04:05:06 10.0.0.1 POST /x.aspx q=1\n",
        "category: webserver",
        "cs-uri-stem: /x.aspx",
    ),
    "webaccess": (
        '10.0.0.1 - - [03/Mar/2021:04:05:06 +0000] "GET /x.php?q=1 HTTP/1.1" 200 5 "-" "agent"\n',
        "category: webserver",
        "c-uri: /x.php?q=1",
    ),
    "zeek_conn": (
        json.dumps(
            {"ts": 1577872800.0, "uid": "C1", "id.orig_h": "10.0.0.1", "id.resp_h": "10.0.0.2",
             "id.resp_p": 445, "conn_state": "SF"}
        ) + "\n",
        "{product: zeek, service: conn}",
        "id.resp_p: 445",
    ),
    "linux_auth": (
        "Jan  1 2020 10:00:00 h sshd[1]: Failed password for root from 10.0.0.1 port 1 ssh2\n",
        "{product: linux, service: sshd}",
        "message|contains: Failed password",
    ),
    "auditd": (
        "type=EXECVE msg=audit(1577872800.000:1): argc=2 a0=\"nmap\" a1=\"-sS\"\n",
        "{product: linux, service: auditd}",
        "{type: EXECVE, a0: nmap}",
    ),
    "cloudtrail": (
        json.dumps(
            {"eventVersion": "1.08", "eventTime": "2020-01-01T10:00:00Z", "eventName": "StopLogging",
             "eventSource": "cloudtrail.amazonaws.com", "awsRegion": "x", "eventID": "1",
             "userIdentity": {"type": "IAMUser"}}
        ) + "\n",
        "{product: aws, service: cloudtrail}",
        "eventName: StopLogging",
    ),
    "okta": (
        json.dumps(
            {"uuid": "1", "published": "2020-01-01T10:00:00Z", "eventType": "user.session.start",
             "actor": {"id": "1", "alternateId": "x@y"}, "outcome": {"result": "SUCCESS"},
             "debugContext": {"debugData": {"requestUri": "/x"}}}
        ) + "\n",
        "{product: okta, service: okta}",
        "debugContext.debugData.requestUri: /x",
    ),
    "fortigate": (
        'date=2020-01-01 time=10:00:00 devname="fw1" devid="F1" type="event" action="Add" '
        'cfgpath="firewall.policy"\n',
        "{product: fortigate, service: event}",
        "cfgpath: firewall.policy",
    ),
    "cef": (
        "CEF:0|Maker|Wall|1|2|blocked|5|src=10.0.0.1 dst=10.0.0.2 dpt=445 act=deny rt=1577872800000\n",
        "category: firewall",
        "{dst_port: 445, action: deny}",
    ),
    "cisco": (
        "Jan  1 2020 10:00:00 r1 : %SYS-5-CONFIG_I: Configured from console\n",
        "{product: cisco, service: aaa}",
        "message|contains: Configured from",
    ),
    "sysmon for Linux": (
        "Jan  1 10:00:00 h sysmon: <Event><System><Provider Name=\"Linux-Sysmon\"/><EventID>1</EventID>"
        "<TimeCreated SystemTime=\"2020-01-01T10:00:00Z\"/><EventRecordID>1</EventRecordID>"
        "<Channel>Linux-Sysmon/Operational</Channel><Computer>h</Computer></System><EventData>"
        "<Data Name=\"Image\">/usr/bin/nmap</Data></EventData></Event>\n",
        "{product: linux, category: process_creation}",
        "Image|endswith: /nmap",
    ),
}  # fmt: skip

RULE = """\
title: {name}
id: {name}
author: tests
level: low
logsource: {source}
detection:
  found: {lines}
  condition: found
"""


@pytest.fixture(scope="module")
def hits(crossline: Run, tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, str]]:
    """Files and the rules that hit in them, all logs under all rules."""
    folder = tmp_path_factory.mktemp("formats")
    for place, (name, (text, source, lines)) in enumerate(LOGS.items()):
        (folder / "logs").mkdir(exist_ok=True)
        (folder / "rules").mkdir(exist_ok=True)
        (folder / "logs" / f"{place:02}.log").write_text(text)
        source, lines = (
            part if part.startswith("{") else f"{{{part}}}" for part in (source, lines)
        )
        (folder / "rules" / f"{place:02}.yml").write_text(
            RULE.format(name=name, source=source, lines=lines)
        )
    done = crossline(
        "scan", folder / "logs", "--rules", folder / "rules", "--jsonl", "--workers", "1"
    )
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return {(list(LOGS)[int(Path(hit["path"]).stem)], hit["rule_id"]) for hit in found}


@pytest.mark.parametrize("name", LOGS)
def test_a_rule_hits_in_the_log_of_its_source_and_in_no_other(
    hits: set[tuple[str, str]], name: str
) -> None:
    assert {log for log, rule in hits if rule == name} == {name}
