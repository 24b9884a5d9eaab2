"""Commands that judge pairs of clusters: `coordinate`."""

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command("coordinate")(coordinate_command)


def coordinate_command(
    cases: Annotated[
        Path, typer.Option("--cases", metavar="JSONL", help="Pairs of clusters, one a line.")
    ],
    out: Annotated[Path, typer.Option("--out", metavar="JSONL", help="The answers, one a line.")],
) -> None:
    """Judge pairs of clusters given as JSON lines: independent, or how they are related.

    Each answer is `{"case_id": …, "p": {"H0": …, …, "H5": …}}`: coincidence, common tasking, common
    interest, piggyback, shared tool source, same operator.

    Example:  crossline coordinate --cases cases.jsonl --out answers.jsonl
    """
    # Imported here: other commands need not wait for numpy.
    from crossline.coordination import coordinate_cases

    count = coordinate_cases(cases, out)
    typer.echo(f"{count} pairs judged: {out}", err=True)
