"""What a rule pack says about itself: which version it is and under which licence it comes."""

import re
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

__all__ = ["PackNotes", "pack_notes"]

_VERSION = re.compile(r"(?:version|snapshot|release)(?:\.(?:txt|md))?", re.IGNORECASE)
_LICENCE = re.compile(r"(?:licen[cs]e|copying)[^/]*", re.IGNORECASE)
_MOST_BYTES = 65_536
_MOST_SHOWN = 400


@dataclass(frozen=True, slots=True)
class PackNotes:
    """Where a pack lies, and the first words of its own version and licence files; empty: none."""

    name: str
    path: str
    version: str
    licence: str


def pack_notes(path: Path) -> PackNotes:
    """The notes of a file, a folder or a zip of rules.

    A file named like a version (`version.txt`, `SNAPSHOT`) or a licence counts where the pack
    begins, or in the one folder that holds all of it.
    """
    texts = dict(_texts(path))
    return PackNotes(path.name, str(path), _said(texts, _VERSION), _said(texts, _LICENCE))


def _said(texts: dict[str, str], name: re.Pattern[str]) -> str:
    for each in sorted(texts):
        if name.fullmatch(each):
            lines = (line.strip(" \t#*=-") for line in texts[each].splitlines())
            return "; ".join(line for line in lines if line)[:_MOST_SHOWN]
    return ""


def _texts(path: Path) -> Iterator[tuple[str, str]]:
    """Names and beginnings of the files that stand where a pack begins."""
    with suppress(OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError):
        if path.is_dir():
            for file in sorted(path.iterdir()):
                if _is_note(file.name) and file.is_file():
                    with file.open("rb") as stream:
                        yield file.name, stream.read(_MOST_BYTES).decode("utf-8", "replace")
        elif zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                yield from _members(archive)


def _members(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    names = archive.namelist()
    tops = {name.split("/", 1)[0] for name in names}
    base = f"{tops.pop()}/" if len(tops) == 1 and all("/" in name for name in names) else ""
    for name in sorted(set(names)):
        inner = name.removeprefix(base)
        if name.startswith(base) and _is_note(inner):
            with archive.open(name) as stream:
                yield inner, stream.read(_MOST_BYTES).decode("utf-8", "replace")


def _is_note(name: str) -> bool:
    return bool(_VERSION.fullmatch(name) or _LICENCE.fullmatch(name))
