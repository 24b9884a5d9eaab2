# ruff: noqa: S608 - statements are part of the evidence here
"""A small invented case with, for each detector, what it must find and what it must not."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crossline.case import Case, open_case
from crossline.kernel.progress import Silent
from crossline.pipeline import STAGES, run_stage
from crossline.store import Store

START = datetime(2020, 1, 6, 9, tzinfo=UTC)
SIDE_TABLES = {
    "organisations.csv": "organisation,time_zone,country_code,trunk_prefix,national_number_length,mcc,mnc\n"
    "op1,+00:00,999,0,9,991,01\n",
    "assets.csv": "organisation,host,asset_class\nop1,bas01,bastion\nop1,web01,other\nop1,db01,billing\n"
    "op1,gw01,aaa\nop1,hlr,register\nop1,crm,crm\nop1,sensor,other\n",
    "supplier_access.csv": "supplier,organisation,account\nsup-a,op1,eva\n",
    "tickets.csv": "organisation,ticket_id,category,opened,closed,supplier,accounts\n"
    "op1,CHG-0001,CHG,2020-02-10T08:00:00Z,2020-02-10T18:00:00Z,sup-a,eva\n"
    "op1,LI-2020-77,LI,2020-02-01T08:00:00Z,2020-02-02T18:00:00Z,,\n"
    "op1,INC-0009,INC,2020-02-20T08:00:00,2020-02-20T10:00:00,,DBA3\n",
}  # fmt: skip


def stamp(days: float, form: str = "%Y-%m-%d %H:%M:%S") -> str:
    return (START + timedelta(days=days)).strftime(form)


def number(n: int) -> str:
    return f"999{100000000 + n}"


def oracle() -> Iterator[str]:
    yield "DBUSERNAME,ACTION_NAME,EVENT_TIMESTAMP,OBJECT_SCHEMA,OBJECT_NAME,RETURN_CODE,USERHOST,SQL_TEXT"

    def row(days: float, who: str, place: str, text: str, action: str = "SELECT") -> str:
        when = stamp(days, "%d-%b-%Y %H:%M:%S").upper()
        return f'{who},{action},{when},CDR,VOICE,0,{place},"{text}"'

    def asking(*persons: int) -> str:
        return f"select * from cdr.voice where a_number in ({','.join(repr(number(n)) for n in persons)})"

    for day in range(0, 60, 3):
        yield row(day, "CARE", "app01", asking(day))
    yield row(31, "CARE", "wks9", asking(1, 2))
    yield row(40, "DBA", "wks1", asking(3))
    yield row(41, "DBA", "wks1", asking(*range(20, 40)))
    yield row(42, "DBA2", "wks1", asking(4).replace("select", "select /* LI-2020-77 */"))
    yield row(45, "DBA3", "wks1", asking(5))
    yield row(46, "DBA4", "wks1", "select * from cdr.voice partition (p1)")
    for month in range(12):
        yield row(month * 30.4, "ETL", "dwh1", "select * from cdr.voice", "EXPORT")


def oracle_syslog() -> Iterator[str]:
    for day in [*range(0, 60, 3), 61]:
        who = "LOWDBA" if day == 61 else "BATCH"
        yield (
            f"{stamp(day, '%b %e %H:%M:%S')} db01 Oracle Unified Audit[7]: LENGTH: '99' TYPE:\"4\" "
            f'DBUSER:"{who}" ACTION:"3" RETCODE:"0" SCHEMA:"CDR" OBJNAME:"CDR_VOICE"'
        )


def mml() -> Iterator[str]:
    for day in range(0, 60, 3):
        yield f'{stamp(day)}|NBI|probe|10.0.0.7|LST SUB: ISDN="{number(900)}";|RETCODE=0|Success'
    for n in range(8):
        yield f'{stamp(n * 40)}|LMT|psap|10.0.0.8|DSP DYNLOC: ISDN="{number(600 + n)}";|RETCODE=0|OK'
    yield f'{stamp(30)}|LMT|op9|10.0.9.9|DSP DYNLOC: ISDN="{number(7)}";|RETCODE=0|Success'


def crm() -> Iterator[str]:
    yield "event_time,app,user,action,subscriber_key,key_type,contact_id,workstation,reason_code"
    for n in range(200):
        yield f"{stamp(n / 4)},crm,care{n % 3},VIEW,{number(n)},MSISDN,CT-{n},c1,"
    for n, day in enumerate((10, 25, 38, 52)):
        yield f"{stamp(day)},crm,odd{n % 2},VIEW,{number(777)},MSISDN,,c{n},"
        yield f"{stamp(day)},crm,own{n},VIEW,{number(300 + n)},MSISDN,,c9,own line"


def radius() -> Iterator[str]:
    for day, who, where in (
        (2, "eva", "198.51.100.9"), (35, "eva", "198.51.100.9"), (50, "eva", "198.51.100.9"),
        (5, "bob", "203.0.113.7"), (6, "ann", "192.0.2.7"), (7, "cal", "192.0.2.8"),
    ):  # fmt: skip
        when = START + timedelta(days=day)
        yield (
            f"{when:%a %b %e %H:%M:%S %Y}\n\tAcct-Status-Type = Start\n\tUser-Name = \"{who}\"\n"
            f"\tCalling-Station-Id = \"{where}\"\n\tNAS-Identifier = \"gw01\"\n"
            f"\tTimestamp = {int(when.timestamp())}\n"
        )  # fmt: skip


def auth(host: str) -> Iterator[str]:
    line = "{} {} sshd[1]: Accepted password for {} from {} port 22 ssh2"
    for day in range(0, 60, 3):
        yield line.format(stamp(day, "%Y-%m-%dT%H:%M:%SZ"), host, "dan", "10.0.0.4")
    yield line.format(stamp(33, "%Y-%m-%dT%H:%M:%SZ"), host, "dora", "10.0.0.5")


def conn() -> Iterator[str]:
    yield "#separator \\x09\n#path\tconn\n#fields\tts\tid.orig_h\tid.resp_h\tid.resp_p\torig_bytes\tresp_bytes"

    def row(seconds: float, source: str, target: str, sent: int = 500, got: int = 900) -> str:
        return f"{START.timestamp() + seconds:.6f}\t{source}\t{target}\t443\t{sent}\t{got}"

    for n in range(200):
        yield row(n * 600 + (n * 37) % 90, "10.0.1.1", "203.0.113.1")
        yield row(n * n * 9.0, "10.0.1.2", "203.0.113.2")
        for host in range(4):
            yield row(n * 600, f"10.0.2.{host}", "203.0.113.3")
        yield row(n * 600, "10.0.1.1", "10.0.0.9")
    for n in range(4):
        yield row(n * 300, "10.0.1.9", "203.0.113.40", sent=20_000_000, got=9_000)
        yield row(n * 300, "10.0.1.9", "203.0.113.41", sent=20_000_000, got=30_000_000)


def proxy() -> Iterator[str]:
    yield "#Software: Microsoft Exchange Server\n#Log-type: HttpProxy Logs"
    yield "#Fields: DateTime,UrlStem,IsAuthenticated,ClientIpAddress,ServerHostName,HttpStatus,ResponseBytes"
    for n in range(30):
        size = 812_000 if n == 20 else 58_000 + n
        when = stamp(n / 10, "%Y-%m-%dT%H:%M:%S.000Z")
        yield f"{when},/owa/auth/logon.aspx,false,192.0.2.{n},mail1,200,{size}"
    yield f"{stamp(1, '%Y-%m-%dT%H:%M:%S.000Z')},/owa/auth/logon.aspx,true,192.0.2.99,mail1,200,900000"


@dataclass(frozen=True)
class Ran:
    """The detections and statuses of the made case."""

    detections: list[dict[str, Any]]
    statuses: dict[str, dict[str, Any]]

    def of(self, rule: str) -> list[dict[str, Any]]:
        return [row for row in self.detections if row["rule_id"] == f"crossline/{rule}"]

    def matched(self, rule: str, *names: str) -> list[tuple[str | None, ...]]:
        return sorted(
            tuple(dict(row["matched"]).get(each) for each in names) for row in self.of(rule)
        )


def make(root: Path) -> Case:
    files = {
        "db01/ora.csv": oracle(), "db01/audit-2020.log": oracle_syslog(), "hlr/mml.log": mml(),
        "crm/access.csv": crm(), "gw01/detail": radius(), "bas01/auth.log": auth("bas01"),
        "web01/auth.log": auth("web01"), "sensor/conn.log": conn(), "mail1/proxy.log": proxy(),
    }  # fmt: skip
    for name, lines in files.items():
        path = root / "evidence" / "op1" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n")
    for name, text in SIDE_TABLES.items():
        (root / name).write_text(text)
    (root / "crossline.toml").write_text("[run]\nworkers = 1\n[detect]\nrules = []\n")
    return open_case(root)


@pytest.fixture(scope="session")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    case = make(tmp_path_factory.mktemp("detectors") / "case")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CROSSLINE_KEY", "0a" * 32)
        for stage in STAGES[:2]:
            run_stage(stage, case, Silent())
    store = Store(case.store)
    statuses = {row["rule_id"]: row for row in store.read("rule_status").to_pylist()}
    return Ran(store.read("detections").to_pylist(), statuses)
