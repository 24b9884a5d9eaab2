from pathlib import Path

import pyarrow as pa
import pytest
from tests.unit.report.made_case import Shape, all_tables, made_case

from crossline import judgements
from crossline.case import open_case
from crossline.kernel.progress import Silent
from crossline.report.facts import read_facts
from crossline.report.gates import GateError, check, numbers_in
from crossline.store import Tables
from crossline.tables import TABLES

Rows = list[dict[str, object]]


@pytest.fixture
def tables(tmp_path: Path) -> Tables:
    case = made_case(tmp_path, Shape())
    made = all_tables(case)
    judgements.run(case, made, Silent())
    return made


def checked(tables: Tables, name: str, change: dict[str, object], row: int = 0) -> None:
    """Change one row of a table, then run the gates."""
    rows = tables.read(name).to_pylist()
    rows[row] |= change
    tables.replace(name, pa.Table.from_pylist(rows, TABLES[name].schema))
    check(read_facts(open_case(tables.store.root.parent), tables))


def test_tables_that_agree_pass(tables: Tables) -> None:
    checked(tables, "judgements", {})


@pytest.mark.parametrize("name", ["judgements", "actions"])
def test_a_claim_without_rows_stops_the_build(tables: Tables, name: str) -> None:
    with pytest.raises(GateError, match="has no rows"):
        checked(tables, name, {"rests_on": []})


@pytest.mark.parametrize(
    ("name", "row_id"),
    [
        ("detections", "ev_" + "0" * 32),
        ("intrusions", "de_" + "0" * 32),
        ("judgements", "in_" + "0" * 32),
        ("problems", "so_" + "0" * 32),
    ],
)
def test_an_id_that_does_not_resolve_stops_the_build(
    tables: Tables, name: str, row_id: str
) -> None:
    with pytest.raises(GateError, match=f"{row_id}, which is not in"):
        checked(tables, name, {"rests_on": [row_id]})


@pytest.mark.parametrize("row_id", ["ev_" + "0" * 32, "nonsense", ""])
def test_an_id_of_a_table_not_declared_stops_the_build(tables: Tables, row_id: str) -> None:
    with pytest.raises(GateError, match="`judgements` rests on"):
        checked(tables, "judgements", {"rests_on": [row_id]})


@pytest.mark.parametrize(
    "sentence", ["5 rules fired 181 times.", "Of 1,234 records none.", "At 17 organisations."]
)
def test_a_count_that_no_table_has_stops_the_build(tables: Tables, sentence: str) -> None:
    with pytest.raises(GateError, match="which no table counts"):
        checked(tables, "judgements", {"sentence": sentence})


@pytest.mark.parametrize(
    ("sentence", "numbers"),
    [
        ("5 rules fired 1,180 times", [5, 1180]),
        ("from 2020-03-09 to 2021-03, 4 hosts", [4]),
        ("on WS01.example with T1059.001", []),
        ("no records, 3 files.", [3]),
        ("12, 13 and 14", [12, 13, 14]),
    ],
)
def test_numbers_of_a_sentence_are_its_counts(sentence: str, numbers: list[int]) -> None:
    assert numbers_in(sentence) == numbers


@pytest.mark.parametrize("name", ["asterkom", "bellune"])
def test_digits_in_the_name_of_an_organisation_are_no_counts(tables: Tables, name: str) -> None:
    root = tables.store.root.parent
    (root / "organisations.csv").write_text(f"organisation,name\n{name},Operator 977\n")
    judgements.run(open_case(root), tables, Silent())
    checked(tables, "judgements", {})


def test_a_first_that_is_not_the_first_stops_the_build(tables: Tables) -> None:
    rows = tables.read("judgements").to_pylist()
    place, row = next((n, row) for n, row in enumerate(rows) if "the first sign" in row["sentence"])
    wrong = row["sentence"].replace("2020-03-09", "2020-03-10")
    with pytest.raises(GateError, match="2020-03-10, which is neither the first nor the last day"):
        checked(tables, "judgements", {"sentence": wrong}, place)


@pytest.mark.parametrize(("shares", "holds"), [((0.7, 0.3), True), ((0.7, 0.2), False)])
def test_candidates_that_do_not_sum_to_one_stop_the_build(
    tables: Tables, shares: tuple[float, float], holds: bool
) -> None:
    intrusion = tables.read("intrusions")["intrusion_id"][0].as_py()
    cluster = {"cluster_id": "cl_1", "state": "new", "rests_on": [intrusion]}
    tables.replace("clusters", pa.Table.from_pylist([cluster], TABLES["clusters"].schema))
    rows = [
        {"cluster_id": "cl_1", "candidate": name, "probability": share, "rests_on": ["cl_1"]}
        for name, share in zip(("G0001", "none_of_these"), shares, strict=True)
    ]
    tables.replace("attributions", pa.Table.from_pylist(rows, TABLES["attributions"].schema))
    if holds:
        checked(tables, "judgements", {})
    else:
        with pytest.raises(GateError, match=r"sums to 0\.900, not to 1"):
            checked(tables, "judgements", {})
