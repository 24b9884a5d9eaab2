"""Whatever is done to a file, reading it raises nothing and every record is accounted for."""

import gzip
import io
import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.events.subscribers.conftest import IDENTITIES

from crossline.events import ReadSettings, batches
from crossline.evidence import Source, inventory

# With a key and numbering plans, so that identities are looked for in all that is read.
READ = ReadSettings(identities=IDENTITIES)
SHARED = Path(__file__).parents[3] / "shared" / "evidence"

FLAT = {"EventTime": "2025-03-01 10:20:30", "Channel": "Security", "EventID": 1, "Hostname": "h"}
LINES = "\n".join(json.dumps({**FLAT, "RecordNumber": n}) for n in range(12)).encode()
ARRAY = json.dumps([{**FLAT, "n": n, "in": [{"a": None}]} for n in range(12)], indent=1).encode()
XML = (
    "<?xml version='1.0'?><Events>"
    + "".join(
        f"<Event xmlns='u'><System><Provider Name='p'/><EventID>{n}</EventID>"
        "<Channel>System</Channel><Computer>h</Computer></System>"
        "<EventData><Data Name='a'>x</Data><Data/></EventData></Event>"
        for n in range(12)
    )
    + "</Events>"
)


def zipped(name: str, content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return packed.getvalue()


IIS = (
    "#Software: Microsoft Internet Information Services 10.0\n#Date: 2021-03-03 00:00:00\n"
    "#Fields: date time cs-method cs-uri-stem cs(User-Agent) sc-status\n"
    + "2021-03-03 04:05:06 GET /a.aspx Mozilla/5.0+(x) 200\n"
    * 12
)
ACCESS = '10.0.0.1 - - [13/Jan/2016:19:31:16 +0000] "GET /a?b=c HTTP/1.1" 200 494 "-" "curl"\n' * 12
ZEEK = (
    "#separator \\x09\n#set_separator\t,\n#unset_field\t-\n#path\tdns\n"
    "#fields\tts\tuid\tquery\tanswers\n#types\ttime\tstring\tstring\tvector[string]\n"
    + "1521911720.865716\tCq\te.example\t10.0.0.1,10.0.0.2\n"
    * 12
)
SYSLOG = "".join(f"Jan 2{n % 10} 07:52:33 h sshd[{n}]: Invalid user x\n" for n in range(12))
AUDIT = "".join(
    f'type=SYSCALL msg=audit(1604994496.155:{n}): syscall=59 exe="/bin/x"\n'
    f'type=EXECVE msg=audit(1604994496.155:{n}): argc=2 a0="x" a1=2D61\n'
    for n in range(12)
)
VIEWER = "Level,Date and Time,Source,Event ID,Task Category\n" + (
    'Information,2019/11/07 17:39:40,Microsoft-Windows-Sysmon,5,t,"Process terminated:\n'
    'UtcTime: 2019-11-07 08:39:40.334\nImage: C:\\a ""b"".exe"\n' * 12
)
ORACLE = "DBUSERNAME,ACTION_NAME,EVENT_TIMESTAMP,SQL_TEXT,SQL_BINDS\n" + (
    'A,SELECT,12-JUN-18 10.41.22 AM,"select *\nfrom c where msisdn=:1", #1(12):999123456789\n' * 12
)
PGAUDIT = (
    '2019-02-26 10:22:31 +08,"e","c",2,"h:1",5c7.4f,3,"SELECT",2019-02-26 10:19:03 +08,6/1,0,LOG,0,'
    '"AUDIT: SESSION,2,1,READ,SELECT,TABLE,c.v,""select\n1"",<none>",,,,,,,,,"psql"\n' * 12
)
TAC_PLUS = (
    "Jul  9 13:20:11\t10.0.0.1\tada\ttty2\t10.0.6.40\tstop\ttask_id=1\tcmd=show run <cr>\n" * 12
)
RADIUS = 'Tue Nov 10 09:14:02 2020\n\tUser-Name = "web"\n\tTimestamp = 1604970842\n\n' * 12
MML = (
    "%% NE=H TZ=LOCAL %%\n"
    '2018-08-07 10:14:20|LMT|op|10.0.0.1|LST SUB: ISDN="999123456789";|RETCODE=0|OK\n'
    "+++    H    2018-08-07 10:20:00\n%%LST OPG:;%%\nRETCODE = 0  OK\n---    END\n" * 6
)
ORACLE_SYSLOG = (
    'Sep  4 10:12:41 db Oracle Unified Audit[7]: LENGTH: \'99\' DBUSER:"B" ACTION:"3"\n' * 12
)

SEEDS = {
    "oracle": ORACLE.encode(),
    "pgaudit": PGAUDIT.encode(),
    "tac_plus": TAC_PLUS.encode(),
    "radius": RADIUS.encode(),
    "mml": MML.encode(),
    "oracle in syslog": ORACLE_SYSLOG.encode(),
    "iis": IIS.encode(),
    "access log": ACCESS.encode(),
    "zeek": ZEEK.encode(),
    "syslog": SYSLOG.encode(),
    "audit": AUDIT.encode(),
    "event viewer": VIEWER.encode(),
    "lines": LINES,
    "array": ARRAY,
    "xml": XML.encode(),
    "xml in utf-16": XML.encode("utf-16"),
    "gzip": gzip.compress(LINES),
    "zip": zipped("a/b.json", ARRAY),
    "gzip in zip": zipped("b.gz", gzip.compress(XML.encode())),
}

# One change to a file: where (as a share of its length), how many bytes go, what comes instead.
changes = st.lists(
    st.tuples(
        st.floats(0, 1),
        st.one_of(st.integers(0, 4), st.integers(0, 5000)),
        st.one_of(
            st.binary(max_size=6),
            st.sampled_from(
                [b"{", b'"', b"\n", b"]", b"<Event>", b"</Event>", b"\xff\xff\xff\xff"]
            ),
        ),
    ),
    min_size=1,
    max_size=4,
)


def changed(content: bytes, steps: list[tuple[float, int, bytes]]) -> bytes:
    for share, gone, instead in steps:
        at = int(share * len(content))
        content = content[:at] + instead + content[at + gone :]
    return content


def check(content: bytes, folder: Path, rows: int = 5) -> int:
    """Read content to the end; gives how many records were kept."""
    path = folder / "file"
    path.write_bytes(content)
    kept = 0
    for source in inventory(path, folder, "org"):
        if not isinstance(source, Source):
            continue
        position = 0
        for batch in batches(source, folder, READ, rows):
            batch.events.validate(full=True)
            assert batch.read == batch.kept + batch.rejected + batch.withheld
            assert batch.kept == batch.events.num_rows
            problems = batch.problems.to_pylist()
            rejected = sum(row["count"] for row in problems if row["kind"] in ("record", "chunk"))
            assert batch.rejected == rejected
            positions = batch.events["position"].to_pylist()
            assert positions == sorted(set(positions))
            assert all(position < each <= position + batch.read for each in positions)
            position += batch.read
            kept += batch.kept
    return kept


@pytest.mark.parametrize("seed", SEEDS)
def test_the_seeds_are_read_whole(seed: str, tmp_path: Path) -> None:
    assert check(SEEDS[seed], tmp_path) == 12


@settings(
    max_examples=400,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.sampled_from(sorted(SEEDS)), changes)
def test_a_changed_file_raises_nothing_and_the_accounts_add_up(
    tmp_path: Path, seed: str, steps: list[tuple[float, int, bytes]]
) -> None:
    check(changed(SEEDS[seed], steps), tmp_path)


@settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.binary(max_size=200))
def test_random_bytes_raise_nothing(tmp_path: Path, content: bytes) -> None:
    check(content, tmp_path)


@pytest.fixture(scope="module")
def small_evtx() -> bytes:
    """One chunk of real records."""
    archive = SHARED / "sigma-regression.zip"
    if not archive.exists():
        pytest.skip("the shared evidence set sigma-regression is not beside the repository")
    with zipfile.ZipFile(archive) as members:
        names = sorted(name for name in members.namelist() if name.endswith(".evtx"))
        return members.read(names[0])[: 4096 + 65536]


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.booleans(), changes)
def test_changed_evtx_raises_nothing_and_the_accounts_add_up(
    tmp_path: Path,
    small_evtx: bytes,
    in_the_first_bytes: bool,
    steps: list[tuple[float, int, bytes]],
) -> None:
    if in_the_first_bytes:  # where headers, tables and the first record stand
        steps = [(share * 0.09, gone, instead) for share, gone, instead in steps]
    check(changed(small_evtx, steps), tmp_path)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.permutations(range(8)),
    st.lists(st.sampled_from([b"{broken", b"[]", b"", b"7"]), max_size=3),
)
def test_an_id_follows_the_record_wherever_it_stands(
    tmp_path: Path, order: list[int], between: list[bytes]
) -> None:
    lines = [json.dumps({**FLAT, "RecordNumber": n}).encode() for n in range(8)]

    def ids(texts: list[bytes]) -> dict[int, str]:
        path = tmp_path / "file"
        path.write_bytes(b"\n".join(texts))
        (source,) = inventory(path, tmp_path, "org")
        assert isinstance(source, Source)
        rows = [row for batch in batches(source, tmp_path, ReadSettings()) for row in
                batch.events.select(["record_id", "event_id"]).to_pylist()]  # fmt: skip
        return {row["record_id"]: row["event_id"] for row in rows}

    assert ids(lines) == ids([*(lines[n] for n in order), *between])
