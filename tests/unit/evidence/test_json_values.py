"""Arrays and values one after the other: each record is cut out whole, damage costs only itself."""

import json

import pytest
from tests.unit.evidence.conftest import Look, Seen, Written

RECORDS = [{"key": n, "list": [1, {"in": "]}"}], "text": 'a "quoted" \\ {'} for n in range(40)]


def values(seen: Seen) -> list[object]:
    return [json.loads(text) for text in seen.texts]


@pytest.mark.parametrize("block", [5, 64, 2**20])
@pytest.mark.parametrize(
    "text",
    [
        json.dumps(RECORDS),
        json.dumps(RECORDS, indent=2),
        json.dumps({"Records": RECORDS}),
        json.dumps({"value": RECORDS}, indent=1),
        "\n".join(json.dumps(record, indent=4) for record in RECORDS),
        "".join(json.dumps(record) for record in RECORDS),
    ],
    ids=["array", "pretty array", "wrapper", "pretty wrapper", "pretty values", "values"],
)
def test_every_value_is_one_record(
    look: Look, written: Written, monkeypatch: pytest.MonkeyPatch, text: str, block: int
) -> None:
    monkeypatch.setattr("crossline.evidence.texts.BLOCK_BYTES", block)
    seen = look(written(text.encode()))
    assert seen.faults == []
    assert values(seen) == RECORDS


def test_locators_are_the_lines_on_which_records_begin(look: Look, written: Written) -> None:
    seen = look(written(b'[\n {"a": 1},\n {\n  "a": 2\n },\n\n {"a": 3}\n]'))
    assert seen.locators == [2, 3, 7]


def test_what_follows_the_list_in_a_wrapper_is_no_record(look: Look, written: Written) -> None:
    seen = look(written(b'{"Records": [{"a": 1}, {"a": 2}], "next": {"a": 3}}'))
    assert values(seen) == [{"a": 1}, {"a": 2}]
    assert seen.faults == []


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize(
    ("old", "new"),
    [('"key": 7', '"key": '), ('"key": 7', '"key": 7 7'), ('"key": 7', '"key: 7')],
)
def test_a_broken_record_costs_only_itself(
    look: Look, written: Written, indent: int | None, old: str, new: str
) -> None:
    text = json.dumps(RECORDS, indent=indent).replace(old + ",", new + ",")
    seen = look(written(text.encode()))
    assert values(seen) == [record for record in RECORDS if record["key"] != 7]
    assert [(fault.kind, fault.count) for fault in seen.faults] == [("record", 1)]
    assert "not valid JSON" in seen.reasons[0]


def test_a_cut_keeps_the_records_before_it(look: Look, written: Written) -> None:
    text = json.dumps(RECORDS, indent=1)
    seen = look(written(text[: text.index('"key": 30') + 12].encode()))
    assert values(seen) == RECORDS[:30]
    assert [fault.kind for fault in seen.faults] == ["record"]


def test_deep_nesting_is_one_rejected_record(look: Look, written: Written) -> None:
    deep = b'{"key": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    seen = look(written(b'[{"key": 1},' + deep + b',{"key": 2}]'))
    assert values(seen) == [{"key": 1}, {"key": 2}]
    assert "too deeply" in seen.reasons[0]


def test_a_value_over_the_bound_is_rejected(
    look: Look, written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crossline.evidence.texts.BLOCK_BYTES", 64)
    monkeypatch.setattr("crossline.evidence.formats.json_values.MOST_RECORD_BYTES", 200)
    seen = look(written(b'[{"a": 1}, {"a": "' + b"x" * 5000 + b'"}, {"a": 2}]'))
    assert values(seen) == [{"a": 1}, {"a": 2}]
    assert [fault.kind for fault in seen.faults] == ["record"]
