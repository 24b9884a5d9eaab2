"""The command that writes a report for one audience."""

from pathlib import Path
from typing import Annotated

import typer

from crossline.case import open_case
from crossline.cli.progress import Terminal
from crossline.kernel.errors import UsageError
from crossline.sharing import share

__all__ = ["register"]

_MARKINGS = ("red", "amber+strict", "amber", "green", "clear")


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("share")(share_command)


def share_command(
    case: Annotated[Path, typer.Argument(metavar="CASE", help="A case that was run.")],
    audience: Annotated[
        str, typer.Option("--audience", metavar="ORGANISATION", help="Whose rows it holds.")
    ],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="The folder to write.")],
    tlp: Annotated[
        str | None,
        typer.Option(
            "--tlp",
            help="Traffic Light Protocol marking; `clear` names no host, account, file or text of "
            "a record. Default: the case's.",
        ),
    ] = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="No progress on standard error.")
    ] = False,
) -> None:
    """Write a report with one organisation's rows only, made anew from them.

    Example:  crossline share lantern --audience org-2 --out for-org-2

    Example:  crossline share lantern --audience org-2 --tlp clear --out public
    """
    opened = open_case(case)
    marking = tlp or opened.settings.case.tlp
    if marking not in _MARKINGS:
        raise UsageError(f"--tlp {marking}: write one of {', '.join(_MARKINGS)}")
    with Terminal(quiet) as terminal:
        share(opened, audience, marking, out, terminal)
        terminal.say(f"report: {out / 'index.html'}")
