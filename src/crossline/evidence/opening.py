"""Content out of files, gzip and zip, read in place and within bounds; nothing is unpacked to disk.

Members of a zip are named but never used as paths, so a hostile name has nowhere to go.
"""

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO, cast

__all__ = [
    "MEMBER_MARK",
    "MOST_DEPTH",
    "READ_ERRORS",
    "Content",
    "labelled_members",
    "opened",
    "opened_zip",
    "reason_of",
]

MEMBER_MARK = "!"
MOST_DEPTH = 3
"""Zips inside zips are opened to this depth. Reason: evidence is packed twice at times, bombs more."""
MOST_RATIO = 200
"""Content over `RATIO_FREE_BYTES` may be this many times as large as what it was packed into.
Reason: logs pack to a tenth or a hundredth; deflate ends at 1,032, which only bombs reach."""
RATIO_FREE_BYTES = 256 * 2**20
MOST_NESTED_BYTES = 128 * 2**20
"""A zip inside a zip is held in memory. Reason: what is unpacked must not reach the disk."""

READ_ERRORS = (
    OSError,
    EOFError,
    zipfile.BadZipFile,
    zlib.error,
    RuntimeError,
    NotImplementedError,
    ValueError,
)
"""What reading damaged, encrypted or strangely packed content can raise."""

_GZIP_MAGIC = b"\x1f\x8b\x08"
_ZIP_MAGICS = (b"PK\x03\x04", b"PK\x05\x06")
# A damaged archive is found out at the end of a step, which is then lost.
_STEP_BYTES = 16 * 1024


class Content(io.RawIOBase):
    """A stream that ends where reading fails, and says in `trouble` why; it never raises.

    So what was read before the damage is kept. `trouble` is final once the stream has ended.
    """

    def __init__(self, stream: BinaryIO, packed_bytes: int | None) -> None:
        super().__init__()
        self.trouble: str | None = None
        self._stream = stream
        self._most = None if packed_bytes is None else max(RATIO_FREE_BYTES, MOST_RATIO * packed_bytes)
        self._given = 0

    def readable(self) -> bool:
        """True."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill the buffer as far as one step goes; 0 at the end and where reading fails."""
        if self.trouble:
            return 0
        try:
            data = cast("io.BufferedIOBase", self._stream).read1(min(len(buffer), _STEP_BYTES))
        except READ_ERRORS as error:
            self.trouble = reason_of(error)
            return 0
        self._given += len(data)
        if self._most is not None and self._given > self._most:
            self.trouble = f"unpacks to more than {MOST_RATIO} times its size, as archive bombs do"
            return 0
        buffer[: len(data)] = data
        return len(data)


def reason_of(error: Exception) -> str:
    """What went wrong while reading, in words."""
    if isinstance(error, EOFError):
        return "the compressed data is cut"
    if isinstance(error, OSError) and error.strerror:
        return f"cannot be read: {error.strerror}"
    if "password" in str(error) or "encrypted" in str(error):
        return "is encrypted: unpack it with its password and add the content"
    return f"cannot be read: {error}"


def labelled_members(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The files in a zip by label: the name, with `#2` and so on where a name comes again."""
    members: dict[str, zipfile.ZipInfo] = {}
    seen: dict[str, int] = {}
    for info in archive.infolist():
        if not info.is_dir():
            seen[info.filename] = number = seen.get(info.filename, 0) + 1
            members[info.filename if number == 1 else f"{info.filename}#{number}"] = info
    return members


@contextmanager
def opened(path: Path, member: str | None) -> Iterator[Content]:
    """The content of a file or of a member of a zip, gzip taken off.

    Raises one of READ_ERRORS or KeyError if it cannot be opened at all.
    """
    with ExitStack() as stack:
        stream: BinaryIO = stack.enter_context(path.open("rb"))
        packed = path.stat().st_size
        unpacked = False
        for label in member.split(MEMBER_MARK) if member else ():
            archive = stack.enter_context(zipfile.ZipFile(_seekable(stream)))
            info = labelled_members(archive)[label]
            stream = cast("BinaryIO", stack.enter_context(archive.open(info)))
            packed, unpacked = min(packed, info.compress_size), True
        head = cast("io.BufferedReader", stream)
        if head.peek(4)[:3] == _GZIP_MAGIC:
            stream = cast("BinaryIO", stack.enter_context(gzip.GzipFile(fileobj=stream)))
            unpacked = True
        yield Content(stream, packed if unpacked else None)


@contextmanager
def opened_zip(path: Path, member: str | None) -> Iterator[zipfile.ZipFile | None]:
    """The zip that a file or a member of a zip is, None if it is none.

    Raises one of READ_ERRORS if it is a zip but cannot be opened.
    """
    with opened(path, member) as content:
        reader = io.BufferedReader(content)
        if not reader.peek(4).startswith(_ZIP_MAGICS):
            yield None
        elif member is None:
            with zipfile.ZipFile(path) as archive:
                yield archive
        else:
            with zipfile.ZipFile(_seekable(cast("BinaryIO", reader))) as archive:
                yield archive


def _seekable(stream: BinaryIO) -> BinaryIO:
    """The stream itself if it is a file on disk, else its content in memory."""
    if isinstance(stream, io.BufferedReader) and stream.seekable():
        return cast("BinaryIO", stream)
    data = stream.read(MOST_NESTED_BYTES + 1)
    if len(data) > MOST_NESTED_BYTES:
        raise ValueError(f"a zip inside a zip may hold {MOST_NESTED_BYTES:,} bytes: unpack it first")
    return io.BytesIO(data)
