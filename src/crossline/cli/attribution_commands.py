"""`attribute`: one observation against one body of knowledge."""

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("attribute")(attribute_command)


def attribute_command(
    knowledge: Annotated[
        Path, typer.Option(metavar="KB.json", help="Compact knowledge of groups.")
    ],
    case: Annotated[Path, typer.Option(metavar="CASE.json", help="What was observed, one object.")],
    out: Annotated[Path, typer.Option(metavar="ANSWER.json", help="The answer to write.")],
) -> None:
    """Give one observation a probability over the known groups and none of these.

    The observation is `{"case_id": …, "observed": {"techniques": […], "software": […],
    "year": …}}`, the answer holds `ranking`, `unknown` and `assert`. Nothing but the two files is
    read.

    Example:  crossline attribute --knowledge kb.json --case case.json --out answer.json
    """
    # Imported here: other commands need not wait for it.
    from crossline.attribution.benchmark import answer_file

    answer_file(knowledge, case, out)
