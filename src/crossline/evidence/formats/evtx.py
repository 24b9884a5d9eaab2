"""EVTX, the binary event log of Windows since Vista, by the package `evtx`.

A file is a header of 4,096 bytes and chunks of 64 KiB that need nothing outside themselves
([MS-EVEN6] 2.2.17; libyal, "Windows XML Event Log (EVTX)"). So each chunk is given to the library
under a header of our own: a damaged file header costs nothing, damage in one chunk stays there,
memory is flat, and members of archives need not be seekable.
"""

import io
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from evtx import PyEvtxParser

from crossline.evidence.formats.evtx_salvage import mended, without_tables
from crossline.evidence.sources import Flaw, Records

__all__ = ["read", "recognises"]

_FILE_MAGIC = b"ElfFile\0"
_CHUNK_MAGIC = b"ElfChnk\0"
_HEADER_BYTES = 4096
_CHUNK_BYTES = 64 * 1024
# Magic, first and last chunk, next record, size of the used header, version 3.1, size of the
# header, number of chunks.
_HEADER = struct.pack("<8sQQQIHHHH", _FILE_MAGIC, 0, 0, 1, 128, 1, 3, _HEADER_BYTES, 1)
_RECORD_NUMBERS_AT = 24
# No record is smaller, so that a chunk cannot hold more of them.
_MOST_RECORDS = _CHUNK_BYTES // 28
_RECORD_NUMBER = re.compile(r"record number (\d+)")
_MOST_COMPLAINT_CHARACTERS = 200
# Damaged numbers of records may be larger than the column holds.
_MOST_LOCATOR = 2**63 - 1
_PANIC = "PanicException"
_OWN_HEADER = _HEADER.ljust(_HEADER_BYTES, b"\0")


@dataclass(frozen=True, slots=True)
class _Parsed:
    """What the library made of one chunk: texts, their record numbers, and its complaints."""

    texts: list[bytes]
    numbers: list[int]
    complaints: list[str]


def recognises(head: bytes) -> bool:
    """Whether the file header or, where that is damaged, the first chunk says EVTX."""
    return head.startswith(_FILE_MAGIC) or head[_HEADER_BYTES:].startswith(_CHUNK_MAGIC)


def read(stream: BinaryIO) -> Iterator[Records | Flaw]:
    """Records chunk by chunk, as the library's JSON; locators are record numbers."""
    header = stream.read(_HEADER_BYTES)
    stated = _stated_chunks(header)
    if stated is None:
        yield Flaw("file", None, "the file header is damaged; the chunks were read without it")
    offset = _HEADER_BYTES
    chunk = stream.read(_CHUNK_BYTES)
    while chunk:
        yield from _read_chunk(chunk, offset)
        offset += len(chunk)
        chunk = stream.read(_CHUNK_BYTES)
    found = (offset - _HEADER_BYTES + _CHUNK_BYTES - 1) // _CHUNK_BYTES
    if stated is not None and found < stated:
        yield Flaw(
            "file", None, f"the file is cut: its header states {stated} chunks, it holds {found}"
        )


def _stated_chunks(header: bytes) -> int | None:
    """How many chunks the file header states; None if it is damaged."""
    if len(header) < _HEADER_BYTES or not header.startswith(_FILE_MAGIC):
        return None
    return int(struct.unpack_from("<H", header, 42)[0])


def _read_chunk(chunk: bytes, offset: int) -> Iterator[Records | Flaw]:
    if chunk == bytes(len(chunk)):
        return  # space that was never used
    whole = chunk.ljust(_CHUNK_BYTES, b"\0")
    stated = _stated_records(whole)
    parsed = first = _parse(whole)
    if first.complaints or len(first.texts) < stated:
        better = mended(whole)
        parsed = max(first, _parse(better), _parse(without_tables(better)), key=_number_of_texts)
    if parsed.texts:
        yield Records(parsed.texts, parsed.numbers, "json")
    yield from _flaws(parsed, stated, offset)
    if parsed is not first:
        recovered = len(parsed.texts) - len(first.texts)
        yield Flaw("chunk", None, f"{_place(offset)} is damaged; {recovered} records recovered", 0)
    if len(chunk) < _CHUNK_BYTES:
        yield Flaw("file", None, f"the file is cut in the {_place(offset)}")


def _place(offset: int) -> str:
    return f"chunk at byte {offset:,}"


def _number_of_texts(parsed: _Parsed) -> int:
    return len(parsed.texts)


def _stated_records(chunk: bytes) -> int:
    """How many records the chunk's header says it holds; 0 if what it says cannot be."""
    first, last = struct.unpack_from("<QQ", chunk, _RECORD_NUMBERS_AT)
    return last - first + 1 if 0 <= last - first < _MOST_RECORDS else 0


def _flaws(parsed: _Parsed, stated: int, offset: int) -> Iterator[Flaw]:
    """A flaw for each record named; what else is missing goes to the first other complaint."""
    named = [(_RECORD_NUMBER.search(each), each) for each in parsed.complaints]
    missing = stated - len(parsed.texts) - sum(number is not None for number, _ in named)
    for number, complaint in named:
        reason = f"{_place(offset)}: {complaint[:_MOST_COMPLAINT_CHARACTERS]}"
        if number:
            yield Flaw("record", int(number[1]) & _MOST_LOCATOR, reason)
        else:
            yield Flaw("chunk", None, reason, max(1, missing))
            missing = 0
    if missing > 0:
        found = len(parsed.texts)
        reason = f"{_place(offset)} states {stated} records, {found} of them were found"
        yield Flaw("chunk", None, reason, missing)


def _parse(chunk: bytes) -> _Parsed:
    """One whole chunk through the library, which goes on after most errors."""
    texts: list[bytes] = []
    numbers: list[int] = []
    complaints: list[str] = []
    found = _Parsed(texts, numbers, complaints)
    try:
        stream = io.BytesIO(_OWN_HEADER + chunk)
        parser = PyEvtxParser(stream, number_of_threads=1)
        records = cast("Iterator[dict[str, Any]]", parser.records_json())
        while True:
            try:
                for record in records:
                    texts.append(record["data"].encode())
                    numbers.append(record["event_record_id"] & _MOST_LOCATOR)
            except RuntimeError as error:
                complaints.append(str(error))
            else:
                return found
    except BaseException as error:
        # A panic of the library, which is no Exception, must cost one chunk and not the file.
        if type(error).__name__ != _PANIC:
            raise
        complaints.append(f"the library gave up on it ({error})")
        return found
