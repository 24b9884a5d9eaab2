"""Rule packs: files, folders and archives of rules, read in place and in a fixed order."""

import lzma
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from crossline.kernel.errors import UsageError

__all__ = ["RuleFile", "rule_files"]

_SUFFIXES = (".yml", ".yaml")
_MAX_BYTES = 16 * 1024 * 1024
"""A rule file has some kilobytes; more is no rule (and may be an archive bomb)."""

_MOST_FILES = 100_000
"""SigmaHQ has some four thousand; a folder of more is a disk, and reading it takes hours."""

_DAMAGE = (
    OSError, EOFError, RuntimeError, NotImplementedError, ValueError,
    zipfile.BadZipFile, zlib.error, lzma.LZMAError,
)  # fmt: skip
"""What reading a damaged, encrypted or exotic member of an archive raises."""


@dataclass(frozen=True)
class RuleFile:
    """One rule file: the pack it came in, its path there, its bytes; or why it cannot be read."""

    pack: str
    path: str
    data: bytes
    fault: str = ""


def rule_files(paths: Sequence[Path]) -> Iterator[RuleFile]:
    """The rule files under `paths`, sorted within each pack.

    Raises:
        UsageError: a path does not exist, or is a folder of more than 100,000 files.
    """
    for path in paths:
        if path.is_dir():
            yield from _folder(path)
        elif not path.exists():
            raise UsageError(f"rules: {path} does not exist; give a file, a folder or a zip")
        elif zipfile.is_zipfile(path):
            yield from _archive(path)
        else:
            yield _plain(path, path.name, path.name)


def _folder(folder: Path) -> Iterator[RuleFile]:
    found = list(islice((p for p in folder.rglob("*") if p.is_file()), _MOST_FILES + 1))
    if len(found) > _MOST_FILES:
        raise UsageError(
            f"rules: {folder} holds more than {_MOST_FILES:,} files, so it is no rule pack; name "
            "the folder of the rules themselves"
        )
    files = {path.relative_to(folder).as_posix(): path for path in found}
    for name in sorted(files):
        if name.lower().endswith(_SUFFIXES):
            yield _plain(files[name], folder.name, name)


def _plain(path: Path, pack: str, name: str) -> RuleFile:
    try:
        with path.open("rb") as stream:
            return _checked(pack, name, stream.read(_MAX_BYTES + 1))
    except OSError as error:
        return RuleFile(pack, name, b"", f"cannot be read: {error.strerror}")


def _archive(path: Path) -> Iterator[RuleFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            for name, times in sorted(Counter(archive.namelist()).items()):
                if name.lower().endswith(_SUFFIXES):
                    yield _member(archive, path.name, name, times)
    except (OSError, zipfile.BadZipFile) as error:
        yield RuleFile(path.name, "", b"", f"the archive cannot be read: {error}")


def _member(archive: zipfile.ZipFile, pack: str, name: str, times: int) -> RuleFile:
    if times > 1:
        return RuleFile(pack, name, b"", f"stands {times} times in the archive: keep one of them")
    try:
        with archive.open(name) as stream:
            return _checked(pack, name, stream.read(_MAX_BYTES + 1))
    except _DAMAGE as error:
        return RuleFile(pack, name, b"", f"cannot be read from the archive: {error}")


def _checked(pack: str, name: str, data: bytes) -> RuleFile:
    fault = f"larger than {_MAX_BYTES >> 20} MiB: no rule" if len(data) > _MAX_BYTES else ""
    return RuleFile(pack, name, b"" if fault else data, fault)
