"""EVTX, the binary event log of Windows since Vista, by the package `evtx`.

A file is a header of 4,096 bytes and chunks of 64 KiB that need nothing outside themselves
([MS-EVEN6] 2.2.17; libyal, "Windows XML Event Log (EVTX)"). So each chunk is given to the library
under a header of our own: a damaged file header costs nothing, damage in one chunk stays there,
memory is flat, and members of archives need not be seekable.
"""

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from evtx import PyEvtxParser

from crossline.evidence.sources import Flaw, Records

__all__ = ["read", "recognises"]

_FILE_MAGIC = b"ElfFile\0"
_CHUNK_MAGIC = b"ElfChnk\0"
_HEADER_BYTES = 4096
_CHUNK_BYTES = 64 * 1024
# Magic, first and last chunk, next record, size of the used header, version 3.1, size of the
# header, number of chunks.
_HEADER = struct.pack("<8sQQQIHHHH", _FILE_MAGIC, 0, 0, 1, 128, 1, 3, _HEADER_BYTES, 1)
_OWN_HEADER = _HEADER.ljust(_HEADER_BYTES, b"\0")


@dataclass(frozen=True, slots=True)
class _Parsed:
    """What the library made of one chunk: texts, their record numbers, and what it complained of."""

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
        yield Flaw("file", None, f"the file is cut: its header states {stated} chunks, it holds {found}")


def _stated_chunks(header: bytes) -> int | None:
    """How many chunks the file header states; None if it is damaged."""
    if len(header) < _HEADER_BYTES or not header.startswith(_FILE_MAGIC):
        return None
    return int(struct.unpack_from("<H", header, 42)[0])


def _read_chunk(chunk: bytes, offset: int) -> Iterator[Records | Flaw]:
    if not chunk.startswith(_CHUNK_MAGIC) and not chunk.strip(b"\0"):
        return  # space that was never used
    cut = len(chunk) < _CHUNK_BYTES
    parsed = _parse(chunk.ljust(_CHUNK_BYTES, b"\0"))
    if parsed.texts:
        yield Records(parsed.texts, parsed.numbers, "json")
    for complaint in parsed.complaints:
        yield Flaw("chunk", None, f"chunk at byte {offset}: {complaint}")
    if cut:
        yield Flaw("file", None, f"the file is cut in the chunk at byte {offset}")


def _parse(chunk: bytes) -> _Parsed:
    """One whole chunk through the library, which goes on after most errors."""
    texts: list[bytes] = []
    numbers: list[int] = []
    complaints: list[str] = []
    stream = io.BytesIO(_OWN_HEADER + chunk)
    records = PyEvtxParser(stream, number_of_threads=1).records_json()
    while True:
        try:
            for record in records:
                texts.append(record["data"].encode())
                numbers.append(record["event_record_id"])
        except RuntimeError as error:
            complaints.append(str(error))
        else:
            return _Parsed(texts, numbers, complaints)
