"""`attribute`: the stage of a case, or one observation against one body of knowledge."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from crossline.kernel.errors import UsageError

__all__ = ["register"]


def register(app: typer.Typer, run_stage: Callable[[Path, bool], None]) -> None:
    """Add the command to the application; `run_stage` runs the stage of a case folder."""

    @app.command("attribute")
    def attribute(
        folder: Annotated[
            Path | None, typer.Argument(metavar="[CASE]", help="The case folder.")
        ] = None,
        knowledge: Annotated[
            Path | None,
            typer.Option(metavar="KB.json", help="Compact knowledge; instead of a case folder."),
        ] = None,
        case: Annotated[
            Path | None, typer.Option(metavar="CASE.json", help="What was observed, one object.")
        ] = None,
        out: Annotated[
            Path | None, typer.Option(metavar="ANSWER.json", help="The answer to write.")
        ] = None,
        quiet: Annotated[
            bool, typer.Option("--quiet", "-q", help="No progress on standard error.")
        ] = False,
    ) -> None:
        """Give each cluster a probability over the known groups and none of these.

        With a case folder: reads clusters and what is known of their intrusions, writes the
        tables of attribution. With --knowledge, --case and --out: answers one observation
        `{"case_id": …, "observed": {"techniques": […], "software": […], "year": …}}` by `ranking`,
        `unknown` and `assert`, and reads nothing but those two files.

        Example:  crossline attribute lantern

        Example:  crossline attribute --knowledge kb.json --case case.json --out answer.json
        """
        if folder is not None and (knowledge or case or out) is None:
            run_stage(folder, quiet)
        elif folder is None and knowledge and case and out:
            # Imported here: other commands need not wait for it.
            from crossline.attribution.benchmark import answer_file

            answer_file(knowledge, case, out)
        else:
            raise UsageError("give a case folder, or --knowledge, --case and --out together")
