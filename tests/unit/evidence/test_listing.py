"""Every file is listed or said to be unusable; hostile archives stay within bounds."""

import gzip
import hashlib
import io
import os
import sys
import zipfile
from pathlib import Path

import pytest
from tests.unit.evidence.conftest import Look, Written

from crossline.evidence import Fault, Source, inventory

LINE = b'{"EventID": 1, "Channel": "Security"}\n'


def zipped(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def test_a_file_is_listed_with_size_hash_and_kind(look: Look, written: Written) -> None:
    path = written(LINE, "evidence/org/a.log")
    source = look(path).sources[0]
    assert source.path == "evidence/org/a.log"
    assert source.member is None
    assert source.size == len(LINE)
    assert source.sha256 == hashlib.sha256(LINE).hexdigest()
    assert source.container == "json_lines"


def test_a_path_outside_the_base_stays_as_given(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(LINE)
    found = list(inventory(tmp_path / "a.jsonl", tmp_path / "case", "org"))
    assert [item.path for item in found] == [(tmp_path / "a.jsonl").as_posix()]


@pytest.mark.parametrize(
    ("name", "content", "member"),
    [
        ("a.jsonl.gz", gzip.compress(LINE), None),
        ("a.zip", zipped({"logs/a.jsonl": LINE}), "logs/a.jsonl"),
        ("a.zip", zipped({"a.jsonl.gz": gzip.compress(LINE)}), "a.jsonl.gz"),
        ("a.zip", zipped({"inner.zip": zipped({"a.jsonl": LINE})}), "inner.zip!a.jsonl"),
        ("a.zip", zipped({"odd!name.jsonl": LINE}), "odd!name.jsonl"),
        ("a.zip", zipped({"odd!.zip": zipped({"!a": LINE})}), "odd!.zip!!a"),
    ],
)
def test_packed_content_is_the_same_source_as_plain(
    look: Look, written: Written, name: str, content: bytes, member: str | None
) -> None:
    plain = look(written(LINE, "plain/a.jsonl"))
    packed = look(written(content, f"packed/{name}"))
    assert packed.sources[0].member == member
    assert packed.sources[0].source_id == plain.sources[0].source_id
    assert packed.texts == plain.texts


def test_the_same_content_of_another_organisation_is_another_source(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(LINE)
    ids = set()
    for organisation in ("one", "two"):
        for item in inventory(tmp_path, tmp_path, organisation):
            assert isinstance(item, Source)
            ids.add(item.source_id)
    assert len(ids) == 2


def test_files_come_in_the_order_of_their_names(
    look: Look, written: Written, tmp_path: Path
) -> None:
    for name in ("b/z.jsonl", "a/y.jsonl", "b/a.jsonl"):
        written(LINE, name)
    assert [source.path for source in look(tmp_path).sources] == [
        "a/y.jsonl",
        "b/a.jsonl",
        "b/z.jsonl",
    ]


def test_a_symbolic_link_is_said_and_not_followed(
    look: Look, written: Written, tmp_path: Path
) -> None:
    written(LINE, "outside/a.jsonl")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "file").symlink_to(tmp_path / "outside" / "a.jsonl")
    (tmp_path / "in" / "folder").symlink_to(tmp_path / "outside")
    seen = look(tmp_path / "in")
    assert seen.sources == []
    assert [fault.path for fault in seen.faults] == ["in/file", "in/folder"]
    assert all("symbolic link" in reason for reason in seen.reasons)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_named_pipe_is_said_and_not_opened(look: Look, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert look(tmp_path).reasons == ["is not a regular file"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has names that are no Unicode")
def test_a_name_that_is_no_unicode_is_said(look: Look, tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"bad-\xff.log")).write_bytes(LINE)
    seen = look(tmp_path)
    assert seen.sources == []
    assert [(fault.path, fault.kind) for fault in seen.faults] == [("bad-\\xff.log", "file")]
    assert "rename" in seen.reasons[0]


def test_a_path_that_is_not_there_is_said(look: Look, tmp_path: Path) -> None:
    assert "No such file" in look(tmp_path / "nowhere").reasons[0]


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read every file"
)
def test_a_file_without_permission_is_said(look: Look, written: Written, tmp_path: Path) -> None:
    written(LINE).chmod(0)
    assert "Permission denied" in look(tmp_path).reasons[0]


def test_a_hostile_member_name_is_read_in_place(
    look: Look, written: Written, tmp_path: Path
) -> None:
    path = written(zipped({"../../escape.jsonl": LINE}), "evidence/a.zip")
    seen = look(path)
    assert seen.texts == [LINE.strip()]
    assert seen.sources[0].member == "../../escape.jsonl"
    assert [each.name for each in tmp_path.rglob("*") if each.is_file()] == ["a.zip"]


def test_two_members_of_one_name_are_both_read(look: Look, written: Written) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.jsonl", b'{"a": 1}\n')
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a.jsonl", b'{"a": 2}\n')
    seen = look(written(packed.getvalue()))
    assert [source.member for source in seen.sources] == ["a.jsonl", "a.jsonl#2"]
    assert seen.texts == [b'{"a": 1}', b'{"a": 2}']


def test_a_member_without_a_name_is_read(look: Look, written: Written) -> None:
    packed = io.BytesIO()
    nameless = zipfile.ZipInfo("x")
    nameless.filename = ""
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(nameless, LINE)
    seen = look(written(packed.getvalue()))
    assert [source.member for source in seen.sources] == ["(no name)"]
    assert seen.texts == [LINE.strip()]


def test_content_that_unpacks_like_a_bomb_is_refused(
    look: Look, written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crossline.evidence.opening.RATIO_FREE_BYTES", 1000)
    seen = look(written(gzip.compress(bytes(10_000_000))))
    assert seen.sources == []
    assert "bomb" in seen.reasons[0]


def test_zips_in_zips_are_opened_to_a_bound(look: Look, written: Written) -> None:
    content = zipped({"a.jsonl": LINE})
    for _ in range(4):
        content = zipped({"i.zip": content})
    seen = look(written(content))
    assert seen.sources == []
    assert "deeper than 3" in seen.reasons[0]


def test_members_beyond_the_bound_are_counted(
    look: Look, written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crossline.evidence.listing.MOST_MEMBERS", 2)
    seen = look(written(zipped({f"{n}.jsonl": LINE for n in range(5)})))
    assert len(seen.sources) == 2
    assert "first 2 of its 5 members" in seen.reasons[0]


def test_a_broken_zip_is_one_fault(look: Look, written: Written) -> None:
    seen = look(written(zipped({"a.jsonl": LINE})[:-30]))
    assert seen.sources == []
    assert len(seen.faults) == 1
    assert isinstance(seen.faults[0], Fault)


def test_an_encrypted_member_says_what_to_do(look: Look, written: Written) -> None:
    content = bytearray(zipped({"a.jsonl": LINE}))
    for magic, flags_at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(magic) + flags_at] |= 1
    seen = look(written(bytes(content)))
    assert seen.sources == []
    assert "password" in seen.reasons[0]


def test_a_gzip_that_is_cut_keeps_the_records_before_the_cut(look: Look, written: Written) -> None:
    lines = b"".join(b'{"n": %d, "text": "%d"}\n' % (n, n * 7919) for n in range(5000))
    packed = gzip.compress(lines)
    seen = look(written(packed[: len(packed) // 2]))
    assert 1000 < len(seen.texts) < 5000
    assert "compressed data is cut" in seen.reasons[-1]


def test_a_member_with_a_wrong_checksum_keeps_its_records(look: Look, written: Written) -> None:
    lines = b"".join(b'{"n": %d, "text": "%d"}\n' % (n, n * 7919) for n in range(5000))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a.jsonl", lines)
    content = bytearray(packed.getvalue())
    content[content.index(b'"n": 4990') + 5] ^= 1
    seen = look(written(bytes(content)))
    assert len(seen.texts) > 4000
    assert "CRC" in seen.reasons[-1]
