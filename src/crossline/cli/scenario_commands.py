"""`crossline scenario`: builds the synthetic telecom world, whose truth is known."""

import sys
from pathlib import Path
from typing import Annotated

import orjson
import typer

from crossline.scenario import PROFILES, build
from crossline.scenario.scoring import score

__all__ = ["register"]

scenario = typer.Typer(
    name="scenario",
    help="The synthetic telecom world: logs of invented operators, and what is true of them.",
    no_args_is_help=True,
)


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.add_typer(scenario)


@scenario.command("build")
def build_command(
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="A new or empty folder, or a built world.")
    ],
    world: Annotated[
        str,
        typer.Option(
            "--world",
            help="H0 coincidence, H1 common tasking, H2 common interest, H3 piggyback, H4 common "
            "tool supplier.",
        ),
    ] = "H1",
    profile: Annotated[
        str, typer.Option("--profile", help="How much: " + ", ".join(PROFILES) + ".")
    ] = "test",
    seed: Annotated[
        int,
        typer.Option(
            "--seed", min=0, help="0: the world as specified. Any other draws names and days anew."
        ),
    ] = 0,
) -> None:
    """Build a world: DIR/case with its logs, DIR/truth and DIR/case.key beside it.

    The same arguments write the same bytes. Everything is invented.

    Example:  crossline scenario build --world H1 --out world && crossline run world/case
    """
    built = build(out, world, profile, seed)
    typer.echo(
        f"made {built.case} ({built.records:,} records), {built.truth} and {built.key}; "
        f"next: `crossline run {built.case}`"
    )


@scenario.command("score")
def score_command(
    truth: Annotated[Path, typer.Argument(metavar="TRUTH", help="The truth of a built world.")],
    case: Annotated[Path, typer.Argument(metavar="CASE", help="Its case, run to the report.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Score a case's results against the truth of its world.

    Each section stands for one table of the truth. What a stage did not deliver scores zero; `-`
    stands where the world asks nothing.

    Example:  crossline scenario score world/truth world/case
    """
    scores = score(truth, case)
    if as_json:
        sys.stdout.write(orjson.dumps(scores).decode() + "\n")
        return
    for section, figures in scores.items():
        typer.echo(section)
        for name, value in figures.items():
            typer.echo(f"  {name:<38} {'-' if value is None else f'{value:10.3f}'}")
