import math
from datetime import UTC, datetime

import pyarrow as pa
import pytest
from tests.unit.attribution.small import TECHNIQUES, knowledge

from crossline import attribution
from crossline.attribution.answer import NONE_OF_THESE
from crossline.case import init_case, open_case
from crossline.kernel.progress import Silent
from crossline.knowledge import encode_compact
from crossline.store import Store, Tables
from crossline.tables import TABLES

WHEN = datetime(2019, 5, 1, tzinfo=UTC)
ROWS = {
    "intrusions": [
        {"intrusion_id": "in_1", "techniques": TECHNIQUES[:3], "last_seen": WHEN},
        {"intrusion_id": "in_2", "techniques": TECHNIQUES[6:8], "last_seen": WHEN},
    ],
    "traits": [
        {"trait_id": "tr_1", "intrusion_id": "in_1", "family": "software", "value": "tool s1"},
        {"trait_id": "tr_2", "intrusion_id": "in_1", "family": "technique", "value": TECHNIQUES[3]},
        {"trait_id": "tr_3", "intrusion_id": "in_2", "family": "path", "value": "/web/x"},
    ],
    "clusters": [{"cluster_id": "cl_1", "state": "new"}, {"cluster_id": "cl_2", "state": "new"}],
    "cluster_members": [
        {"cluster_id": "cl_1", "intrusion_id": "in_1", "probability": 1.0},
        {"cluster_id": "cl_2", "intrusion_id": "in_2", "probability": 1.0},
    ],
    "coverage": [
        {
            "organisation": "o",
            "host": "h",
            "month": "2019-05",
            "format": "sysmon",
            "techniques_blind": [TECHNIQUES[4]],
        }
    ],
}


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    return attributed(tmp_path_factory.mktemp("case"), ROWS)


def attributed(root, rows):
    init_case(root)
    (root / "knowledge").mkdir()
    (root / "knowledge" / "base.json").write_bytes(encode_compact(knowledge()))
    case, store = open_case(root), Store(root / "store")
    every = Tables(store, frozenset(TABLES), frozenset(TABLES))
    for name, given in rows.items():
        every.replace(name, pa.Table.from_pylist(given, schema=TABLES[name].schema))
    attribution.run(case, every, Silent())
    return {name: store.read(name).to_pylist() for name in ("attribution_evidence", "attributions")}


def of(rows, cluster, **wanted):
    return [
        row
        for row in rows
        if row["cluster_id"] == cluster and all(row[k] == v for k, v in wanted.items())
    ]


def test_probabilities_of_a_cluster_sum_to_one_and_rivals_are_shown(written):
    for cluster in ("cl_1", "cl_2"):
        rows = of(written["attributions"], cluster)
        assert math.isclose(sum(row["probability"] for row in rows), 1, abs_tol=1e-9)
        assert {row["candidate"] for row in rows} == {"G1", "G2", "G3", NONE_OF_THESE}
        assert all(row["low"] <= row["probability"] <= row["high"] for row in rows)


def test_software_is_found_by_a_name_and_points_to_its_group(written):
    rows = of(written["attributions"], "cl_1")
    groups = [row for row in rows if row["candidate"] != NONE_OF_THESE]
    assert max(groups, key=lambda row: row["probability"])["candidate"] == "G1"
    (software,) = of(
        written["attribution_evidence"], "cl_1", kind="family", item="software", candidate="G1"
    )
    assert software["bits"] > 0


def test_profile_size_stands_beside_every_score(written):
    (row,) = of(written["attributions"], "cl_1", candidate="G1")
    assert (row["known_techniques"], row["known_software"], row["known_reports"]) == (5, 2, 4)
    assert row["name"] == "Invented G1"


@pytest.mark.parametrize("candidate", ["G1", "G2", NONE_OF_THESE])
def test_start_and_families_sum_to_the_odds_of_the_answer(written, candidate):
    (row,) = of(written["attributions"], "cl_1", candidate=candidate)
    reasons = of(written["attribution_evidence"], "cl_1", candidate=candidate)
    bits = sum(each["bits"] for each in reasons if each["kind"] in ("start", "family"))
    p = row["probability"]
    assert math.isclose(bits, math.log2(p / (1 - p)), abs_tol=1e-6)


def test_the_answer_is_tried_without_its_strongest_item_and_at_two_priors(written):
    rows = written["attribution_evidence"]
    dropped = of(rows, "cl_1", kind="drop_one")
    (flag,) = of(rows, "cl_1", kind="false_flag")
    assert flag["item"] == max(dropped, key=lambda row: row["bits"])["item"]
    assert {row["item"] for row in of(rows, "cl_1", kind="prior")} == {"30%", "70%"}


def test_what_to_collect_next_names_the_logs_that_are_absent(written):
    rows = of(written["attribution_evidence"], "cl_1", kind="absent", item=TECHNIQUES[4])
    assert rows == [] or rows[0]["blind_formats"] == ["sysmon"]
    collect = of(written["attribution_evidence"], "cl_1", kind="collect")
    assert collect
    assert all(row["item"] not in TECHNIQUES[:4] for row in collect)


def test_the_order_of_rows_changes_nothing(written, tmp_path):
    shuffled = {name: rows[::-1] for name, rows in ROWS.items()}
    assert attributed(tmp_path, shuffled) == written


def test_no_cluster_gives_no_row(tmp_path):
    written = attributed(tmp_path, {**ROWS, "clusters": [], "cluster_members": []})
    assert written == {"attributions": [], "attribution_evidence": []}
