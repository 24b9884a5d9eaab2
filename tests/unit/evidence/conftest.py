"""Content to sources, records and faults, for the tests of this folder."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from crossline.evidence import Fault, Records, Source, inventory, read

SHARED = Path(__file__).parents[4] / "shared" / "evidence"


@dataclass(frozen=True)
class Seen:
    """What the evidence under a folder gave."""

    sources: list[Source]
    texts: list[bytes]
    locators: list[int]
    faults: list[Fault]

    @property
    def reasons(self) -> list[str]:
        return [fault.reason for fault in self.faults]


Look = Callable[[Path], Seen]
Written = Callable[..., Path]


def look_at(root: Path, base: Path) -> Seen:
    seen = Seen([], [], [], [])
    for item in inventory(root, base, "org"):
        if isinstance(item, Fault):
            seen.faults.append(item)
            continue
        seen.sources.append(item)
        for found in read(item, base):
            if isinstance(found, Records):
                seen.texts.extend(found.texts)
                seen.locators.extend(found.locators)
            else:
                seen.faults.append(found)
    return seen


@pytest.fixture
def look(tmp_path: Path) -> Look:
    """List and read what lies under a path."""
    return lambda root: look_at(root, tmp_path)


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """Write content under the test's folder; gives its path."""

    def write(content: bytes, name: str = "evidence/some.bin") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    return write


@pytest.fixture
def shared_set() -> Callable[[str], Path]:
    """The zip of a shared evidence set; skips where it is not beside the repository."""

    def find(name: str) -> Path:
        path = SHARED / f"{name}.zip"
        if not path.exists():
            pytest.skip(f"the shared evidence set {name} is not beside the repository")
        return path

    return find
