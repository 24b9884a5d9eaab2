"""The case folder: where things lie, and what its settings say."""

import csv
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import msgspec

from crossline.case.side_tables import SIDE_TABLES, read_side_table
from crossline.kernel.errors import UsageError
from crossline.settings import EvidenceEntry, Settings

__all__ = ["SETTINGS_FILE", "Case", "EvidenceRoot", "load_settings", "open_case"]

SETTINGS_FILE = "crossline.toml"
_MOST_NAME = 200


@dataclass(frozen=True, slots=True)
class EvidenceRoot:
    """A file or folder of evidence of one organisation, and the entry that speaks of it, if any."""

    path: Path
    organisation: str
    entry: EvidenceEntry | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One case folder with its settings as loaded; `key_file` is that of the command line."""

    root: Path
    settings: Settings
    key_file: Path | None = None

    @property
    def name(self) -> str:
        """The case's title."""
        return self.settings.case.name or self.root.name

    @property
    def store(self) -> Path:
        """Folder of the tables."""
        return self.root / "store"

    @property
    def report(self) -> Path:
        """Folder of the report."""
        return self.root / "report"

    def evidence_roots(self) -> list[EvidenceRoot]:
        """The evidence of the case: each folder under `evidence/`, then the entries' own paths."""
        folder = self.root / "evidence"
        folders = (
            sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
        )
        roots = [EvidenceRoot(path, _organisation(path)) for path in folders]
        for entry in self.settings.evidence:
            path = self.root / entry.path
            if self.root.resolve().is_relative_to(path.resolve()):
                raise UsageError(f"{SETTINGS_FILE}: evidence {entry.path} holds the case itself")
            if not path.resolve().is_relative_to(folder.resolve()):
                roots.append(EvidenceRoot(path, entry.organisation or path.stem, entry))
        return roots

    def stray_files(self) -> list[Path]:
        """What lies directly under `evidence/`, and so belongs to no organisation."""
        folder = self.root / "evidence"
        there = sorted(folder.iterdir()) if folder.is_dir() else []
        return [path for path in there if not path.is_dir() and not path.name.startswith(".")]

    def entry_for(self, path: Path) -> EvidenceEntry | None:
        """The most specific `[[evidence]]` entry whose path holds this file, or None."""
        resolved = path.resolve()
        holding = [
            entry
            for entry in self.settings.evidence
            if resolved.is_relative_to((self.root / entry.path).resolve())
        ]
        return max(
            holding, key=lambda entry: len((self.root / entry.path).resolve().parts), default=None
        )

    def side_table(self, name: str) -> list[dict[str, str]]:
        """The rows of a side table; none if the file is not there.

        Raises:
            UsageError: the file cannot be read; `crossline lint` says more.
        """
        path = self.root / f"{SIDE_TABLES[name].name}.csv"
        if not path.is_file():
            return []
        try:
            return [row for _, row in read_side_table(path)]
        except (OSError, ValueError, csv.Error) as error:
            raise UsageError(
                f"{path}: {error}. `crossline lint {self.root}` names every fault"
            ) from error

    def side_files(self) -> Iterator[Path]:
        """The side-table files that are there."""
        for name in SIDE_TABLES:
            path = self.root / f"{name}.csv"
            if path.is_file():
                yield path


def _organisation(folder: Path) -> str:
    """The name of an organisation's folder; tables lie in folders of that name, percent-coded."""
    if len(quote(folder.name, safe="")) > _MOST_NAME:
        raise UsageError(f"{folder}: the name is too long. Rename the organisation's folder")
    return folder.name


def load_settings(path: Path) -> Settings:
    """Read `crossline.toml`; a missing file gives the defaults.

    Raises:
        UsageError: it is not TOML, or a setting is unknown or of the wrong kind.
    """
    if not path.is_file():
        return Settings()
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8-sig")), Settings)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path}: not TOML: {error}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not UTF-8: {error.reason} at byte {error.start}") from error
    except msgspec.ValidationError as error:
        raise UsageError(f"{path}: {error}") from error


def open_case(root: Path) -> Case:
    """Open a case folder.

    Raises:
        UsageError: there is no such folder, or its settings are wrong.
    """
    if not root.is_dir():
        raise UsageError(f"{root}: no such folder. `crossline init {root}` makes a new case")
    return Case(root, load_settings(root / SETTINGS_FILE))
