import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossline.detections.indicators import match
from crossline.detections.indicators.kinds import Indicator
from crossline.detections.indicators.match import searcher, sightings
from crossline.tables import TABLES

FIELDS = TABLES["events"].schema.field("fields").type
HASH = "0123456789abcdef0123456789abcdef"
ALL = [
    Indicator("address", "203.0.113.7", "x"),
    Indicator("domain", "evil.test", "x"),
    Indicator("url", "http://evil.test/a", "x"),
    Indicator("hash", HASH, "x"),
    Indicator("file_name", "evil.exe", "x"),
    Indicator("email", "a@evil.test", "x"),
]


def seen(indicators: list[Indicator], *values: str | None) -> list[tuple[int, str, str]]:
    fields = pa.array([[("f", value)] for value in values], FIELDS)
    rows = sightings(searcher(indicators), fields).to_pylist()
    return [(row["row"], row["value"], indicators[row["indicator"]].kind) for row in rows]


@pytest.mark.parametrize(
    ("kind", "text", "there"),
    [
        ("address", "203.0.113.7", True),
        ("address", "::ffff:203.0.113.7", True),
        ("address", "203.0.113.7:443", True),
        ("address", "from 203.0.113.7.", True),
        ("address", "203.0.113.70", False),
        ("address", "1203.0.113.7", False),
        ("address", "203.0.113.7.9", False),
        ("domain", "evil.test", True),
        ("domain", "EVIL.test", True),
        ("domain", "www.evil.test.", True),
        ("domain", "curl http://evil.test/x", True),
        ("domain", "notevil.test", False),
        ("domain", "evil.test.au", False),
        ("domain", "evil.testing", False),
        ("domain", "\u00e9evil.test", False),
        ("url", "GET HTTP://evil.test/a?b=c", True),
        ("url", "http://evil.test/ab", False),
        ("hash", f"SHA1=00,MD5={HASH.upper()},IMPHASH=00", True),
        ("hash", HASH + "0", False),
        ("file_name", r"C:\Temp\Evil.exe", True),
        ("file_name", "evil.exe /q", True),
        ("file_name", "my-evil.exe", False),
        ("file_name", "evil.exe.config", False),
        ("email", "From: <a@evil.test>", True),
        ("email", "aa@evil.test", False),
    ],
)
def test_an_indicator_is_seen_where_nothing_makes_it_another_name(
    kind: str, text: str, there: bool
) -> None:
    only = [each for each in ALL if each.kind == kind]
    assert bool(seen(only, text)) is there


def test_values_next_to_each_other_are_not_run_together() -> None:
    assert seen(ALL, "http://evil.te", "st", None, "", "203.0.113.", "7") == []
    assert seen(ALL, "x", "evil.test", "y") == [(1, "evil.test", "domain")]


def test_every_record_with_the_value_and_every_indicator_in_it_is_told() -> None:
    found = seen(ALL, "http://evil.test/a", "b", "http://evil.test/a")
    assert sorted(found) == sorted(
        (row, "http://evil.test/a", kind) for row in (0, 2) for kind in ("domain", "url")
    )


def test_a_slice_of_a_batch_is_searched_and_nothing_beside_it() -> None:
    fields = pa.array([[("f", "evil.test")], [("g", "x")], [("h", "evil.test")]], FIELDS)
    rows = sightings(searcher(ALL), fields.slice(1)).to_pylist()
    assert [(row["row"], row["name"]) for row in rows] == [(1, "h")]
    assert sightings(searcher(ALL), fields.slice(0, 0)).num_rows == 0
    assert sightings(searcher([]), fields).num_rows == 0


TEXTS = st.lists(st.text("evil.tsx/:\u00e9", max_size=12) | st.none(), max_size=12)


@given(texts=TEXTS, size=st.integers(1, 40))
def test_how_much_is_read_at_once_changes_nothing(texts: list[str | None], size: int) -> None:
    indicators = [Indicator("domain", "e.t", "x"), Indicator("domain", "i.e", "x")]
    whole = seen(indicators, *texts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(match, "_MOST_READ", size)
        assert seen(indicators, *texts) == whole
    for row, value, _ in whole:
        assert texts[row] == value
