"""The demo's evidence: the same bytes each time, and every declared step in it."""

import gzip
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from crossline.scenario import write_demo
from crossline.scenario.records import templates
from crossline.scenario.script import Scene, Step, load_scenes
from crossline.scenario.world import load_world

SHOWS = {
    "process": "command_line", "connection": "destination", "image": "path", "file": "path",
    "access": "rights", "registry": "key", "logon": "account", "credentials": "server",
    "share": "path", "service": "service", "service_state": "service", "task": "task",
    "account": "user", "group": "user", "script": "text", "cmdlet": "parameters",
}  # fmt: skip
"""The text of a step that a record of it must show beside the event id; other acts: any text."""
CLEARED = ("mer-bill01", datetime(2025, 9, 30, 2, 3, 21, tzinfo=UTC))
"""Whose Security log was cleared when: earlier records of it are in no file."""


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    write_demo(folder)
    return folder


@pytest.fixture(scope="module")
def lines(case: Path) -> dict[str, list[str]]:
    """All evidence lines by the host whose records they are."""
    hosts: dict[str, list[str]] = {name: [] for name in load_world().hosts}
    origin = re.compile(r'(?:"Computer":"|"computer_name":"|"Hostname":"|<Computer>)([^.]+)')
    for line in evidence_lines(case):
        for host in origin.findall(line):
            hosts[host].append(line)
    return hosts


def evidence_lines(case: Path) -> Iterator[str]:
    for path in sorted((case / "evidence").rglob("*")):
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                for member in archive.namelist():
                    yield from archive.read(member).decode().splitlines()
        elif path.is_file():
            data = path.read_bytes()
            text = gzip.decompress(data) if path.suffix == ".gz" else data
            yield from text.decode().splitlines()


def content_of(case: Path) -> dict[str, bytes]:
    return {
        path.relative_to(case).as_posix(): path.read_bytes()
        for path in case.rglob("*")
        if path.is_file()
    }


def steps() -> list[tuple[Scene, Step]]:
    return [(scene, step) for scene in load_scenes() for step in scene.steps]


def moment(scene: Scene, step: Step) -> datetime:
    return load_world().moment(scene.day, scene.seconds + step.after)


def in_the_files(scene: Scene, step: Step, lines: list[str]) -> bool:
    """Whether a record shows the step at its hours, in UTC or in the integrator's zone."""
    zones = (UTC, timezone(timedelta(hours=7)))
    times = [
        moment(scene, step) + timedelta(seconds=later)
        for later in (*range(0, int(step.over), 3600), step.over)
    ]
    hours = "|".join(f"{time.astimezone(zone):%Y-%m-%dT%H}" for zone in zones for time in times)
    text = step.texts.get(SHOWS.get(step.act, ""), ("",))[0]
    codes = "|".join(str(template.event_id) for template in templates(step.act))
    event_id = re.compile(rf'(?i)(event_?id":"?|<EventID>)({codes})\b')
    forms = (json.dumps(text, ensure_ascii=False)[1:-1], escape(text))
    return any(
        any(form in line for form in forms) and event_id.search(line) and re.search(hours, line)
        for line in lines
    )


def test_two_writes_give_the_same_bytes(case: Path, tmp_path: Path) -> None:
    write_demo(tmp_path)
    assert content_of(tmp_path) == content_of(case)


def test_writing_again_into_the_same_folder_changes_nothing(case: Path) -> None:
    before = content_of(case)
    write_demo(case)
    assert content_of(case) == before


@pytest.mark.parametrize(
    ("scene", "step"), steps(), ids=lambda part: getattr(part, "act", getattr(part, "name", ""))
)
def test_every_declared_step_is_in_the_files_unless_the_log_was_cleared(
    scene: Scene, step: Step, lines: dict[str, list[str]]
) -> None:
    host, time = CLEARED
    logs = {template.log.name for template in templates(step.act)}
    lost = scene.host == host and moment(scene, step) < time and logs == {"security"}
    assert in_the_files(scene, step, lines[scene.host]) is not lost


def test_the_world_has_the_size_of_a_small_case(case: Path) -> None:
    assert 20_000 < sum(1 for _ in evidence_lines(case)) < 40_000


def test_a_silent_host_has_no_record_in_its_silent_month(lines: dict[str, list[str]]) -> None:
    times = re.findall(r'"SystemTime":"(2025-..)', "\n".join(lines["lkl-crm01"]))
    assert set(times) == {"2025-09", "2025-11"}


def test_sysmon_begins_on_its_day(lines: dict[str, list[str]]) -> None:
    sysmon = [line for line in lines["lkl-dc01"] if "Sysmon/Operational" in line]
    first = min(re.search(r'"SystemTime":"([^"]+)"', line).group(1) for line in sysmon)  # type: ignore[union-attr]
    assert first >= "2025-10-06"


def test_every_process_of_an_attack_has_its_parent_in_the_log_or_from_before(
    lines: dict[str, list[str]],
) -> None:
    started = raw_process_starts(lines["lkl-jump01"])
    guids = {data["ProcessGuid"] for data in started}
    orphans = {
        data["ParentImage"].rsplit("\\", 1)[1]
        for data in started
        if data["ParentProcessGuid"] not in guids
    }
    assert orphans <= {"services.exe", "svchost.exe"}
    assert any(data["ParentImage"].endswith("twplay.exe") for data in started)


def test_a_session_id_opens_once_on_a_host(lines: dict[str, list[str]]) -> None:
    opened = [
        data["TargetLogonId"] for number, data in raw_events(lines["lkl-jump01"]) if number == 4624
    ]
    assert len(opened) == len(set(opened)) > 100


def test_record_numbers_of_one_log_rise(lines: dict[str, list[str]]) -> None:
    numbers = [
        json.loads(line)["Event"]["System"]["EventRecordID"]
        for line in lines["lkl-dc01"]
        if '"Channel":"Security"' in line
    ]
    assert numbers == sorted(set(numbers))


def raw_events(lines: list[str]) -> list[tuple[int, dict[str, str]]]:
    events = [json.loads(line)["Event"] for line in lines if line.startswith('{"Event"')]
    return [(event["System"]["EventID"], event.get("EventData") or {}) for event in events]


def raw_process_starts(lines: list[str]) -> list[dict[str, str]]:
    return [data for number, data in raw_events(lines) if number == 1]
