# ruff: noqa: S608 - statements are part of the evidence here
"""Nothing that crossline writes holds a subscriber's number, however it was written in the logs."""

import base64
import gzip
import json
import re
import zlib
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.end_to_end.conftest import Run
from tests.unit.events.subscribers.conftest import base64_of, swapped

from crossline.kernel.keys import CaseKey

NUMBER, IMSI, IMEI = "999123456789", "991010000000456", "351234000000017"
HIDDEN = "999122222222"  # under lawful interception
KEY = "0f" * 32

ORGANISATIONS = (
    "organisation,time_zone,country_code,trunk_prefix,national_number_length,mcc,mnc,number_form_db,"
    "number_form_mml,number_form_radius,number_form_crm\n"
    "op1,+06:30,999,0,9,991,01,cc+nsn,nsn,+cc+nsn,trunk+nsn\n"
)  # fmt: skip
ASSETS = "organisation,host,fqdn,address,role,asset_class\nop1,bill01,,10.0.0.9,bill,billing\n"
ORACLE = (
    "DBUSERNAME,ACTION_NAME,EVENT_TIMESTAMP,OBJECT_SCHEMA,OBJECT_NAME,RETURN_CODE,SQL_TEXT,SQL_BINDS\n"
    f"BILL,SELECT,12-JUN-18 10.41.22 AM,CDR,VOICE,0,select * from v where a_number='{NUMBER}',\n"
    f"BILL,SELECT,12-JUN-18 10.42.22 AM,CDR,LOC,0,select * from l where imsi=:1, #1(15):{IMSI}\n"
    f"LI,SELECT,12-JUN-18 10.43.22 AM,LIMS,TARGETS,0,select * from lims.targets where n='{HIDDEN}',\n"
)  # fmt: skip
CRM = (
    "event_time,app,user,action,subscriber_key,key_type,reason_code\n"
    f"2019-03-12 10:02:00,crm,ada,VIEW_CDR,0{NUMBER[3:]},MSISDN,number {NUMBER[3:]} or +999 {NUMBER[3:]}\n"
    f"2019-03-12 10:03:00,li-console,bo,VIEW_TARGET,0{HIDDEN[3:]},MSISDN,\n"
    f"2019-03-12 0{NUMBER[3:]},crm,ada,VIEW_CDR,{IMSI},IMSI,\n"
)  # fmt: skip
MML = f'2018-08-07 10:14:52|LMT|op2|10.0.6.31|LST SUB: ISDN="{NUMBER[3:]}";|RETCODE=0|IMSI={IMSI} found\n'
RADIUS = (
    f'Tue Nov 10 09:14:02 2020\n\tUser-Name = "{base64_of(NUMBER)}"\n'
    f"\tCalling-Station-Id = 0x91{swapped(NUMBER)}\n\t3GPP-IMSI = 0x{swapped(IMSI)}\n"
    f'\t3GPP-IMEISV = "{IMEI}"\n\tChargeable-User-Identity = "{swapped(NUMBER)}"\n\tTimestamp = 1604970842\n'
)
SYSLOG = (
    f"2019-06-05T09:58:13+00:00 web1 app[1]: GET /sub/%2B{NUMBER}?i={base64_of(IMSI)} by 00{NUMBER}\n"
    f"2019-06-05T09:58:14+00:00 h0{NUMBER[3:]} sshd[1]: Accepted password for {NUMBER} from 10.0.0.1 port 22 ssh2\n"
)
WINDOWS = {
    "Event": {
        "System": {
            "Channel": "Security", "EventID": 4688, "Computer": "wks1", "EventRecordID": 7,
            "TimeCreated": {"#attributes": {"SystemTime": "2020-01-01T00:00:00Z"}},
        },
        "EventData": {
            "NewProcessName": "C:\\Windows\\System32\\cmd.exe",
            "ParentProcessName": "C:\\Windows\\System32\\inetsrv\\w3wp.exe",
            "CommandLine": f"cmd /c sqlplus \"where msisdn='{NUMBER}'\" {swapped(IMSI)} & whoami",
        },
    }
}  # fmt: skip
FILES = {
    "bill01/audit.csv": ORACLE,
    "crm/access.csv": CRM,
    "hlr/mml.log": MML,
    "aaa/detail": RADIUS,
    "web1/messages": SYSLOG,
    "wks1/security.jsonl": json.dumps(WINDOWS) + "\n",
}


def clear_forms() -> list[str]:
    """What must stand nowhere; the shortest part tells for all forms that hold it."""
    plain = [NUMBER[3:], HIDDEN[3:], IMSI, IMEI[:14]]
    encoded = [swapped(NUMBER), swapped(IMSI), base64_of(NUMBER)[4:], base64_of(IMSI)[:16]]
    return [*plain, *encoded, *(each.lower() for each in encoded)]


def texts_of(path: Path) -> str:
    """All texts of a file: Parquet and what pages embed in compressed form decoded."""
    if path.suffix == ".parquet":
        return json.dumps(pq.read_table(path).to_pylist(), default=str)
    data = path.read_bytes()
    parts = [data.decode("utf-8", "replace")]
    for found in re.findall(rb"[A-Za-z0-9+/]{64,}={0,2}", data):
        try:
            packed = base64.b64decode(found)
            parts.append(zlib.decompress(packed, wbits=47).decode("utf-8", "replace"))
        except (ValueError, zlib.error):
            continue
    return "\n".join(parts)


@pytest.fixture(scope="module")
def case(crossline: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("subscribers") / "case"
    for name, content in FILES.items():
        path = folder / "evidence" / "op1" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    packed = folder / "evidence" / "op1" / "crm" / "older.csv.gz"
    packed.write_bytes(gzip.compress(CRM.replace("10:02", "11:02").encode()))
    (folder / "organisations.csv").write_text(ORGANISATIONS)
    (folder / "assets.csv").write_text(ASSETS)
    (folder.parent / "key").write_text(KEY)
    done = crossline(
        "run", folder, "--all-events", "--workers", "1", "--key-file", folder.parent / "key"
    )
    (folder.parent / "printed").write_text(done.stdout + done.stderr)
    assert done.returncode in (0, 3), done.stderr
    return folder


def test_no_clear_number_stands_in_anything_written(case: Path, cache: Path) -> None:
    # Compiled rules come from rule packs, which hold numbers of their own.
    kept = {case / "organisations.csv", case / "assets.csv", *cache.glob("sigma-*.json")}
    written = [
        path
        for root in (case, cache)
        for path in root.rglob("*")
        if path.is_file() and path not in kept and not path.is_relative_to(case / "evidence")
    ]
    assert len(written) > 20
    shown = CaseKey(bytes.fromhex(KEY)).pseudonym("msisdn", NUMBER)[:16]
    seeing: set[str] = set()
    for path in [*written, case.parent / "printed"]:
        text = texts_of(path)
        assert [form for form in clear_forms() if form in text] == [], path
        assert KEY not in text
        seeing |= {path.suffix} if shown in text else set()
    assert {".parquet", ".html"} <= seeing


def test_the_same_person_has_one_pseudonym_in_every_log(case: Path) -> None:
    rows = pq.read_table(case / "report" / "tables" / "events.parquet").to_pylist()
    logs: dict[str, set[str]] = {}
    for row in rows:
        assert len(row["subscribers"]) == len(row["subscriber_kinds"])
        for pseudonym, kind in zip(row["subscribers"], row["subscriber_kinds"], strict=True):
            logs.setdefault(f"{kind} {pseudonym}", set()).add(row["format"])
    assert {len(pseudonym.split()[1]) for pseudonym in logs} == {32}
    assert len(logs) == 3
    everywhere = {"ora_csv", "crm", "mml", "radius", "syslog", "linux_auth", "winsec"}
    assert everywhere in logs.values()


def test_records_of_interception_are_counted_and_not_stored(case: Path) -> None:
    sources = pq.read_table(case / "report" / "tables" / "problems.parquet").to_pylist()
    withheld = [row for row in sources if row["kind"] == "withheld"]
    assert sum(row["count"] for row in withheld) == 3
    rows = pq.read_table(case / "report" / "tables" / "events.parquet").to_pylist()
    assert not [row for row in rows if row["channel"] == "li-console"]


def test_a_host_that_a_database_does_not_name_is_told_from_the_path(case: Path) -> None:
    rows = pq.read_table(case / "report" / "tables" / "events.parquet").to_pylist()
    assert {row["host"] for row in rows if row["format"] == "ora_csv"} == {"bill01"}
    assert {row["time_basis"] for row in rows if row["format"] == "mml"} == {"organisation"}


def test_only_a_list_of_ones_own_leads_back_and_each_try_is_recorded(
    case: Path, crossline: Run, tmp_path: Path
) -> None:
    rows = pq.read_table(case / "report" / "tables" / "events.parquet").to_pylist()
    (pseudonym,) = next(row["subscribers"] for row in rows if row["format"] == "ora_csv")
    numbers = tmp_path / "own.txt"
    numbers.write_text(f"+{HIDDEN}\n0{NUMBER[3:]}\n")
    arguments = ["reidentify", case, pseudonym[:16], "--list", numbers, "--reason", "order 7"]
    without = crossline(*arguments)
    assert without.returncode == 2
    assert "Give it with --key-file" in without.stderr
    done = crossline(*arguments, "--key-file", case.parent / "key")
    assert done.stdout == f"msisdn {NUMBER}\n"
    record = (case / "reidentifications.csv").read_text()
    assert "order 7" in record
    assert NUMBER[3:] not in record


def test_keys_are_made_checked_and_named_and_never_lie_inside_the_case(
    case: Path, crossline: Run, tmp_path: Path
) -> None:
    assert (
        crossline("key", "id", case).stdout.strip()
        in (case / "report" / "manifest.json").read_text()
    )
    other = tmp_path / "other"
    assert crossline("key", "new", other).returncode == 0
    assert crossline("key", "check", other).returncode == 0
    assert crossline("key", "check", case.parent / "key").returncode == (
        2 if (case.parent / "key").stat().st_mode & 0o077 else 0
    )
    inside = case / "inside.key"
    inside.write_text(KEY)
    refused = crossline("ingest", case, "--key-file", inside)
    inside.unlink()
    assert refused.returncode == 2
    assert "inside the case" in refused.stderr
