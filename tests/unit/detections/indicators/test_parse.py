import json
from datetime import date
from pathlib import Path

import pytest

from crossline.detections.indicators.kinds import Stated, UnusableError, day, indicator
from crossline.detections.indicators.parse import merged, read_feed
from crossline.kernel.errors import UsageError


def feed(folder: Path, content: object, name: str = "feed") -> Path:
    path = folder / name
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return path


def values(path: Path) -> list[tuple[str, str]]:
    return [(each.kind, each.value) for each in read_feed(path).indicators]


@pytest.mark.parametrize(
    ("type_", "value", "kind", "normal"),
    [
        ("ip-dst", "203.0.113[.]7", "address", "203.0.113.7"),
        ("ipv6-addr", "2001:DB8:0:0::1", "address", "2001:db8::1"),
        ("ip", "::ffff:203.0.113.7", "address", "203.0.113.7"),
        ("hostname", "WWW.Evil[.]test.", "domain", "www.evil.test"),
        ("domain", "*.evil(dot)test", "domain", "evil.test"),
        ("url", "hxxps[://]evil[.]test/a", "url", "https://evil.test/a"),
        ("MD5", "D41D8CD98F00B204E9800998ECF8427E", "hash", "d41d8cd98f00b204e9800998ecf8427e"),
        ("filename", "Evil Tool.exe", "file_name", "evil tool.exe"),
        ("email-src", "a[@]evil[.]test", "email", "a@evil.test"),
    ],
)
def test_a_value_is_brought_to_its_normal_form(
    type_: str, value: str, kind: str, normal: str
) -> None:
    found = indicator(Stated(type_, value, "x"))
    assert (found.kind, found.value) == (kind, normal)


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        ("mutex", "x"), ("ip", "127.0.0.1"), ("ip", "::"), ("ip", "10.0.0.0/8"), ("ip", "x"),
        ("domain", "com"), ("domain", "10.0.0.1"), ("url", "evil.test"), ("md5", "00"),
        ("filename", "a.b"), ("filename", ""), ("email", "evil.test"),
    ],
)  # fmt: skip
def test_a_value_that_is_none_of_its_type_is_refused(type_: str, value: str) -> None:
    with pytest.raises(UnusableError):
        indicator(Stated(type_, value, "x"))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2021-03-04", date(2021, 3, 4)),
        ("2021-03-04T23:30:00-02:00", date(2021, 3, 5)),
        ("2021-03-04T10:00:00.000Z", date(2021, 3, 4)),
        ("1614852000", date(2021, 3, 4)),
        ("soon", None),
        ("", None),
    ],
)
def test_a_date_is_that_of_utc_and_unknown_where_it_is_none(text: str, wanted: date | None) -> None:
    assert day(text) == wanted


def stix(*patterns: str, **further: object) -> dict[str, object]:
    objects: list[object] = [
        {
            "type": "indicator", "id": f"indicator--{n}", "pattern": pattern, "pattern_type": "stix",
            "valid_from": "2021-03-04T10:00:00Z", "created_by_ref": "identity--1", **further,
        }
        for n, pattern in enumerate(patterns)
    ]  # fmt: skip
    objects.append({"type": "identity", "id": "identity--1", "name": "A desk"})
    return {"type": "bundle", "id": "bundle--1", "objects": objects}


@pytest.mark.parametrize(
    ("pattern", "wanted"),
    [
        ("[ipv4-addr:value = '203.0.113.7']", [("address", "203.0.113.7")]),
        ("[domain-name:value='evil.test']", [("domain", "evil.test")]),
        ("[file:hashes.'SHA-256' = '" + "a" * 64 + "']", [("hash", "a" * 64)]),
        ("[file:hashes.MD5 = '" + "b" * 32 + "']", [("hash", "b" * 32)]),
        ("[file:name = 'it\\'s.exe']", [("file_name", "it's.exe")]),
        (
            "[ipv4-addr:value = '203.0.113.7' OR url:value = 'http://evil.test/a']",
            [("address", "203.0.113.7"), ("url", "http://evil.test/a")],
        ),
        (
            "[domain-name:value = 'a.test'] OR [domain-name:value = 'b.test']",
            [("domain", "a.test"), ("domain", "b.test")],
        ),
        ("[domain-name:value = 'a.test' AND url:value = 'http://a.test/']", []),
        ("[domain-name:value = 'a.test'] FOLLOWEDBY [domain-name:value = 'b.test']", []),
        ("[domain-name:value LIKE '%.test']", []),
        ("[domain-name:value != 'a.test']", []),
        ("[NOT domain-name:value = 'a.test']", []),
        ("nonsense", []),
    ],
)
def test_a_stix_pattern_of_equalities_is_read_and_any_other_refused(
    tmp_path: Path, pattern: str, wanted: list[tuple[str, str]]
) -> None:
    found = read_feed(feed(tmp_path, stix(pattern)))
    assert [(each.kind, each.value) for each in found.indicators] == wanted
    assert bool(found.unused) is not bool(wanted)


def test_a_stix_indicator_says_producer_and_date(tmp_path: Path) -> None:
    found = read_feed(feed(tmp_path, stix("[domain-name:value = 'evil.test']"))).indicators[0]
    assert found.source == "A desk, indicator--0"
    assert found.dated == date(2021, 3, 4)
    revoked = read_feed(feed(tmp_path, stix("[domain-name:value = 'evil.test']", revoked=True)))
    assert revoked.indicators == ()
    assert list(revoked.unused.values()) == [1]


EVENT = {
    "info": "A wave", "date": "2021-03-04", "Orgc": {"name": "A desk"},
    "Attribute": [
        {"type": "domain|ip", "value": "evil.test|203.0.113.7", "to_ids": True},
        {"type": "ip-dst|port", "value": "203.0.113.8|443", "first_seen": "2021-01-01T00:00:00Z"},
        {"type": "md5", "value": "0" * 32, "to_ids": False},
        {"type": "domain|ip", "value": "half.test"},
        {"type": 7},
    ],
    "Object": [{"Attribute": [{"type": "filename", "value": "evil.exe", "timestamp": "1"}]}],
}  # fmt: skip


@pytest.mark.parametrize(
    "document",
    [{"Event": EVENT}, [{"Event": EVENT}], {"response": [{"Event": EVENT}]}],
)
def test_each_shape_of_a_misp_export_is_read(tmp_path: Path, document: object) -> None:
    found = read_feed(feed(tmp_path, document))
    assert [(each.value, str(each.dated), each.source) for each in found.indicators] == [
        ("evil.test", "2021-03-04", "A desk: A wave"),
        ("203.0.113.7", "2021-03-04", "A desk: A wave"),
        ("203.0.113.8", "2021-01-01", "A desk: A wave"),
        ("evil.exe", "2021-03-04", "A desk: A wave"),
    ]
    assert sum(found.unused.values()) == 3


def test_csv_names_source_and_date_and_counts_what_it_cannot_use(tmp_path: Path) -> None:
    text = (
        "\ufeffNote,Type,Value,Source,Date\n"
        "x,domain,evil[.]test,A desk,2021-03-04\n\n"
        "x,ip,203.0.113.7,,soon\n"
        "x,ip,nowhere,,\nx,ip\n"
    )
    found = read_feed(feed(tmp_path, text, "iocs.csv"))
    assert [(each.value, each.source, each.dated) for each in found.indicators] == [
        ("evil.test", "A desk", date(2021, 3, 4)),
        ("203.0.113.7", "iocs.csv", None),
    ]
    assert sum(found.unused.values()) == 3


def test_a_value_in_two_feeds_is_one_with_both_sources_and_the_earlier_date(tmp_path: Path) -> None:
    one = feed(tmp_path, "type,value,source,date\ndomain,evil.test,A,2021-03-04\n", "a")
    two = feed(tmp_path, "type,value,source,date\nfqdn,EVIL.test,B,2020-03-04\n", "b")
    (found,) = merged([read_feed(one), read_feed(two)])
    assert (found.source, found.dated) == ("A; B", date(2020, 3, 4))


@pytest.mark.parametrize(
    "content",
    [
        b"", b"a,b\n", b"\xff\xfe\x00", b'type,value\n"open,', b"{", b"[1, 2]", b'{"type": "bundle"}',
        b'{"type": "bundle", "objects": [' + b'{"a":' * 100_000, b"[" * 100_000,
        b'{"Event": []}', b'{"type": 1}', b"type,value\ndomain," + b"x" * 200_000 + b"\n",
        b"\x00" * 1000,
    ],
)  # fmt: skip
def test_a_broken_or_hostile_file_is_one_line_that_names_it(tmp_path: Path, content: bytes) -> None:
    path = feed(tmp_path, content)
    with pytest.raises(UsageError) as error:
        read_feed(path)
    assert path.name in str(error.value)
    assert len(str(error.value)) < 500


def test_objects_that_are_no_objects_are_counted(tmp_path: Path) -> None:
    document = stix("[domain-name:value = 'evil.test']")
    assert isinstance(document["objects"], list)
    document["objects"] += [1, None, {"type": 3}, {"type": "indicator", "pattern": 5}]
    found = read_feed(feed(tmp_path, document))
    assert len(found.indicators) == 1
    assert sum(found.unused.values()) == 4
