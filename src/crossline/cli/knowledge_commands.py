"""`knowledge`: what a case knows of groups beside what crossline ships."""

import re
from pathlib import Path
from typing import Annotated

import typer

from crossline.case import open_case
from crossline.kernel.errors import UsageError
from crossline.kernel.words import counted
from crossline.knowledge import (
    FOLDER,
    Knowledge,
    case_files,
    encode_compact,
    read_compact,
    read_knowledge,
    shipped_knowledge,
)

__all__ = ["register"]

CaseFolder = Annotated[Path, typer.Argument(metavar="CASE", help="The case folder.")]
KnowledgeFile = Annotated[
    Path,
    typer.Argument(
        metavar="FILE",
        help="ATT&CK in STIX, compact JSON, a MISP galaxy cluster, or a profile as .toml.",
    ),
]

_commands = typer.Typer(no_args_is_help=True, help="What a case knows of groups.")


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.add_typer(_commands, name="knowledge")


@_commands.command("add")
def add_command(case: CaseFolder, file: KnowledgeFile) -> None:
    """Add knowledge to a case: a profile of your own, names of a galaxy, further relations.

    It is kept under CASE/knowledge and read beside what crossline ships. Ids join; names never do.

    Example:  crossline knowledge add lantern our-group.toml
    """
    name = re.sub(r"[^A-Za-z0-9_-]+", "-", file.name.partition(".")[0]) or "added"
    if name == "base":
        raise UsageError(
            f"{file}: `base` is kept for `knowledge update`. Give the file another name"
        )
    _keep(case, file, f"{name}.json")


@_commands.command("update")
def update_command(case: CaseFolder, file: KnowledgeFile) -> None:
    """Take another base instead of what crossline ships, such as a newer ATT&CK.

    Remove CASE/knowledge/base.json to go back.

    Example:  crossline knowledge update lantern enterprise-attack.json
    """
    _keep(case, file, "base.json")


@_commands.command("list")
def list_command(case: CaseFolder) -> None:
    """Say what a case knows, file by file: groups, software, relations, reports and their years.

    Example:  crossline knowledge list lantern
    """
    files = case_files(open_case(case).root)
    if not any(path.name == "base.json" for path in files):
        typer.echo(_line("shipped", shipped_knowledge()))
    for path in files:
        typer.echo(_line(str(path), read_compact(path)))


def _keep(case: Path, file: Path, name: str) -> None:
    knowledge = read_knowledge(file)
    folder = open_case(case).root / FOLDER
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(encode_compact(knowledge) + b"\n")
    typer.echo(_line(str(folder / name), knowledge))


def _line(place: str, knowledge: Knowledge) -> str:
    years = sorted(each.year for each in knowledge.reports.values() if each.year)
    span = f", {years[0]} to {years[-1]}" if years else ""
    return (
        f"{place}: {counted(len(knowledge.groups), 'group')}, "
        f"{len(knowledge.software):,} software, {counted(len(knowledge.relations), 'relation')}, "
        f"{counted(len(knowledge.reports), 'report')}{span}"
    )
