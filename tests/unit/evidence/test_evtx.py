"""Damaged EVTX: whatever is whole is read, whatever is not is said, and nothing raises."""

import io
import json
import struct
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from evtx import PyEvtxParser
from tests.unit.evidence.conftest import SHARED, Look, Seen, Written, look_at

from crossline.evidence import Fault, Records, Source, inventory, read
from crossline.evidence.formats import evtx
from crossline.evidence.sources import Flaw

# From the list of the set: what the library recovers when it is resumed after each error.
FLOORS = {
    "omerbenamram/Application_no_crc32.evtx": 17,
    "omerbenamram/sample-with-zero-data-size-event.evtx": 335,
    "omerbenamram/sample_with_a_bad_chunk_magic.evtx": 270,
    "own/bad-chunk-magic-MSSQL_multiple_failed_logon_EventID_18456.evtx": 0,
    "own/bitflips-ID4674,5142-Mimikatz print spool privileges requested.evtx": 0,
    "own/cut-last-ID4662-Domain group enumeration CME.evtx": 80,
    "own/cut-mid-chunk-ID5143-File share permissions changed.evtx": 0,
    "own/header-only-ID4688-4697 RDP hijack via service creation.evtx": 0,
    "own/huge-record-size-exec_sysmon_1_11_lolbin_rundll32_zipfldr_RouteTheCall.evtx": 0,
    "own/zero-header-windows_bits_4_59_60_lolbas desktopimgdownldr.evtx": 0,
    "plaso/System2.evtx": 194,
    "python-evtx/dns_log_malformed.evtx": 5,
    "python-evtx/issue_38.evtx": 1,
    "python-evtx/issue_39.evtx": 394,
}
# Records that are whole although the library alone does not reach them.
RECOVERED = {
    "omerbenamram/sample-with-zero-data-size-event.evtx": 450,
    "omerbenamram/sample_with_a_bad_chunk_magic.evtx": 301,
    "own/bad-chunk-magic-MSSQL_multiple_failed_logon_EventID_18456.evtx": 10,
    "own/bitflips-ID4674,5142-Mimikatz print spool privileges requested.evtx": 3,
    "own/cut-mid-chunk-ID5143-File share permissions changed.evtx": 4,
    "own/huge-record-size-exec_sysmon_1_11_lolbin_rundll32_zipfldr_RouteTheCall.evtx": 2,
    "own/zero-header-windows_bits_4_59_60_lolbas desktopimgdownldr.evtx": 5,
    "plaso/System2.evtx": 284,
}


@pytest.fixture(scope="module")
def damaged() -> dict[str, tuple[list[bytes], list[Fault]]]:
    """Texts and faults by member of the damaged set."""
    archive = SHARED / "damaged.zip"
    if not archive.exists():
        pytest.skip("the shared evidence set damaged is not beside the repository")
    found = {}
    for source in inventory(archive, SHARED, "org"):
        assert isinstance(source, Source)
        items = list(read(source, SHARED))
        texts = [text for item in items if isinstance(item, Records) for text in item.texts]
        found[source.member or ""] = (texts, [item for item in items if isinstance(item, Fault)])
    return found


@pytest.mark.parametrize("member", FLOORS)
def test_a_damaged_file_gives_at_least_what_the_library_gives(
    damaged: dict[str, tuple[list[bytes], list[Fault]]], member: str
) -> None:
    texts, _ = damaged[member]
    assert len(texts) >= RECOVERED.get(member, FLOORS[member])
    assert all(json.loads(text) for text in texts)


@pytest.mark.parametrize(
    ("member", "words"),
    [
        ("omerbenamram/sample-with-zero-data-size-event.evtx", "115 records recovered"),
        ("omerbenamram/sample_with_a_bad_chunk_magic.evtx", "states 130 records, 14 of them"),
        ("own/bad-chunk-magic-MSSQL_multiple_failed_logon_EventID_18456.evtx", "10 records rec"),
        ("own/bitflips-ID4674,5142-Mimikatz print spool privileges requested.evtx", "number 3"),
        ("own/cut-mid-chunk-ID5143-File share permissions changed.evtx", "the file is cut"),
        ("own/header-only-ID4688-4697 RDP hijack via service creation.evtx", "it holds 0"),
        (
            "own/huge-record-size-exec_sysmon_1_11_lolbin_rundll32_zipfldr_RouteTheCall.evtx",
            "2 records recovered",
        ),
        ("own/not-an-evtx.evtx", "looks like text"),
        ("own/zero-header-windows_bits_4_59_60_lolbas desktopimgdownldr.evtx", "file header"),
        ("plaso/System2.evtx", "the file is cut"),
        ("plaso/utmp_corrupted", "binary data"),
    ],
)  # fmt: skip
def test_each_damage_is_said(
    damaged: dict[str, tuple[list[bytes], list[Fault]]], member: str, words: str
) -> None:
    _, faults = damaged[member]
    assert any(words in fault.reason for fault in faults), [fault.reason for fault in faults]


@pytest.fixture
def whole(shared_set: Callable[[str], Path]) -> bytes:
    """An undamaged file of several chunks."""
    name = "mdecrevoisier/TA0007-Discovery/T1069-Permission Groups Discovery/"
    name += "ID4662-Domain group enumeration CME.evtx"
    with zipfile.ZipFile(shared_set("windows-atomic")) as archive:
        return archive.read(name)


def bare(path: Path) -> Iterator[bytes]:
    for record in PyEvtxParser(str(path), number_of_threads=1).records_json():
        yield record["data"].encode()


def test_records_are_those_of_the_library_in_its_order(
    look: Look, written: Written, whole: bytes
) -> None:
    path = written(whole)
    seen = look(path)
    assert seen.faults == []
    assert seen.texts == list(bare(path))
    assert len(seen.texts) == 80


def test_unused_chunks_are_no_damage(look: Look, written: Written, whole: bytes) -> None:
    assert look(written(whole + bytes(3 * 65536))).faults == []


def test_a_lost_chunk_stands_for_the_records_that_it_states(
    look: Look, written: Written, whole: bytes
) -> None:
    content = bytearray(whole)
    before = len(look(written(whole)).texts)
    content[4096 + 512 : 4096 + 65536] = bytes(65536 - 512)
    seen = look(written(bytes(content)))
    lost = before - len(seen.texts)
    assert lost > 10
    assert sum(fault.count for fault in seen.faults if fault.kind == "chunk") == lost


@pytest.mark.parametrize("at", [4, 1000, 30_000])
def test_a_damaged_record_costs_only_itself(
    look: Look, written: Written, whole: bytes, at: int
) -> None:
    """The size of one record of the first chunk is overwritten, at both ends in turn."""
    chunk = whole[4096 : 4096 + 65536]
    place = chunk.index(b"\x2a\x2a\0\0", 512 + at)
    content = bytearray(whole)
    struct.pack_into("<I", content, 4096 + place + 4, 0)
    plain, seen = look(written(whole)), look(written(bytes(content)))
    assert len(plain.texts) - len(seen.texts) <= 1
    assert seen.faults


def test_a_member_of_a_zip_reads_like_a_file(
    look: Look, written: Written, shared_set: Callable[[str], Path]
) -> None:
    archive = shared_set("sigma-regression")
    seen: Seen = look_at(archive, archive.parent)
    assert seen.texts
    assert {source.container for source in seen.sources} >= {"evtx"}
    assert [fault for fault in seen.faults if fault.kind in ("record", "chunk")] == []


class PanicException(BaseException):
    """As the library's binding names it: no Exception."""


def test_a_panic_of_the_library_costs_one_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    chunks = []

    class Parser:
        def __init__(self, stream: object, number_of_threads: int) -> None:
            chunks.append(stream)

        def records_json(self) -> Iterator[dict[str, object]]:
            if len(chunks) <= 3:  # the first chunk, and the two ways of mending it
                raise PanicException("index out of bounds")
            yield {"data": "{}", "event_record_id": 7}

    monkeypatch.setattr(evtx, "PyEvtxParser", Parser)
    chunk = b"ElfChnk\0".ljust(64 * 1024, b"\x01")
    found = list(evtx.read(io.BytesIO(b"ElfFile\0".ljust(4096, b"\0") + chunk + chunk)))
    assert [item.locators for item in found if isinstance(item, Records)] == [[7]]
    assert any("gave up" in item.reason for item in found if isinstance(item, Flaw))


def test_what_is_no_panic_is_not_taken_for_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(evtx, "PyEvtxParser", interrupted)
    content = b"ElfFile\0".ljust(4096, b"\0") + b"ElfChnk\0".ljust(64 * 1024, b"\x01")
    with pytest.raises(KeyboardInterrupt):
        list(evtx.read(io.BytesIO(content)))
