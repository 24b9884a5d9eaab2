"""A new case folder: commented settings, empty side tables, a place for the evidence."""

import typing
from pathlib import Path

import msgspec

from crossline.case.folder import SETTINGS_FILE
from crossline.case.side_tables import SIDE_TABLES
from crossline.kernel.errors import UsageError
from crossline.settings import EvidenceEntry, Settings

__all__ = ["SettingDoc", "init_case", "setting_docs", "settings_text"]

_NO_DEFAULT = '"…"'


class SettingDoc(msgspec.Struct, frozen=True):
    """One setting as a person reads it: section, name, default as TOML, meaning."""

    section: str
    name: str
    default: str
    meaning: str


def _toml(value: object) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    return msgspec.json.encode(value).decode()


def _docs_of(section: str, kind: type[msgspec.Struct]) -> list[SettingDoc]:
    hints = typing.get_type_hints(kind, include_extras=True)
    docs = []
    for info in msgspec.structs.fields(kind):
        meta = next(
            part for part in hints[info.name].__metadata__ if isinstance(part, msgspec.Meta)
        )
        default = "" if info.default is msgspec.NODEFAULT else _toml(info.default)
        docs.append(SettingDoc(section, info.name, default, meta.description or ""))
    return docs


def setting_docs() -> list[SettingDoc]:
    """Every setting, in the order of the file; `evidence` entries last."""
    sections = typing.get_type_hints(Settings)
    docs = []
    for section, kind in sections.items():
        if section != "evidence":
            docs.extend(_docs_of(section, kind))
    return docs + _docs_of("evidence", EvidenceEntry)


def _wrapped(text: str, width: int = 96) -> list[str]:
    lines, line = [], "#"
    for word in text.split():
        if len(line) + len(word) >= width:
            lines.append(line)
            line = "#"
        line += " " + word
    return [*lines, line]


def settings_text() -> str:
    """The commented `crossline.toml` of a new case: every setting with its default."""
    lines = ["# Settings of this case. Every line that starts with `#` shows a default."]
    section = ""
    for doc in setting_docs():
        if doc.section != section:
            section = doc.section
            lines += ["", "# [[evidence]]" if section == "evidence" else f"[{section}]"]
        lines += ["", *_wrapped(doc.meaning)]
        lines.append(f"# {doc.name} = {doc.default or _NO_DEFAULT}")
    return "\n".join(lines) + "\n"


def init_case(root: Path) -> list[Path]:
    """Make a case folder; files that are there already are left alone.

    Returns the files and folders that were made.

    Raises:
        UsageError: the folder cannot be made.
    """
    files = {SETTINGS_FILE: settings_text()}
    files |= {f"{name}.csv": ",".join(table.columns) + "\n" for name, table in SIDE_TABLES.items()}
    made = []
    try:
        (root / "evidence").mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            path = root / name
            if not path.exists():
                path.write_text(text, encoding="utf-8", newline="\n")
                made.append(path)
    except OSError as error:
        raise UsageError(f"{root}: cannot make a case here: {error.strerror}") from error
    return made
