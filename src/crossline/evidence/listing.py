"""What evidence there is: every file, and every member of every archive, each with its hash."""

import hashlib
import io
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from crossline.evidence.opening import (
    MEMBER_MARK,
    MOST_DEPTH,
    READ_ERRORS,
    members_of,
    opened,
    reason_of,
)
from crossline.evidence.sniffing import HEAD_BYTES, container_of
from crossline.evidence.sources import Fault, Source, source_id_of

__all__ = ["inventory"]

MOST_MEMBERS = 100_000
"""Members of one archive that are looked at. Reason: bounds the time that a hostile one takes."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where something lies: on disk, and as the tables name it."""

    organisation: str
    disk_path: Path
    path: str
    member: str | None = None
    depth: int = 0

    def fault(self, reason: str) -> Fault:
        return Fault("archive" if self.member else "file", self.path, self.member, None, reason)


def inventory(root: Path, base: Path, organisation: str) -> Iterator[Source | Fault]:
    """All sources under a file or folder, in the order of their names.

    Paths are stated relative to `base` with `/`, or as given where they lie outside it. Symbolic
    links are not followed, and only regular files are read. Content is hashed as a stream, so
    memory is flat. A source that breaks off in the middle is listed with what can be read of it;
    reading it tells where it breaks off.
    """
    unreadable: list[OSError] = []
    for disk_path in _files(root, unreadable):
        place = _Place(organisation, disk_path, _stated_path(disk_path, base))
        reason = _not_a_file(disk_path)
        if reason:
            yield place.fault(reason)
        else:
            yield from _look_into(place)
    for error in unreadable:
        folder = Path(error.filename)
        yield _Place(organisation, folder, _stated_path(folder, base)).fault(reason_of(error))


def _files(root: Path, unreadable: list[OSError]) -> Iterator[Path]:
    """The files under a root and the links; what cannot be listed goes to `unreadable`."""
    if root.is_symlink() or not root.is_dir():
        yield root
        return
    for folder, folders, names in os.walk(root, onerror=unreadable.append, followlinks=False):
        here = Path(folder)
        linked = [name for name in folders if (here / name).is_symlink()]
        folders[:] = sorted(name for name in folders if name not in linked)
        yield from (here / name for name in sorted([*names, *linked]))


def _not_a_file(path: Path) -> str | None:
    """Why a path is not read at all; None for a regular file with a name that can be stated."""
    try:
        mode = path.lstat().st_mode
    except OSError as error:
        return reason_of(error)
    if stat.S_ISLNK(mode):
        return "is a symbolic link, which is not followed: add its target"
    if not stat.S_ISREG(mode):
        return "is not a regular file"
    if str(path) != _printable(str(path)):
        return "the name is not valid Unicode: rename the file"
    return None


def _stated_path(disk_path: Path, base: Path) -> str:
    inside = disk_path.is_relative_to(base)
    return _printable((disk_path.relative_to(base) if inside else disk_path).as_posix())


def _printable(name: str) -> str:
    """The name with bytes that are no UTF-8 written out, as tables hold only Unicode."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _look_into(place: _Place) -> Iterator[Source | Fault]:
    try:
        labels = members_of(place.disk_path, place.member)
        found = _source(place) if labels is None else None
    except READ_ERRORS as error:
        found = place.fault(reason_of(error))
    if found is not None:
        yield found
    else:
        yield from _look_into_members(place, labels or [])


def _look_into_members(place: _Place, labels: list[str]) -> Iterator[Source | Fault]:
    if place.depth >= MOST_DEPTH:
        yield place.fault(f"zips inside zips deeper than {MOST_DEPTH}: unpack it first")
        return
    if len(labels) > MOST_MEMBERS:
        yield place.fault(
            f"only the first {MOST_MEMBERS:,} of its {len(labels):,} members are read"
        )
    for label in labels[:MOST_MEMBERS]:
        member = label if place.member is None else f"{place.member}{MEMBER_MARK}{label}"
        yield from _look_into(
            _Place(place.organisation, place.disk_path, place.path, member, place.depth + 1)
        )


def _source(place: _Place) -> Source | Fault:
    hashed = hashlib.sha256()
    size = 0
    with opened(place.disk_path, place.member) as content:
        stream = io.BufferedReader(content, buffer_size=HEAD_BYTES)
        head = stream.peek(HEAD_BYTES)
        while block := stream.read(2**20):
            hashed.update(block)
            size += len(block)
        if content.trouble and (content.is_overgrown or not size):
            return place.fault(content.trouble)
    sha256 = hashed.hexdigest()
    return Source(
        source_id_of(place.organisation, sha256),
        place.organisation,
        place.path,
        place.member,
        size,
        sha256,
        container_of(head),
    )
