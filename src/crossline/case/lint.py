"""Every fault of a case's settings and side tables, all at once, with file, line and remedy."""

import csv
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from crossline.case.folder import SETTINGS_FILE, Case
from crossline.case.side_tables import SIDE_TABLES, SideTable, read_side_table, valid_zone
from crossline.settings import Settings

__all__ = ["Fault", "lint_case"]

_KNOWN = "`crossline init` in an empty folder writes all settings with their defaults"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: file relative to the case, line from 1 (0: the whole file), what, and remedy."""

    file: str
    line: int
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}. {self.remedy}"


def lint_case(root: Path) -> list[Fault]:
    """All faults of a case folder, by file and line; an empty list means that all is well."""
    faults = list(_lint_settings(root))
    for table in SIDE_TABLES.values():
        path = root / f"{table.name}.csv"
        if path.is_file():
            faults.extend(_lint_side_table(path, table))
    return faults


def _lint_settings(root: Path) -> Iterator[Fault]:
    path = root / SETTINGS_FILE
    if not path.is_file():
        return
    try:
        text = path.read_text(encoding="utf-8-sig")
        document = tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        yield Fault(SETTINGS_FILE, 0, f"cannot be read: {error}", "Save it as UTF-8 text")
        return
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+)", str(error))
        yield Fault(
            SETTINGS_FILE, int(place[1]) if place else 0, f"not TOML: {error}", "Mend this line"
        )
        return
    wrong = list(_wrong_settings(document, text))
    yield from wrong
    if not wrong:
        yield from _lint_evidence(Case(root, msgspec.convert(document, Settings)), text)


def _wrong_settings(document: dict[str, object], text: str) -> Iterator[Fault]:
    """Each setting that msgspec refuses: it stops at the first, so each is tried alone."""
    for section, body in document.items():
        entries = body if isinstance(body, list) else [body]
        for number, entry in enumerate(entries):
            pairs = list(entry.items()) if isinstance(entry, dict) and entry else [(None, entry)]
            for name, value in pairs:
                alone: object = entry if name is None else {name: value}
                if isinstance(body, list) and isinstance(alone, dict) and name != "path":
                    alone = {"path": "x", **alone}
                try:
                    msgspec.convert(
                        {section: [alone] if isinstance(body, list) else alone}, Settings
                    )
                except msgspec.ValidationError as error:
                    line = _line_of(text, section, name, number)
                    what = re.sub(r" - at `\$(.*)`$", "", str(error))
                    yield Fault(SETTINGS_FILE, line, f"[{section}] {name or ''}: {what}", _KNOWN)


def _lint_evidence(case: Case, text: str) -> Iterator[Fault]:
    for number, entry in enumerate(case.settings.evidence):
        if not (case.root / entry.path).exists():
            line = _line_of(text, "evidence", "path", number)
            yield Fault(
                SETTINGS_FILE,
                line,
                f"no such evidence: {entry.path}",
                "Mend the path or remove the entry",
            )
        if entry.time_zone and not valid_zone(entry.time_zone):
            line = _line_of(text, "evidence", "time_zone", number)
            yield Fault(
                SETTINGS_FILE,
                line,
                f"unknown time zone {entry.time_zone!r}",
                "Give an IANA name or ±hh:mm",
            )
    if not valid_zone(case.settings.ingest.time_zone):
        line = _line_of(text, "ingest", "time_zone", 0)
        yield Fault(
            SETTINGS_FILE,
            line,
            f"unknown time zone {case.settings.ingest.time_zone!r}",
            "Give an IANA name or ±hh:mm",
        )


def _line_of(text: str, section: str, name: str | None, number: int) -> int:
    """The line of a setting: TOML readers keep none, so its text is looked for."""
    header = re.compile(rf"\s*\[\[?\s*{re.escape(section)}\s*\]?\]")
    setting = re.compile(rf"\s*[\"']?{re.escape(name or '')}[\"']?\s*=")
    seen, found = -1, 0
    for line_number, line in enumerate(text.splitlines(), start=1):
        if header.match(line):
            seen += 1
            found = line_number if seen == number else found
        elif seen == number and name and setting.match(line):
            return line_number
        elif seen == number and line.lstrip().startswith("[") and not header.match(line):
            break
    return found


def _lint_side_table(path: Path, table: SideTable) -> Iterator[Fault]:
    try:
        rows = list(read_side_table(path))
        with path.open(encoding="utf-8-sig", newline="") as file:
            header = next(csv.reader(file), [])
    except UnicodeDecodeError as error:
        yield Fault(path.name, 0, f"not UTF-8 at byte {error.start}", "Save it as CSV UTF-8")
        return
    except (OSError, csv.Error) as error:
        yield Fault(path.name, 0, f"cannot be read as CSV: {error}", "Mend the quoting")
        return
    for column in table.required:
        if column not in header:
            yield Fault(
                path.name,
                1,
                f"column {column!r} is missing",
                f"Head the file {','.join(table.columns)}",
            )
    for column in header:
        if column not in table.columns and column.strip().lower() in table.columns:
            yield Fault(
                path.name, 1, f"column {column!r} is not known", f"Write {column.strip().lower()!r}"
            )
    seen: dict[str, int] = {}
    for line, row in rows:
        yield from _lint_row(path.name, line, row, table)
        identity = row.get(table.key, "")
        if identity and identity in seen:
            what = f"{table.key} {identity!r} stands already in line {seen[identity]}"
            yield Fault(path.name, line, what, "Give each row its own")
        seen.setdefault(identity, line)


def _lint_row(file: str, line: int, row: dict[str, str], table: SideTable) -> Iterator[Fault]:
    for column in table.required:
        if column in row and not row[column]:
            yield Fault(file, line, f"{column} is empty", "Fill it or remove the row")
    for column, wanted, holds in table.checks:
        if row.get(column) and not holds(row[column]):
            yield Fault(file, line, f"{column} is {row[column]!r}", f"Write {wanted}")
