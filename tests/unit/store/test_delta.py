from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossline.store import Store, Tables, UndeclaredTableError, empty, sorted_by_key, table_digest
from crossline.tables import TABLES

CLEARED = TABLES["cleared"]


def cleared(*ids: str, reason: str = "ticket") -> pa.Table:
    rows = [
        {"detection_id": each, "reason": reason, "cleared_by": [], "rests_on": [each]}
        for each in ids
    ]
    return pa.Table.from_pylist(rows, CLEARED.schema)


def problems(*ids: str, found_by: str) -> pa.Table:
    rows = [{"problem_id": each, "kind": "file", "count": 1, "found_by": found_by} for each in ids]
    return pa.Table.from_pylist(rows, TABLES["problems"].schema)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def test_a_table_never_written_reads_as_empty(store: Store) -> None:
    assert store.read("cleared").schema == CLEARED.schema
    assert list(store.scan("cleared")) == []
    assert not store.exists("cleared")
    assert store.fingerprint("cleared") == "absent"


def test_rows_come_back_sorted_by_key(store: Store) -> None:
    store.append("cleared", cleared("c", "a"))
    store.append("cleared", cleared("b"))
    assert store.read("cleared")["detection_id"].to_pylist() == ["a", "b", "c"]


def test_replacing_by_the_same_rows_in_another_order_changes_nothing(store: Store) -> None:
    assert store.replace("cleared", cleared("a", "b"))
    before = store.fingerprint("cleared")
    assert not store.replace("cleared", cleared("b", "a"))
    assert store.fingerprint("cleared") == before


def test_replacing_by_no_rows_empties_the_table(store: Store) -> None:
    store.replace("cleared", cleared("a"))
    assert store.replace("cleared", empty("cleared"))
    assert store.read("cleared").num_rows == 0
    assert store.exists("cleared")


def test_replacing_some_rows_leaves_the_others_alone(store: Store) -> None:
    store.replace("problems", problems("pr_1", found_by="rules"), ("found_by", "rules"))
    store.replace(
        "problems", problems("pr_2", "pr_3", found_by="inventory"), ("found_by", "inventory")
    )
    store.replace("problems", problems("pr_4", found_by="inventory"), ("found_by", "inventory"))
    assert store.read("problems")["problem_id"].to_pylist() == ["pr_1", "pr_4"]
    store.replace("problems", empty("problems"), ("found_by", "inventory"))
    assert store.read("problems")["problem_id"].to_pylist() == ["pr_1"]


def test_two_rows_with_one_key_are_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="share a key"):
        store.replace("cleared", cleared("a", "a"))


def test_deleting_takes_values_with_quotes_as_text(store: Store) -> None:
    store.append("cleared", cleared("a'b", "c"))
    store.delete("cleared", "detection_id", ["a'b", "' OR 1=1 --"])
    assert store.read("cleared")["detection_id"].to_pylist() == ["c"]


def test_tidying_changes_files_but_no_rows(store: Store) -> None:
    for each in "abc":
        store.append("cleared", cleared(each))
    store.tidy("cleared")
    assert store.read("cleared")["detection_id"].to_pylist() == ["a", "b", "c"]
    assert len(store.parts("cleared")) == 1
    assert len(list((store.root / "cleared").glob("*.parquet"))) == 1


def test_partitioned_parts_hold_all_rows_and_columns(store: Store) -> None:
    schema = TABLES["events"].schema
    rows = [
        {
            "event_id": f"ev_{n}",
            "organisation": org,
            "month": "2021-03",
            "evidence_path": "x",
            "position": n,
        }
        for n, org in enumerate(["o/1", "o 2", "ö"])
    ]
    store.append("events", pa.Table.from_pylist(rows, schema))
    parts = store.parts("events")
    assert len(parts) == 3
    found = [
        row
        for part in parts
        for batch in store.scan_part("events", part, ["event_id", "organisation"])
        for row in batch.to_pylist()
    ]
    assert {(row["event_id"], row["organisation"]) for row in found} == {
        ("ev_0", "o/1"), ("ev_1", "o 2"), ("ev_2", "ö"),
    }  # fmt: skip
    one = store.read("events", ["event_id"], pc.field("organisation") == "ö")
    assert one["event_id"].to_pylist() == ["ev_2"]


@given(st.permutations(range(8)), st.integers(1, 8))
def test_a_digest_depends_on_rows_and_not_on_chunks(order: list[int], size: int) -> None:
    whole = cleared(*(str(number) for number in range(8)))
    shuffled = pa.concat_tables(
        [whole.take(order).slice(start, size) for start in range(0, 8, size)]
    )
    assert table_digest(sorted_by_key(CLEARED, shuffled)) == table_digest(whole)
    assert table_digest(cleared("0")) != table_digest(cleared("1"))


def test_a_stage_cannot_touch_what_it_does_not_declare(store: Store) -> None:
    tables = Tables(store, reads=frozenset({"events"}), writes=frozenset({"cleared"}))
    tables.replace("cleared", cleared("a"))
    assert tables.read("cleared").num_rows == 1
    with pytest.raises(UndeclaredTableError):
        tables.read("problems")
    with pytest.raises(UndeclaredTableError):
        tables.append("events", empty("events"))
