"""One source to its records: opens it, asks its format, and says what could not be read."""

import io
from collections.abc import Iterator
from contextlib import ExitStack
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
    with ExitStack() as stack:
        try:
            content = stack.enter_context(opened(base / source.path, source.member))
        except READ_ERRORS as error:
            yield _located(source, Flaw("file", None, reason_of(error)))
            return
        stream = cast("BinaryIO", io.BufferedReader(content, buffer_size=HEAD_BYTES))
        for item in _READERS.get(source.container or "", _unread)(stream):
            yield item if isinstance(item, Records) else _located(source, item)
        if content.trouble:
            reason = f"{content.trouble}; what stands before was read"
            yield _located(source, Flaw("archive" if source.member else "file", None, reason))


def _unread(stream: BinaryIO) -> Iterator[Flaw]:
    head = cast("io.BufferedReader", stream).peek(HEAD_BYTES)
    reason = f"format not read yet: looks like {looks_like(head)}" if head else "is empty"
    yield Flaw("file", None, reason)


def _located(source: Source, flaw: Flaw) -> Fault:
    return Fault(flaw.kind, source.path, source.member, flaw.locator, flaw.reason, flaw.count)
