"""Damaged chunks of EVTX, mended so far that the library finds the records that are whole.

Layout (libyal, "Windows XML Event Log (EVTX)", 3 and 4): a chunk begins with its magic, a header of
128 bytes, a table of 64 offsets of strings and one of 32 offsets of templates; from byte 512 on
records follow, each with a magic, its size, its number, and its size again at its end.
"""

import struct

__all__ = ["mended", "without_tables"]

_CHUNK_MAGIC = b"ElfChnk\0"
_RECORD_MAGIC = b"\x2a\x2a\0\0"
_FIRST_RECORD = 512
_TABLES = slice(128, _FIRST_RECORD)
_FREE_SPACE_AT = 48
_SMALLEST_RECORD = 28
"""Magic, size, number, time of writing, and the size again."""


def mended(chunk: bytes) -> bytes:
    """The chunk with its magic, and with sizes that lead from each record to the next whole one.

    What lies between two whole records becomes one record that the library refuses by itself.
    """
    data = bytearray(chunk)
    data[: len(_CHUNK_MAGIC)] = _CHUNK_MAGIC
    end = _end_of_records(chunk)
    at = _FIRST_RECORD
    while at + _SMALLEST_RECORD <= end:
        size = _size_of_whole_record(chunk, at, end)
        if size is None:
            size = _next_whole_record(chunk, at + 1, end) - at
            if size >= _SMALLEST_RECORD:
                data[at : at + 4] = _RECORD_MAGIC
                struct.pack_into("<I", data, at + 4, size)
                struct.pack_into("<I", data, at + size - 4, size)
        at += size
    struct.pack_into("<I", data, _FREE_SPACE_AT, end)
    return bytes(data)


def without_tables(chunk: bytes) -> bytes:
    """The chunk without its tables of strings and templates, which also stand in the records."""
    return chunk[: _TABLES.start] + bytes(_TABLES.stop - _TABLES.start) + chunk[_TABLES.stop :]


def _end_of_records(chunk: bytes) -> int:
    """Where the header says that free space begins, if that is the end of a whole record.

    Else the end of the last whole record: what lies behind the stated end are old records.
    """
    (stated,) = struct.unpack_from("<I", chunk, _FREE_SPACE_AT)
    last = chunk.rfind(_RECORD_MAGIC, 0, stated)
    if last >= 0 and stated <= len(chunk) and _size_of_whole_record(chunk, last, stated):
        return int(stated)
    last = chunk.rfind(_RECORD_MAGIC)
    while last >= _FIRST_RECORD:
        if size := _size_of_whole_record(chunk, last, len(chunk)):
            return last + size
        last = chunk.rfind(_RECORD_MAGIC, 0, last)
    return _FIRST_RECORD


def _size_of_whole_record(chunk: bytes, at: int, end: int) -> int | None:
    """The size of the record here, None if there is none with the same size at both ends."""
    if at + _SMALLEST_RECORD > end or chunk[at : at + 4] != _RECORD_MAGIC:
        return None
    (size,) = struct.unpack_from("<I", chunk, at + 4)
    if not _SMALLEST_RECORD <= size <= end - at:
        return None
    (again,) = struct.unpack_from("<I", chunk, at + size - 4)
    return int(size) if again == size else None


def _next_whole_record(chunk: bytes, start: int, end: int) -> int:
    at = chunk.find(_RECORD_MAGIC, start, end)
    while at >= 0 and _size_of_whole_record(chunk, at, end) is None:
        at = chunk.find(_RECORD_MAGIC, at + 1, end)
    return at if at >= 0 else end
