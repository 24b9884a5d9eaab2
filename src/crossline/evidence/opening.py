"""Content out of files, gzip and zip, read in place and within bounds; nothing is unpacked to disk.

Members of a zip are named but never used as paths, so a hostile name has nowhere to go.
"""

import gzip
import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, cast

__all__ = [
    "MEMBER_MARK",
    "MOST_DEPTH",
    "READ_ERRORS",
    "Content",
    "members_of",
    "opened",
    "reason_of",
]

MEMBER_MARK = "!"
MOST_DEPTH = 3
"""How deep zips inside zips are opened. Reason: evidence is packed twice at times, bombs more."""
MOST_RATIO = 200
"""Content over `RATIO_FREE_BYTES` may be this many times as large as what it was packed into.
Reason: logs pack to a tenth or a hundredth; deflate ends at 1,032, which only bombs reach."""
RATIO_FREE_BYTES = 256 * 2**20
MOST_NESTED_BYTES = 64 * 2**20
"""A zip inside a zip is held in memory. Reason: what is unpacked must not reach the disk."""

READ_ERRORS = (
    OSError,
    EOFError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    IndexError,
    OverflowError,
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

    So what was read before the damage is kept. `trouble` is final once the stream has ended;
    `is_overgrown` tells whether it ended because it unpacks as only bombs do.
    """

    def __init__(self, stream: BinaryIO, packed_bytes: int | None) -> None:
        super().__init__()
        self.trouble: str | None = None
        self.is_overgrown = False
        self._stream = stream
        self._most = (
            None if packed_bytes is None else max(RATIO_FREE_BYTES, MOST_RATIO * packed_bytes)
        )
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
            self.is_overgrown = True
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


@dataclass(frozen=True, slots=True)
class _Archive:
    """An open zip, and the files in it by label: the name, with `#2` where a name comes again."""

    file: zipfile.ZipFile
    members: dict[str, zipfile.ZipInfo]


@contextmanager
def opened(path: Path, member: str | None) -> Iterator[Content]:
    """The content of a file or of a member of a zip, gzip taken off.

    Raises one of READ_ERRORS if it cannot be opened at all.
    """
    with ExitStack() as stack:
        if member is None:
            stream: BinaryIO = stack.enter_context(path.open("rb"))
            packed, unpacked = path.stat().st_size, False
        else:
            archive, label = _found(path, member)
            info = archive.members[label]
            stream = cast("BinaryIO", stack.enter_context(archive.file.open(info)))
            packed, unpacked = info.compress_size, True
        if cast("io.BufferedReader", stream).peek(4).startswith(_GZIP_MAGIC):
            stream = cast("BinaryIO", stack.enter_context(gzip.GzipFile(fileobj=stream)))
            unpacked = True
        yield Content(stream, packed if unpacked else None)


def members_of(path: Path, member: str | None) -> list[str] | None:
    """The members of the zip that a file or a member of a zip is, sorted; None if it is none.

    Raises one of READ_ERRORS if it is a zip but cannot be opened.
    """
    with opened(path, member) as content:
        if not io.BufferedReader(content).peek(4).startswith(_ZIP_MAGICS):
            return None
    return sorted(_archive(path, _stamp(path), member).members)


def _stamp(path: Path) -> tuple[int, int]:
    """What changes when a file does."""
    status = path.stat()
    return status.st_mtime_ns, status.st_size


# The directory of a zip is read once and not for each of its members, which would take time that
# grows with their number squared. An archive that falls out is closed when its last reader is.
@lru_cache(maxsize=3)
def _archive(path: Path, stamp: tuple[int, int], member: str | None) -> _Archive:
    """The zip that a file is, or that a member of a zip is; `stamp` is the file's own."""
    if member is None:
        return _labelled(zipfile.ZipFile(path))
    with opened(path, member) as content:
        data = io.BufferedReader(content).read(MOST_NESTED_BYTES + 1)
    if len(data) > MOST_NESTED_BYTES:
        raise ValueError(
            f"a zip inside a zip may hold {MOST_NESTED_BYTES:,} bytes: unpack it first"
        )
    return _labelled(zipfile.ZipFile(io.BytesIO(data)))


def _labelled(file: zipfile.ZipFile) -> _Archive:
    members: dict[str, zipfile.ZipInfo] = {}
    seen: dict[str, int] = {}
    for info in file.infolist():
        name = info.filename or "(no name)"
        if not name.endswith("/"):
            seen[name] = number = seen.get(name, 0) + 1
            members[name if number == 1 else f"{name}#{number}"] = info
    return _Archive(file, members)


def _found(path: Path, member: str) -> tuple[_Archive, str]:
    """The innermost zip that a member stands in, and its label there; names may hold the mark."""
    stamp = _stamp(path)
    archive, passed = _archive(path, stamp, None), ""
    while (rest := member[len(passed) :]) not in archive.members:
        marks = (at for at, letter in enumerate(rest) if letter == MEMBER_MARK)
        step = next((rest[:at] for at in marks if rest[:at] in archive.members), None)
        if step is None:
            raise ValueError(f"no member {member!r} is in the archive any more")
        archive = _archive(path, stamp, passed + step)
        passed += step + MEMBER_MARK
    return archive, rest
