"""One source to its records: opens it, asks its format, and says what could not be read."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from crossline.evidence.formats import FORMATS
from crossline.evidence.opening import READ_ERRORS, opened, reason_of
from crossline.evidence.sniffing import HEAD_BYTES, looks_like
from crossline.evidence.sources import Fault, Flaw, Records, Source

__all__ = ["read"]

_READERS = {each.container: each.read for each in FORMATS}


def read(source: Source, base: Path) -> Iterator[Records | Fault]:
    """The records of a source in the order of the file, and what is wrong with it where it is.

    Records come in lists, as one call a record would cost more than reading it. Positions are the
    reader's to count: each record of a list is one, and a fault of kind "record" or "chunk" stands
    for `count` more. Never raises for what the evidence holds.
    """
    try:
        with opened(base / source.path, source.member) as content:
            stream = cast("BinaryIO", io.BufferedReader(content, buffer_size=HEAD_BYTES))
            reader = _READERS.get(source.container or "")
            for item in reader(stream) if reader else _unread(stream):
                yield item if isinstance(item, Records) else _located(source, item)
            if content.trouble:
                kind = "archive" if source.member else "file"
                reason = f"{content.trouble}; what stands before was read"
                yield _located(source, Flaw(kind, None, reason))
    except (*READ_ERRORS, KeyError) as error:
        yield _located(source, Flaw("file", None, reason_of(error)))


def _unread(stream: BinaryIO) -> Iterator[Flaw]:
    head = cast("io.BufferedReader", stream).peek(HEAD_BYTES)
    likeness = looks_like(head)
    reason = "is empty" if not head else f"format not read yet: looks like {likeness}"
    yield Flaw("file", None, reason)


def _located(source: Source, flaw: Flaw) -> Fault:
    return Fault(flaw.kind, source.path, source.member, flaw.locator, flaw.reason, flaw.count)
