"""Writes the reference pages from the code, or, with `--check`, fails if one of them is stale."""

import sys
from pathlib import Path

from typer.testing import CliRunner

from crossline.case.init import setting_docs
from crossline.case.side_tables import SIDE_TABLES
from crossline.cli import app
from crossline.kernel.errors import ExitCode
from crossline.pipeline import STAGES, not_assessed
from crossline.tables import TABLES, Table

REFERENCE = Path(__file__).parent / "reference"
_MADE = "<!-- Made by `make docs`; edit the code instead. -->\n"

_EXIT_MEANINGS = {
    ExitCode.DONE: "Done.",
    ExitCode.FAULT: "crossline's own fault. `--debug` shows a traceback.",
    ExitCode.USAGE: "Wrong use or settings; the line on standard error says what to change.",
    ExitCode.INCOMPLETE: "Done, but some evidence was rejected or a rule file could not be parsed. "
    "Each stands in the table `problems` and in the report. A rule that is refused or not "
    "applicable is a result and no failure.",
    ExitCode.INTERRUPTED: "Interrupted; the next run goes on from there.",
}


def _grid(head: list[str], rows: list[list[str]]) -> str:
    cells = [head, ["---"] * len(head), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in cells
    )


def _written_by(name: str) -> str:
    return ", ".join(f"`crossline {stage.name}`" for stage in STAGES if name in stage.writes)


def _table_page(table: Table) -> str:
    rows = []
    for column in table.columns:
        meaning = column.meaning
        if column.values:
            meaning += ". One of: " + ", ".join(f"`{value}`" for value in column.values)
        rows.append([f"`{column.name}`", str(column.type), column.unit, meaning])
    if table.rests_on:
        below = ", ".join(f"`{name}`" for name in table.rests_on)
        meaning = f"ids of the rows that this one was derived from: {below}"
        rows.append(["`rests_on`", "list<string>", "", meaning])
    writer = _written_by(table.name) or "no stage yet: the report says *not assessed*"
    return (
        f"## {table.name}\n\nOne row: {table.meaning}.\n\nKey: "
        + ", ".join(f"`{name}`" for name in table.key)
        + f". Written by: {writer}."
        + ("" if table.public else " Not exported.")
        + "\n\n"
        + _grid(["column", "type", "unit", "meaning"], rows)
        + "\n"
    )


def tables_page() -> str:
    """The reference of all tables."""
    head = (
        '# Tables\n\nQuery them with `crossline sql CASE "select …"`. Public tables are exported '
        "as Parquet and CSV under `CASE/report/tables/`, sorted by key; times are UTC with "
        "microseconds; in CSV, lists and maps are JSON text.\n\nNot written by any stage yet: "
        + (", ".join(f"`{name}`" for name in not_assessed()) or "none")
        + ".\n"
    )
    return "\n".join([_MADE, head, *(_table_page(table) for table in TABLES.values())])


def commands_page() -> str:
    """The reference of all commands with their help, as a terminal 90 columns wide shows it."""
    parts = [_MADE, "# Commands\n"]
    for name in _command_names():
        told = CliRunner().invoke(app, [*name, "--help"], env={"COLUMNS": "90"})
        text = told.stdout.strip().replace("Usage: root ", "Usage: crossline ")
        parts.append(f"## crossline {' '.join(name)}\n\n```text\n{text}\n```\n")
    return "\n".join(parts)


def _command_names() -> list[tuple[str, ...]]:
    """All commands, those of groups after the group's name."""
    names: list[tuple[str, ...]] = [(str(command.name),) for command in app.registered_commands]
    for group in app.registered_groups:
        inner = group.typer_instance
        if inner:
            names += [(inner.info.name or "", str(one.name)) for one in inner.registered_commands]
    return names


def settings_page() -> str:
    """The reference of all settings and side tables."""
    parts = [
        _MADE,
        "# Settings\n\nIn `CASE/crossline.toml`; every default works without the file.\n",
    ]
    sections: dict[str, list[list[str]]] = {}
    for doc in setting_docs():
        sections.setdefault(doc.section, []).append(
            [f"`{doc.name}`", f"`{doc.default or 'required'}`", doc.meaning]
        )
    for section, rows in sections.items():
        title = (
            "[[evidence]], one entry for each source" if section == "evidence" else f"[{section}]"
        )
        parts.append(f"## {title}\n\n{_grid(['setting', 'default', 'meaning'], rows)}\n")
    parts.append(
        "# Side tables\n\nCSV with a header, UTF-8, all optional; more columns are kept.\n"
    )
    rows = [
        [
            f"`{name}.csv`",
            ", ".join(f"`{column}`" for column in table.columns),
            ", ".join(f"`{column}`" for column in table.required),
        ]
        for name, table in SIDE_TABLES.items()
    ]
    parts.append(_grid(["file", "columns", "never empty"], rows) + "\n")
    return "\n".join(parts)


def exit_codes_page() -> str:
    """The reference of the exit codes."""
    rows = [[f"`{int(code)}`", _EXIT_MEANINGS[code]] for code in ExitCode]
    return f"{_MADE}\n# Exit codes\n\n{_grid(['code', 'meaning'], rows)}\n"


PAGES = {
    "tables.md": tables_page,
    "commands.md": commands_page,
    "settings.md": settings_page,
    "exit-codes.md": exit_codes_page,
}


def main() -> int:
    """Write the pages, or check them; returns the exit code."""
    stale = []
    REFERENCE.mkdir(exist_ok=True)
    for name, page in PAGES.items():
        path, text = REFERENCE / name, page()
        if "--check" not in sys.argv:
            path.write_text(text, encoding="utf-8", newline="\n")
        elif not path.is_file() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
    if stale:
        sys.stderr.write(f"stale: {', '.join(stale)}; run `make docs`\n")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
