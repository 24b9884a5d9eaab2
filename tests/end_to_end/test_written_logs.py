"""Every log that the synthetic world writes is read back: kept and rejected are all there is."""

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from tests.end_to_end.conftest import Run

from crossline.scenario import noise
from crossline.scenario.content import table
from crossline.scenario.days import LAST_DAY, moment
from crossline.scenario.estate import Host
from crossline.scenario.formats import WRITERS
from crossline.scenario.record import LogSource, Record, Span
from crossline.scenario.scene import Scene, scene

DAY = 903
COUNT = 80
SETTINGS = {
    "iis": {"forwarded": "10.0.0.1"},
    "tacplus": {"no_year": True},
    "pgaudit": {"hidden_parameters": True},
    "ora_csv": {"old_build": True},
    "winsec": {"no_command_line": True, "old_build": True},
    "zeek_conn": {"no_close": True},
    "httpproxy": {"old_build": True},
}
Written = dict[str, tuple[str, int, list[int]]]


def places() -> Iterator[tuple[str, str, bool]]:
    """One host for each kind of log, plain and with the settings that trip readers."""
    found: dict[str, str] = {"ora_sys": "O2.bill1", "pgaudit": "O3.bill1", "ora_csv": "O1.bill1"}
    for role, stated in table("estate")["roles"].items():
        for log in stated["logs"]:
            if log != "@db" and role in table("estate")["hosts"]["O1"] and role != "app":
                found.setdefault(log, f"O1.{role}1")
    for log, host in sorted(found.items()):
        yield log, host, False
        if log in SETTINGS:
            yield log, host, True


def source_of(host: Host, log: str, changed: bool) -> LogSource:
    start, half = moment(0), moment(DAY, 43_200, host.organisation.zone)
    spans = {
        name: (Span(half if log != "ora_csv" else start, moment(LAST_DAY), value),)
        for name, value in SETTINGS.get(log, {}).items()
        if changed
    }
    org = host.organisation
    return LogSource(
        org.label, host.name, host.fqdn, host.address, host.role, log, org.zone, 0, spans
    )


def write(world: Scene, case: Path) -> Written:
    """Write the logs; by path: the kind of log, how many records, and their locators."""
    written: Written = {}
    for log, name, changed in places():
        source = source_of(world.estate.hosts[name], log, changed)
        records: list[Record] = list(noise.records(source, DAY, COUNT, world, Random(3)))
        kind = "changed" if changed else "plain"
        path = case / "evidence" / source.organisation / kind / source.host / log / "log-2019.log"
        path.parent.mkdir(parents=True)
        with path.open("wb") as out:
            locators = list(WRITERS[log](records, source, out))
        written[str(path.relative_to(case).as_posix())] = (log, len(records), locators)
    return written


@pytest.fixture(scope="module")
def read_back(crossline: Run, tmp_path_factory: pytest.TempPathFactory) -> tuple[Written, Path]:
    case = tmp_path_factory.mktemp("written") / "case"
    crossline("init", case)
    written = write(scene(0, "H1", "test"), case)
    done = crossline("ingest", case, "--workers", "1", "--quiet")
    assert done.returncode in (0, 3), done.stderr
    return written, case


def asked(crossline: Run, case: Path, query: str) -> list[dict[str, object]]:
    told = crossline("sql", case, query, "--jsonl")
    assert told.returncode == 0, told.stderr
    return [json.loads(line) for line in told.stdout.splitlines()]


def test_kept_and_rejected_are_what_was_written(
    crossline: Run, read_back: tuple[Written, Path]
) -> None:
    written, case = read_back
    query = "select evidence_path, kept + rejected + withheld as n from sources"
    read = {row["evidence_path"]: row["n"] for row in asked(crossline, case, query)}
    transcripts = {path: twice(case / path) for path in written}
    expected = {path: count + transcripts[path] for path, (_, count, _) in written.items()}
    assert read == expected


def twice(path: Path) -> int:
    """How many commands of a log stand a second time, as the transcript of a terminal."""
    return path.read_bytes().count(b"---    END")


def test_each_log_is_read_as_what_it_is(crossline: Run, read_back: tuple[Written, Path]) -> None:
    written, case = read_back
    query = "select evidence_path, mode(format) as format from events group by all"
    formats = {row["evidence_path"]: row["format"] for row in asked(crossline, case, query)}
    assert formats == {path: log for path, (log, _, _) in written.items()}


def test_a_locator_leads_to_the_same_record(
    crossline: Run, read_back: tuple[Written, Path]
) -> None:
    written, case = read_back
    query = "select evidence_path, locator from events"
    found: dict[object, set[object]] = {}
    for row in asked(crossline, case, query):
        found.setdefault(row["evidence_path"], set()).add(row["locator"])
    for path, (_, _, locators) in written.items():
        assert set(locators) <= found[path], path
