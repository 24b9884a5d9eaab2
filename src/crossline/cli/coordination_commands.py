"""`coordinate`: the stage of a case, or pairs of clusters given as JSON lines."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from crossline.kernel.errors import UsageError

__all__ = ["register"]


def register(app: typer.Typer, run_stage: Callable[[Path, bool], None]) -> None:
    """Add the command to the application; `run_stage` runs the stage of a case folder."""

    @app.command("coordinate")
    def coordinate(
        folder: Annotated[
            Path | None, typer.Argument(metavar="[CASE]", help="The case folder.")
        ] = None,
        cases: Annotated[
            Path | None,
            typer.Option(metavar="JSONL", help="Pairs of clusters, instead of a case folder."),
        ] = None,
        out: Annotated[
            Path | None, typer.Option(metavar="JSONL", help="The answers, one a line.")
        ] = None,
        quiet: Annotated[
            bool, typer.Option("--quiet", "-q", help="No progress on standard error.")
        ] = False,
    ) -> None:
        """Judge how clusters are related, each item of evidence against chance.

        With a case folder: compares every pair of its clusters and writes the tables of
        coordination. With --cases and --out: judges pairs given one a line; each answer is
        `{"case_id": …, "p": {"H0": …, …, "H5": …}}`: coincidence, common tasking, common interest,
        piggyback, shared tool source, same operator.

        Example:  crossline coordinate lantern

        Example:  crossline coordinate --cases cases.jsonl --out answers.jsonl
        """
        if folder is not None and (cases or out) is None:
            run_stage(folder, quiet)
        elif folder is None and cases and out:
            # Imported here: other commands need not wait for it.
            from crossline.coordination import coordinate_cases

            count = coordinate_cases(cases, out)
            typer.echo(f"{count} pairs judged: {out}", err=True)
        else:
            raise UsageError("give a case folder, or --cases and --out together")
