"""Daily life: as many records as asked for, at the hours of people, about people who have desks."""

import re
from collections import Counter
from dataclasses import replace
from random import Random

import pytest

from crossline.scenario.content import table
from crossline.scenario.days import LAST_DAY, day_of, local, moment
from crossline.scenario.noise import records
from crossline.scenario.record import LogSource, Record, Span
from crossline.scenario.scene import Scene, scene

DAY = 903
ATTACKS = re.compile(
    r"whoami|nltest|ntdsutil|0x1010|0x1410|reg save|vssadmin|appcmd|mimikatz|procdump|PSEXESVC"
    r"|MailboxExportRequest|OabVirtualDirectory|comsvcs|domain admins|copy running-config|rar\.exe",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def world() -> Scene:
    return scene(0, "H1", "test")


def source_of(world: Scene, host: str, log: str) -> LogSource:
    found = world.estate.hosts[host]
    org = found.organisation
    return LogSource(
        org.label, found.name, found.fqdn, found.address, found.role, log, org.zone, world.seed
    )


def life(world: Scene, host: str, log: str, count: int = 200, day: int = DAY) -> list[Record]:
    return list(records(source_of(world, host, log), day, count, world, Random(7)))


def first_hosts() -> list[tuple[str, str]]:
    roles = {
        role: f"{org}.{role}1"
        for org in ("O5", "O3", "O2", "O1")
        for role in table("estate")["hosts"][org]
    }
    databases = [("O1.bill1", "ora_csv"), ("O2.bill1", "ora_sys"), ("O3.bill1", "pgaudit")]
    logs = [
        (host, log)
        for role, host in roles.items()
        for log in table("estate")["roles"][role]["logs"]
        if log != "@db" and (role, log) not in {("tac", "radius"), ("app", "zeek_http")}
    ]
    return sorted([*logs, *databases])


@pytest.mark.parametrize(("host", "log"), first_hosts())
def test_a_log_has_as_many_records_as_asked_for(world: Scene, host: str, log: str) -> None:
    found = life(world, host, log)
    times = [record.time for record in found]
    zone = world.estate.hosts[host].organisation.zone
    assert len(found) == 200
    assert times == sorted(times)
    assert {day_of(time, zone) for time in times} == {DAY}
    assert all(record.truth is None for record in found)


@pytest.mark.parametrize(("host", "log"), first_hosts())
def test_nothing_resembles_an_attack_and_no_blank_stays_unfilled(
    world: Scene, host: str, log: str
) -> None:
    for record in life(world, host, log, 400):
        said = " ".join(map(str, record.fields.values()))
        assert not ATTACKS.search(said)
        assert not re.search(r"\{[a-z.]+\}", said)


def test_the_same_chance_gives_the_same_records(world: Scene) -> None:
    assert life(world, "O1.dc1", "winsec") == life(world, "O1.dc1", "winsec")


def test_people_work_in_the_day(world: Scene) -> None:
    zone = world.estate.hosts["O1.web1"].organisation.zone
    found = life(world, "O1.web1", "iis", 2000)
    hours = Counter(local(record.time, zone).hour for record in found)
    assert hours[10] > 4 * hours[3]
    assert hours[15] > hours[12]


def test_few_things_are_common_and_many_are_rare(world: Scene) -> None:
    found = life(world, "O1.wks1", "sysmon", 4000)
    commands = Counter(record.fields.get("CommandLine") for record in found)
    del commands[None]
    assert commands.most_common(1)[0][1] > 40
    assert sum(1 for count in commands.values() if count == 1) > 40


def test_everybody_has_one_desk(world: Scene) -> None:
    desks: dict[object, set[object]] = {}
    for record in life(world, "O1.dc1", "winsec", 3000):
        if record.fields["EventID"] == 4771:
            account = record.fields["TargetUserName"]
            desks.setdefault(account, set()).add(record.fields["IpAddress"])
    assert desks
    assert all(len(places) == 1 for places in desks.values())


def test_what_follows_is_about_the_same_session(world: Scene) -> None:
    found = life(world, "O1.vpn1", "radius", 400)
    started = {r.fields["Acct-Session-Id"]: r.fields["User-Name"] for r in found
               if r.fields["Acct-Status-Type"] == "Start"}  # fmt: skip
    stopped = [r.fields for r in found if r.fields["Acct-Status-Type"] == "Stop"]
    assert stopped
    assert all(started[f["Acct-Session-Id"]] == f["User-Name"] for f in stopped)


@pytest.mark.parametrize(
    ("host", "log", "field", "shape"),
    [
        ("O1.crm1", "crm", "subscriber_key", r"0\d{9}"),
        ("O3.crm1", "crm", "subscriber_key", r"00214\d{9}"),
        ("O3.hlr1", "mml", "command", r'IMSI="102\d{12}"'),
        ("O5.aaa1", "radius", "Calling-Station-Id", r"0x91[0-9F]+"),
        ("O1.bill1", "ora_csv", "SQL_BINDS", r" #1\(12\):210\d{9}"),
    ],
)
def test_numbers_are_spelled_as_the_operator_spells_them(
    world: Scene, host: str, log: str, field: str, shape: str
) -> None:
    values = [str(record.fields.get(field, "")) for record in life(world, host, log, 600)]
    assert any(re.search(shape, value) for value in values)


def test_commands_of_sessions_are_not_recorded_before_the_recorder(world: Scene) -> None:
    source = source_of(world, "O1.bastion1", "teleport")
    blind = {"no_commands": (Span(moment(0), moment(LAST_DAY), True),)}
    without = replace(source, settings=blind)
    seen = {r.fields["event"] for r in records(source, DAY, 300, world, Random(7))}
    unseen = {r.fields["event"] for r in records(without, DAY, 300, world, Random(7))}
    assert seen - unseen == {"session.command"}


def test_some_records_are_too_long_for_a_line_of_syslog(world: Scene) -> None:
    found = life(world, "O2.bill1", "ora_sys", 400)
    longest = max(len(str(record.fields.get("CLIENTID", ""))) for record in found)
    assert longest > 900
