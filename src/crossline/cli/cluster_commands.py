"""The command `cluster`: the stage of a case, or one case file against one knowledge file."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from crossline.kernel.errors import UsageError

__all__ = ["register"]


def register(app: typer.Typer, run_stage: Callable[[Path, bool], None]) -> None:
    """Add the command; `run_stage` runs the stage on a case folder, quietly or not."""

    @app.command("cluster")
    def cluster(
        case: Annotated[
            Path | None, typer.Argument(metavar="CASE", help="The case folder.")
        ] = None,
        knowledge: Annotated[
            Path | None,
            typer.Option("--knowledge", metavar="JSON", help="Compact knowledge to measure by."),
        ] = None,
        items: Annotated[
            Path | None,
            typer.Option("--case", metavar="JSON", help="Observations to cluster, in one file."),
        ] = None,
        out: Annotated[
            Path | None,
            typer.Option("--out", metavar="JSON", help="Where the clusters and pairs are written."),
        ] = None,
        quiet: Annotated[
            bool, typer.Option("--quiet", "-q", help="No progress on standard error.")
        ] = False,
    ) -> None:
        """Find which intrusions are one actor's: in a case, or among observations in one file.

        For a case folder it reads the signs of each intrusion from its events, and writes traits,
        pair_weights, clusters and cluster_members. With `--knowledge`, `--case` and `--out` it
        clusters observations of techniques and software, looking at these two files only.

        Example:  crossline cluster lantern

        Example:  crossline cluster --knowledge kb.json --case case.json --out answer.json
        """
        files = (knowledge, items, out)
        if case is not None and not any(files):
            run_stage(case, quiet)
        elif case is None and knowledge and items and out:
            # Imported here: other commands need not wait for it.
            from crossline.clusters.catalogued import cluster_case

            cluster_case(knowledge, items, out)
        else:
            raise UsageError("cluster needs a case folder, or --knowledge, --case and --out")
