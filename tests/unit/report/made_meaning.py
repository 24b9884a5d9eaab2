"""Tables of the later stages for the made case: what its intrusions mean."""

from datetime import timedelta
from pathlib import Path

import pyarrow as pa
from tests.unit.report.made_case import START, all_tables

from crossline.case import Case, open_case
from crossline.kernel.ids import row_id
from crossline.store import Tables
from crossline.tables import TABLES

SIDE_TABLES = {
    "organisations.csv": "organisation,name,country\nasterkom,Asterkom,KA\nbellune,Bellune,KB\n",
    "assets.csv": "organisation,host,asset_class\nasterkom,WS00,billing\nbellune,WS01,mail\n",
    "mitigations.csv": "mitigation_id,organisation,time,kind\n"
    "M1,asterkom,2020-05-01T00:00:00Z,web shell removed\n"
    "M2,bellune,2020-09-01T00:00:00Z,all passwords reset\n",
}
RELATIONS = TABLES["coordination"].columns[2].values


def with_meaning(case: Case) -> Case:
    """Write side tables and every table of the later stages into a made case."""
    for name, text in SIDE_TABLES.items():
        (case.root / name).write_text(text)
    tables = all_tables(case)
    intrusions = tables.read("intrusions").to_pylist()
    events = {
        row["intrusion_id"]: row["event_id"] for row in tables.read("intrusion_events").to_pylist()
    }
    for name, rows in _made(intrusions, events).items():
        tables.replace(name, pa.Table.from_pylist(rows, TABLES[name].schema))
    return open_case(Path(case.root))


def tables_of(case: Case) -> Tables:
    return all_tables(case)


def _made(
    intrusions: list[dict[str, object]], events: dict[object, object]
) -> dict[str, list[dict[str, object]]]:
    first, second = intrusions[0], intrusions[1]
    clusters = [row_id("cl", (str(n),)) for n in range(2)]
    seen = {"first_time": START, "last_time": START + timedelta(days=40)}
    return {
        "entries": [
            _entry(first, events, "exploit", 0.8, before_disclosure=True),
            _entry(first, events, "unknown", 0.2, shown=False),
            _entry(second, events, "supplier", 0.9, supplier="Tarn Integration"),
            _entry(second, events, "valid_account", 0.1),
        ],
        "supplier_paths": [
            _of(second, events, supplier="Tarn Integration", tier="observed", account="sup-ada",
                from_time=START, to_time=START, probability=0.9)
        ],
        "reach": [
            _of(first, events, host="ws00", asset_class="billing", status="reached",
                privilege="admin", **seen),
            _of(second, events, host="ws09", asset_class="mail", status="attempted",
                privilege="none", **seen),
        ],
        "interference": [
            _plain(first, events, grade_possible="I5", grade_used="I2", from_time=START,
                   to_time=START, proof="logon at privilege 15"),
            _plain(second, events, grade_possible="I0", grade_used="I0"),
        ],
        "exposure": [
            _of(first, events, subscriber=f"{n:032x}", watched_probability=0.9 - 0.1 * n,
                queries=9 - n, basis="named", **seen)
            for n in range(8)
        ],
        "exposed_sets": [
            _of(first, events, low=0, best=4_100, high=9_800, determinable=False)
        ],
        "adaptation": [
            _plain(first, events, mitigation_id="M1", response_kind="new_place",
                   response_time=START + timedelta(days=70), lag_days=18.0, censored=False,
                   path="T1505.003 on ws01"),
            _plain(second, events, mitigation_id="M2", response_kind="unknown", censored=True),
        ],
        "gaps": [
            {
                "gap_id": row_id("ga", ("1",)), "organisation": "asterkom", "host": None,
                "format": "ss7", "from_time": START, "to_time": START + timedelta(days=90),
                "kind": "never_collected", "rests_on": [events[first["intrusion_id"]]],
            }
        ],
        "clusters": [
            {"cluster_id": each, "state": "new", "rests_on": [one["intrusion_id"]]}
            for each, one in zip(clusters, intrusions, strict=False)
        ],
        "cluster_members": [
            {"cluster_id": each, "intrusion_id": one["intrusion_id"], "probability": 0.9,
             "rests_on": [one["intrusion_id"]]}
            for each, one in zip(clusters, intrusions, strict=False)
        ],
        "pair_weights": [
            {
                "intrusion_x": first["intrusion_id"], "intrusion_y": second["intrusion_id"],
                "feature": "service name", "value": "w4Svc", "bits": 6.5,
                "rests_on": [first["intrusion_id"]],
            }
        ],
        "attributions": [
            {"cluster_id": each, "candidate": candidate, "probability": share,
             "low": share / 2, "high": min(1.0, share * 1.4), "rests_on": [each]}
            for each in clusters
            for candidate, share in (("G0093", 0.57), ("none_of_these", 0.24), ("G0019", 0.19))
        ],
        "coordination": [
            {
                "cluster_x": clusters[0], "cluster_y": clusters[1], "relation": relation,
                "probability": share, "low": 0.0, "high": min(1.0, share + 0.2),
                "calibrated": True, "cannot_tell": False, "rests_on": clusters,
            }
            for relation, share in zip(
                RELATIONS, (0.1, 0.17, 0.58, 0.03, 0.03, 0.05, 0.03, 0.01), strict=True
            )
        ],
        "coordination_evidence": [
            {
                "cluster_x": clusters[0], "cluster_y": clusters[1], "item": "two persons in common",
                "relation": relation, "bits": bits, "p_value": 0.004,
                "null_model": "permutation within country and role", "rests_on": clusters,
            }
            for relation, bits in (("coincidence", -3.0), ("common_tasking", 2.5))
        ],
    }  # fmt: skip


def _plain(
    intrusion: dict[str, object], events: dict[object, object], **columns: object
) -> dict[str, object]:
    identity = intrusion["intrusion_id"]
    return {"intrusion_id": identity, "rests_on": [events[identity]]} | columns


def _of(
    intrusion: dict[str, object], events: dict[object, object], **columns: object
) -> dict[str, object]:
    return _plain(intrusion, events, organisation=intrusion["organisation"], **columns)


def _entry(
    intrusion: dict[str, object],
    events: dict[object, object],
    vector: str,
    share: float,
    shown: bool = True,
    **columns: object,
) -> dict[str, object]:
    event = events[intrusion["intrusion_id"]] if shown else None
    return _plain(intrusion, events, vector=vector, probability=share, event_id=event, **columns)
