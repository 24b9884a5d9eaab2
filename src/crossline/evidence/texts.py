"""Text out of byte streams: UTF-8 blocks and lines of bounded length, whatever the encoding."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

__all__ = ["BLOCK_BYTES", "MOST_RECORD_BYTES", "Lines", "as_utf8", "blocks", "lines"]

BLOCK_BYTES = 2**20
MOST_RECORD_BYTES = 16 * 2**20
"""A longer record is rejected. Reason: an event of Windows is at most 64 KiB of binary XML, and a
worker's memory must stay flat whatever a file holds."""

_UTF_8_BOM = codecs.BOM_UTF8


@dataclass(frozen=True, slots=True)
class Lines:
    """Consecutive lines without line ends; `first` is the number of the first, from 1.

    A line over the bound stands as None.
    """

    first: int
    texts: list[bytes | None]


def _encoding(head: bytes) -> str | None:
    """The encoding to translate from; None for UTF-8 and what is like it."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if head[1:2] == b"\0" and head[:1] not in (b"", b"\0"):
        return "utf-16-le"
    if head[:1] == b"\0" and head[1:2] not in (b"", b"\0"):
        return "utf-16-be"
    return None


def as_utf8(head: bytes) -> bytes:
    """The first bytes of a text as UTF-8 without byte order mark."""
    encoding = _encoding(head)
    if encoding is None:
        return head.removeprefix(_UTF_8_BOM)
    return head.decode(encoding, "replace").encode("utf-8", "replace")


def blocks(stream: BinaryIO) -> Iterator[bytes]:
    """The stream as UTF-8 in blocks of about a MiB; UTF-16 is translated, byte order marks go."""
    block = stream.read(BLOCK_BYTES)
    encoding = _encoding(block)
    decoder = codecs.getincrementaldecoder(encoding)("replace") if encoding else None
    block = block if encoding else block.removeprefix(_UTF_8_BOM)
    while block:
        yield decoder.decode(block).encode("utf-8", "replace") if decoder else block
        block = stream.read(BLOCK_BYTES)
    if decoder and (rest := decoder.decode(b"", final=True)):
        yield rest.encode("utf-8", "replace")


def lines(stream: BinaryIO) -> Iterator[Lines]:
    """The lines of a text, a block's worth at a time, with flat memory."""
    first = 1
    open_line = bytearray()
    too_long = False
    for block in blocks(stream):
        *whole, rest = block.split(b"\n")
        if whole:
            texts: list[bytes | None] = [*whole]
            texts[0] = None if too_long else bytes(open_line) + whole[0]
            yield Lines(first, texts)
            first += len(texts)
            open_line.clear()
            too_long = False
        open_line += rest
        if len(open_line) > MOST_RECORD_BYTES:
            open_line.clear()
            too_long = True
        elif too_long:
            open_line.clear()
    if open_line or too_long:
        yield Lines(first, [None if too_long else bytes(open_line)])
