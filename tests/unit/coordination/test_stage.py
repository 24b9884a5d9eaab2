"""The stage over hand-made tables."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pyarrow as pa
import pytest

from crossline.coordination import run
from crossline.coordination.gathering import gather
from crossline.kernel.progress import Silent
from crossline.pipeline import STAGES
from crossline.store import Store, Tables
from crossline.tables import TABLES

DAY_ONE = datetime(2019, 1, 1, 12, tzinfo=UTC)
STAGE = next(stage for stage in STAGES if stage.name == "coordinate")
PEOPLE = [f"{n:032x}" for n in range(5)]


def fill(store: Store, name: str, rows: list[dict]) -> None:
    whole = [dict.fromkeys(TABLES[name].schema.names) | row for row in rows]
    store.replace(name, pa.Table.from_pylist(whole, TABLES[name].schema))


def case(root, gap_days: int, second_place: str) -> Store:
    """Two clusters ask for the same five persons, the second some days after the first."""
    store = Store(root)
    events, story, exposure, stays, members = [], [], [], [], []
    for cluster, place, delay in (("cl_a", "O1", 0), ("cl_b", second_place, gap_days)):
        intrusion = f"in_{cluster[-1]}"
        members.append(
            {
                "cluster_id": cluster,
                "intrusion_id": intrusion,
                "probability": 0.9,
                "rests_on": [intrusion],
            }
        )
        for number, person in enumerate(PEOPLE, start=1):
            time = DAY_ONE + timedelta(days=90 * number + delay)
            event = f"ev_{cluster[-1]}{number}"
            at = {"event_id": event, "time": time, "host": f"db-{place}"}
            events.append(
                {
                    **at,
                    "organisation": place,
                    "month": f"{time:%Y-%m}",
                    "evidence_path": cluster,
                    "position": number,
                    "source_id": "so_1",
                    "subscribers": [person],
                    "subscriber_kinds": ["msisdn"],
                }
            )
            story.append(
                {
                    **at,
                    "intrusion_id": intrusion,
                    "role": "detected",
                    "account": "svc",
                    "rests_on": [event],
                }
            )
            exposure.append(
                {
                    "subscriber": person,
                    "organisation": place,
                    "intrusion_id": intrusion,
                    "watched_probability": 0.9,
                    "queries": 1,
                    "first_time": time,
                    "last_time": time,
                    "basis": "named",
                    "rests_on": [intrusion, event],
                }
            )
        stays.append(
            {
                "intrusion_id": intrusion,
                "organisation": place,
                "first_seen": DAY_ONE,
                "last_seen": time,
                "rests_on": [],
            }
        )
    for number in range(300):  # everyday life asks for many others, as often as for these
        person = PEOPLE[number % 5] if number < 10 else f"{100 + number // 2:032x}"
        events.append(
            {
                "event_id": f"ev_n{number}",
                "organisation": "O1",
                "month": "2019-01",
                "evidence_path": "noise",
                "position": number + 1,
                "source_id": "so_1",
                "time": DAY_ONE,
                "host": "crm",
                "subscribers": [person],
                "subscriber_kinds": ["msisdn"],
            }
        )
    fill(store, "events", events)
    fill(store, "intrusion_events", story)
    fill(store, "exposure", exposure)
    fill(store, "intrusions", stays)
    fill(store, "cluster_members", members)
    fill(
        store,
        "clusters",
        [{"cluster_id": c, "state": "new", "rests_on": []} for c in ("cl_a", "cl_b")],
    )
    return store


def judged(store: Store) -> dict[str, float]:
    tables = Tables(store, STAGE.reads, STAGE.writes)
    run(SimpleNamespace(side_table=lambda _: []), tables, Silent())
    rows = store.read("coordination").to_pylist()
    assert sum(row["probability"] for row in rows) == pytest.approx(1)
    assert all(row["low"] <= row["probability"] + 1e-9 for row in rows)
    return {row["relation"]: row["probability"] for row in rows}


def test_one_persons_question_at_two_operators_within_days_is_tasking(tmp_path):
    relations = judged(case(tmp_path, gap_days=3, second_place="O2"))
    assert max(relations, key=relations.get) == "common_tasking"


def test_the_same_persons_at_one_operator_within_a_fortnight_are_never_likely_tasking(tmp_path):
    relations = judged(case(tmp_path, gap_days=12, second_place="O1"))
    assert relations["common_tasking"] < 0.2


def test_evidence_rests_on_the_events_of_the_persons(tmp_path):
    store = case(tmp_path, gap_days=3, second_place="O2")
    judged(store)
    rows = store.read("coordination_evidence").to_pylist()
    targets = [row for row in rows if row["item"] == "shared_targets"]
    assert targets
    assert {"cl_a", "cl_b", "ev_a1", "ev_b5"} <= set(targets[0]["rests_on"])
    assert {row["relation"] for row in targets} == {
        row["relation"] for row in store.read("coordination").to_pylist()
    }


def test_a_case_without_clusters_has_no_relations(tmp_path):
    store = Store(tmp_path)
    run(
        SimpleNamespace(side_table=lambda _: []), Tables(store, STAGE.reads, STAGE.writes), Silent()
    )
    assert store.read("coordination").num_rows == 0


def test_a_build_with_its_hash_name_and_import_hash_is_one_artefact(tmp_path):
    store = case(tmp_path, gap_days=40, second_place="O2")
    marks = (("imphash", "aa"), ("file_hash", "bb"), ("product", "cc"))
    fill(
        store,
        "traits",
        [
            {
                "trait_id": f"tr_{kind}{intrusion}",
                "intrusion_id": intrusion,
                "organisation": "O1",
                "family": "build",
                "kind": kind,
                "value": value,
                "first_time": DAY_ONE,
                "events": 1,
                "estate_bits": 12.0,
                "rests_on": [f"ev_{intrusion[-1]}1"],
            }
            for intrusion in ("in_a", "in_b")
            for kind, value in marks
        ],
    )
    clusters, _ = gather(Tables(store, STAGE.reads, STAGE.writes))
    assert [len(each.activity.builds) for each in clusters.values()] == [1, 1]
    assert clusters["cl_a"].activity.builds == clusters["cl_b"].activity.builds
