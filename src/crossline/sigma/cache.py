"""Compiled rules kept as JSON, so that a set that has not changed loads without reading YAML.

A file's compiled form is found by the hash of its bytes; a changed file is compiled anew, the
others are not. What else the form depends on is in `COMPILER` and the user's placeholders.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import TypeAlias

import msgspec

from crossline.kernel.ids import digest
from crossline.kernel.techniques import CROSSWALK
from crossline.sigma.rules import Correlation, Filter, Refused, Rule

__all__ = ["COMPILER", "Compiled", "cache_file", "read_cache", "write_cache"]

COMPILER = f"2 pysigma {version('pysigma')} attack {digest(CROSSWALK)}"
"""What compiled forms depend on besides the rule; raise the number when their meaning changes."""

Compiled: TypeAlias = Rule | Correlation | Filter | Refused

_Files = dict[str, tuple[Compiled, ...]]


class _Cache(msgspec.Struct):
    key: str
    files: _Files


def cache_file(folder: Path, paths: Sequence[Path]) -> Path:
    """Where the compiled form of these rule paths is kept inside `folder`."""
    return folder / f"sigma-{digest(*(str(path) for path in paths))}.json"


def _key(placeholders: Mapping[str, Sequence[str]]) -> str:
    values = [text for name in sorted(placeholders) for text in (name, *placeholders[name], None)]
    return digest(COMPILER, *values)


def read_cache(file: Path, placeholders: Mapping[str, Sequence[str]]) -> _Files:
    """Compiled documents by the hash of their file; empty if there is no usable cache."""
    with suppress(OSError, msgspec.MsgspecError):
        cache = msgspec.json.decode(file.read_bytes(), type=_Cache)
        if cache.key == _key(placeholders):
            return cache.files
    return {}


def write_cache(file: Path, placeholders: Mapping[str, Sequence[str]], files: _Files) -> None:
    """Replace the cache in one step; a folder that cannot be written to only costs time later."""
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        written = file.with_suffix(".tmp")
        written.write_bytes(msgspec.json.encode(_Cache(_key(placeholders), files)))
        written.replace(file)
