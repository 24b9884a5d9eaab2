"""The stage on hand-made tables: three organisations, two hands and a red team."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from crossline.case import init_case, open_case
from crossline.case.decisions import add_decision, new_decision
from crossline.kernel.progress import Silent
from crossline.pipeline import STAGES
from crossline.store import Store, Tables
from crossline.tables import TABLES

STAGE = next(stage for stage in STAGES if stage.name == "cluster")
START = datetime(2020, 1, 6, tzinfo=UTC)
OAK = {
    "Image": r"C:\ProgramData\oak\elm.exe",
    "CommandLine": "elm.exe a -m5 -hpmaple2019 x.rar y.txt",
}
ASH = {
    "Image": r"C:\ProgramData\ash\fir.exe",
    "CommandLine": "fir.exe a -r -hpQ7rt0zz3Lm x.dat *.csv",
}
PUBLIC = {"Image": r"C:\Windows\Tasks\psexec.exe", "CommandLine": r"psexec \\h2 net user"}


def story(number: int, organisation: str, fields: dict[str, str]) -> dict[str, Any]:
    return {
        "intrusion_id": f"in_{number}",
        "event_id": f"ev_{number}",
        "organisation": organisation,
        "host": f"host{number}",
        "time": START + timedelta(days=30 * number),
        "fields": fields,
    }


STORIES = [
    story(1, "org-1", OAK),
    story(2, "org-2", OAK),
    story(3, "org-2", ASH),
    story(4, "org-3", ASH),
    story(5, "org-1", PUBLIC),
    story(6, "org-3", PUBLIC),
]


def table(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(rows, TABLES[name].schema)


def event(number: int, each: dict[str, Any]) -> dict[str, Any]:
    return {
        **{key: each[key] for key in ("event_id", "organisation", "host", "time")},
        "month": f"{each['time']:%Y-%m}",
        "evidence_path": "a",
        "position": number,
        "format": "sysmon",
        "event_code": "1",
        "fields": list(each["fields"].items()),
    }


def write(
    store: Store, stories: list[dict[str, Any]], ordinary: list[dict[str, Any]] | None = None
) -> None:
    events = [event(number, each) for number, each in enumerate([*stories, *(ordinary or [])])]
    store.replace("events", table("events", events))
    seen = [{**each, "first_seen": each["time"], "last_seen": each["time"]} for each in stories]
    pick = lambda name, rows: [  # noqa: E731
        {key: row[key] for key in TABLES[name].schema.names if key in row} for row in rows
    ]
    store.replace("intrusions", table("intrusions", pick("intrusions", seen)))
    told = [{**each, "role": "detected", "technique": "T1560.001"} for each in stories]
    store.replace("intrusion_events", table("intrusion_events", pick("intrusion_events", told)))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    init_case(tmp_path / "case")
    write(Store(tmp_path / "case" / "store"), STORIES)
    return tmp_path / "case"


def cluster(root: Path) -> set[frozenset[str]]:
    case = open_case(root)
    store = Store(case.store)
    STAGE.run(case, Tables(store, STAGE.reads, STAGE.writes), Silent())
    groups: dict[str, set[str]] = {}
    for row in store.read("cluster_members").to_pylist():
        groups.setdefault(row["cluster_id"], set()).add(row["intrusion_id"])
    return {frozenset(group) for group in groups.values()}


def together(*numbers: int) -> frozenset[str]:
    return frozenset(f"in_{number}" for number in numbers)


APART = {together(1, 2), together(3, 4), together(5), together(6)}


def test_own_places_and_habits_join_and_public_tools_do_not(root: Path) -> None:
    assert cluster(root) == APART


def test_the_order_of_the_rows_changes_nothing(root: Path) -> None:
    cluster(root)
    store = Store(root / "store")
    before = {name: store.read(name) for name in ("traits", "pair_weights", "cluster_members")}
    write(store, list(reversed(STORIES)))
    cluster(root)
    assert {name: store.read(name) for name in before} == before


def test_every_stored_pair_is_its_prior_and_its_signs(root: Path) -> None:
    cluster(root)
    rows = Store(root / "store").read("pair_weights").to_pylist()
    pairs = {(row["intrusion_x"], row["intrusion_y"]) for row in rows}
    for pair in pairs:
        told = [row for row in rows if (row["intrusion_x"], row["intrusion_y"]) == pair]
        assert sum(row["feature"] == "prior" for row in told) == 1
        assert all(row["bits"] >= 0 for row in told if row["feature"] != "prior")
        assert all({*pair} < {*row["rests_on"]} for row in told if row["feature"] != "prior")


def test_no_password_is_stored(root: Path) -> None:
    cluster(root)
    store = Store(root / "store")
    for name, column in (("traits", "value"), ("pair_weights", "value")):
        assert not any("maple" in row[column] for row in store.read(name).to_pylist())


@pytest.mark.parametrize(
    ("kind", "pair", "groups"),
    [
        ("same_cluster", ("in_5", "in_6"), (APART - {together(5), together(6)}) | {together(5, 6)}),
        (
            "different_cluster",
            ("in_1", "in_2"),
            (APART - {together(1, 2)}) | {together(1), together(2)},
        ),
    ],
)
def test_decisions_of_analysts_are_honoured(
    root: Path, kind: str, pair: tuple[str, str], groups: set[frozenset[str]]
) -> None:
    add_decision(
        open_case(root),
        new_decision(kind, *pair, "anna", "seen on the machine", "", "2021-01-01T00:00:00Z"),
    )
    assert cluster(root) == groups


def test_clusters_keep_their_ids_when_the_case_grows(root: Path) -> None:
    cluster(root)
    store = Store(root / "store")
    first = {row["cluster_id"] for row in store.read("clusters").to_pylist()}
    write(store, [*STORIES, story(7, "org-3", OAK)])
    assert together(1, 2, 7) in cluster(root)
    rows = store.read("clusters").to_pylist()
    assert {row["cluster_id"] for row in rows} == first
    assert {row["state"] for row in rows} == {"stable"}


def test_what_the_estate_does_every_day_is_no_sign(root: Path) -> None:
    store = Store(root / "store")
    daily = [
        story(9, "org-4", OAK) | {"event_id": f"ev_9{day}", "time": START + timedelta(days=day)}
        for day in range(200)
    ]
    write(store, STORIES, daily)
    assert together(1, 2) not in cluster(root)


def test_a_case_without_intrusions_has_no_clusters(root: Path) -> None:
    write(Store(root / "store"), [])
    assert cluster(root) == set()
