"""Batches: the accounts add up, ids outlast growth and moves, schemas are those of the tables."""

import gzip
import json
from pathlib import Path

import pytest
from tests.unit.events.conftest import Normalise, happened

from crossline.events import ReadSettings, batches, reader_version
from crossline.evidence import Source, inventory
from crossline.tables import TABLES


def line(number: int, **more: object) -> str:
    named = {"Channel": "Security", "Hostname": "h", "EventID": 1, "RecordNumber": number}
    return json.dumps({**named, "EventTime": "2025-03-01T10:20:30Z", **more})


def plain(number: int) -> str:
    return json.dumps({"timestamp": "2025-03-01T10:20:30Z", "n": number})


def ids(normalise: Normalise, content: str, name: str = "log") -> list[object]:
    return [event["event_id"] for event in normalise(content, name=name).events]


@pytest.mark.parametrize("rows", [1, 3, 100])
def test_the_accounts_add_up_in_every_batch(tmp_path: Path, rows: int) -> None:
    texts = [line(n) if n % 3 else "{broken" for n in range(10)]
    (tmp_path / "log").write_text("\n".join(texts))
    (source,) = inventory(tmp_path / "log", tmp_path, "org")
    assert isinstance(source, Source)
    total = 0
    for batch in batches(source, tmp_path, ReadSettings(), rows):
        assert batch.read == batch.kept + batch.rejected + batch.withheld
        assert batch.read <= rows
        assert batch.kept == batch.events.num_rows
        records = [row for row in batch.problems.to_pylist() if row["kind"] in ("record", "chunk")]
        assert batch.rejected == sum(row["count"] for row in records)
        total += batch.read
    assert total == 10


def test_batches_have_the_schemas_of_their_tables(tmp_path: Path) -> None:
    (tmp_path / "log").write_text(line(1) + "\n{broken\n")
    (source,) = inventory(tmp_path / "log", tmp_path, "org")
    assert isinstance(source, Source)
    (batch,) = batches(source, tmp_path, ReadSettings())
    assert batch.events.schema.equals(TABLES["events"].schema)
    assert batch.problems.schema.equals(TABLES["problems"].schema)
    batch.events.validate(full=True)


def test_a_source_without_records_gives_one_empty_batch(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("hello\n")
    (source,) = inventory(tmp_path / "log", tmp_path, "org")
    assert isinstance(source, Source)
    (batch,) = batches(source, tmp_path, ReadSettings())
    assert (batch.read, batch.events.num_rows, batch.problems.num_rows) == (0, 0, 1)
    assert batch.events.schema.equals(TABLES["events"].schema)


@pytest.mark.parametrize(("bound", "most"), [("MOST_BATCH_BYTES", 1000), ("MOST_BATCH_FIELDS", 3)])
def test_text_or_fields_over_the_bound_end_a_batch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bound: str, most: int
) -> None:
    monkeypatch.setattr(f"crossline.events.batching.{bound}", most)
    monkeypatch.setattr("crossline.evidence.texts.BLOCK_BYTES", 400)
    (tmp_path / "log").write_text("\n".join(line(n, f=1) for n in range(50)))
    (source,) = inventory(tmp_path / "log", tmp_path, "org")
    assert isinstance(source, Source)
    sizes = [batch.read for batch in batches(source, tmp_path, ReadSettings())]
    assert sum(sizes) == 50
    assert max(sizes) < 15


def test_positions_count_every_record_also_rejected_ones(normalise: Normalise) -> None:
    seen = normalise("\n".join([line(1), "{broken", "", line(2), "[]", line(3)]), rows=2)
    assert [event["position"] for event in seen.events] == [1, 3, 5]
    assert [(row["locator"], row["count"]) for row in seen.problems] == [(2, 1), (5, 1)]
    assert (seen.read, seen.kept, seen.rejected) == (5, 3, 2)


def test_a_log_that_has_grown_keeps_its_ids(normalise: Normalise) -> None:
    before = "\n".join(plain(n) for n in range(5))
    grown = before + "\n" + "\n".join(plain(n) for n in range(5, 9))
    assert ids(normalise, grown)[:5] == ids(normalise, before)


def test_a_file_under_two_paths_has_the_same_ids(normalise: Normalise) -> None:
    assert ids(normalise, plain(1), "one") == ids(normalise, plain(1), "two")


def test_equal_lines_of_one_file_and_of_two_files_are_different_events(
    normalise: Normalise,
) -> None:
    same = plain(1)
    found = ids(normalise, f"{same}\n{same}") + ids(normalise, f"{plain(2)}\n{same}")
    assert len(set(found)) == 4


def test_an_event_with_a_record_number_is_the_same_in_any_file(normalise: Normalise) -> None:
    first, second = f"{line(1)}\n{line(2)}", f"{line(3)}\n{line(2)}"
    assert ids(normalise, first)[1] == ids(normalise, second)[1]
    assert len(set(ids(normalise, first) + ids(normalise, second))) == 3


def test_gzip_changes_no_id(tmp_path: Path) -> None:
    content = "\n".join([plain(1), line(2)])
    (tmp_path / "a").write_text(content)
    (tmp_path / "b").write_bytes(gzip.compress(content.encode()))
    plain_seen, packed_seen = (
        happened(tmp_path / name, tmp_path, ReadSettings()) for name in ("a", "b")
    )
    assert [event["event_id"] for event in plain_seen.events] == [
        event["event_id"] for event in packed_seen.events
    ]


def test_records_without_a_usable_time_are_kept_and_said_once(normalise: Normalise) -> None:
    seen = normalise("\n".join(json.dumps({"n": n}) for n in range(7)))
    assert seen.kept == 7
    assert {event["month"] for event in seen.events} == {"unknown"}
    assert [(row["kind"], row["locator"], row["count"]) for row in seen.problems] == [
        ("time", 1, 7)
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"a": ', "not valid JSON"),
        ("[1, 2]", "not a JSON object"),
        ("4", "not a JSON object"),
        ('{"Event": null}', "without content"),
        ('{"a": ' + "[" * 50_000 + "]" * 50_000 + "}", "too deeply"),
        (json.dumps({"n" * 2000: 1}), "name is longer"),
    ],
    ids=["cut", "list", "number", "empty event", "deep", "long name"],
)
def test_a_record_that_is_no_document_is_rejected_with_its_line(
    normalise: Normalise, text: str, words: str
) -> None:
    seen = normalise(f"{plain(1)}\n{text}\n{plain(2)}")
    assert (seen.kept, seen.rejected) == (2, 1)
    assert [(row["kind"], row["locator"]) for row in seen.problems] == [("record", 2)]
    assert words in str(seen.problems[0]["reason"])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b'{"timestamp": 1740824430, "v": "\\ud800x"}', "\ufffdx"),
        (b'{"timestamp": 1740824430, "v": "\xffx"}', "\ufffdx"),
        (b'{"timestamp": 1740824430, "v": NaN}', "NaN"),
        (b'{"timestamp": 1740824430, "v": "a\tb"}', "a\tb"),
        (b'{"timestamp": 1740824430, "v": ' + b"9" * 5000 + b"}", "9" * 5000),
        (b'{"timestamp": 1740824430, "v": 1e400}', "1e400"),
    ],
    ids=["half a pair", "not utf-8", "nan", "tab", "long number", "large exponent"],
)
def test_json_that_breaks_a_rule_harmlessly_is_read(
    normalise: Normalise, text: bytes, value: str
) -> None:
    seen = normalise(plain(1).encode() + b"\n" + text)
    assert seen.problems == []
    assert seen.events[1]["fields"] == {"v": value}


@pytest.mark.parametrize(
    "inside",
    ["&undefined;", "<!DOCTYPE x [<!ENTITY a 'b'>]>", "<open>", "&#xffffffff;"],
)
def test_xml_that_is_not_well_formed_or_declares_entities_is_rejected(
    normalise: Normalise, inside: str
) -> None:
    seen = normalise(f"<Event><System><EventID>1</EventID></System>{inside}</Event>")
    assert (seen.kept, seen.rejected) == (0, 1)


@pytest.mark.parametrize("inside", ["\x01", "&#0;", "&#x1F;", "\x0b"])
def test_characters_that_xml_forbids_become_replacements(normalise: Normalise, inside: str) -> None:
    data = f"<EventData><Data Name='a'>x{inside}y</Data></EventData>"
    seen = normalise(f"<Event><System><EventID>1</EventID></System>{data}</Event>")
    assert seen.events[0]["fields"] == {"a": "x\ufffdy"}


def test_entities_of_a_document_type_are_never_applied(normalise: Normalise) -> None:
    seen = normalise(
        "<!DOCTYPE Events [<!ENTITY a 'ten'><!ENTITY b '&a;&a;'>]><Events>"
        "<Event><System><EventID>1</EventID><Computer>&b;</Computer></System></Event>"
        "<Event><System><EventID>2</EventID><Computer>h</Computer></System></Event></Events>"
    )
    assert [event["event_code"] for event in seen.events] == ["2"]
    assert seen.rejected == 1


def test_the_version_names_the_library() -> None:
    assert "evtx-" in reader_version()
