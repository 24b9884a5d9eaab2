"""The knowledge that comes with crossline, and what a case adds to it."""

from functools import cache
from gzip import decompress
from importlib import resources
from pathlib import Path

from crossline.knowledge.compact import decode_compact, read_compact
from crossline.knowledge.joining import joined
from crossline.knowledge.model import Knowledge

__all__ = ["FOLDER", "case_files", "case_knowledge", "shipped_knowledge"]

FOLDER = "knowledge"
"""Folder of a case that holds compact knowledge of its own."""
BASE = "base.json"
"""A file of this name there takes the place of what crossline ships."""


@cache
def shipped_knowledge() -> Knowledge:
    """ATT&CK groups, software and relations, and the names of a MISP galaxy; see `NOTICE.md`."""
    folder = resources.files("crossline.content").joinpath("knowledge")
    return decode_compact(decompress(folder.joinpath("known.json.gz").read_bytes()))


def case_files(root: Path) -> list[Path]:
    """The case's own files of knowledge, the base first."""
    files = (root / FOLDER).glob("*.json")
    return sorted(files, key=lambda path: (path.name != BASE, path.name))


def case_knowledge(root: Path) -> Knowledge:
    """What is known for a case: the shipped base or the case's own, and all its profiles.

    Raises:
        UsageError: a file of the case is not compact knowledge.
    """
    files = case_files(root)
    base = [] if any(path.name == BASE for path in files) else [shipped_knowledge()]
    return joined([*base, *(read_compact(path) for path in files)])
