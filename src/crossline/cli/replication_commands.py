"""`replicate`: judge what analysts published, from the facts they told."""

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("replicate")(replicate_command)


def replicate_command(
    case: Annotated[
        Path, typer.Argument(metavar="CASE.json", help="Several clusters as published.")
    ],
    knowledge: Annotated[
        Path | None,
        typer.Option(
            metavar="KB", help="Compact knowledge of groups; without it no group is named."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    inferred: Annotated[
        bool, typer.Option(help="Use facts that were concluded and not read.")
    ] = True,
    giveaways: Annotated[bool, typer.Option(help="Use facts that point at a group.")] = True,
    private_software: Annotated[bool, typer.Option(help="Use software that is not public.")] = True,
) -> None:
    """Judge a published case from its facts: who each cluster is, and how they are related.

    Reads the clusters, the relations between them, what was visible and the cut-off of knowledge,
    never a title, a source or a conclusion. Weights for told relations are reasoned, so these
    probabilities are not calibrated.

    Example:  crossline replicate case.json --knowledge attack.json.gz --json
    """
    # Imported here: other commands need not wait for them.
    import msgspec
    import orjson

    from crossline.kernel.errors import UsageError
    from crossline.kernel.words import percent
    from crossline.knowledge import read_compact, shipped_knowledge
    from crossline.replication import Run, attributor, decode_case, replicate

    try:
        told = decode_case(case.read_bytes())
    except FileNotFoundError:
        raise UsageError(f"{case}: no such file") from None
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise UsageError(f"{case}: not a replication case: {error}") from None
    seen = Run(inferred, giveaways, private_software).of(told)
    known = read_compact(knowledge) if knowledge else shipped_knowledge()
    answer = replicate(seen, attributor(known, seen.before))
    if as_json:
        typer.echo(orjson.dumps(answer).decode())
        return
    for name, p in sorted(answer["coordination"].items(), key=lambda each: -each[1]):
        typer.echo(f"{percent(p):>5}  {name}")
    typer.echo(f"decided most by: {answer['deciding_fact']['fact'] or 'nothing told'}")
    for record in answer["deciding_fact"]["records"]:
        typer.echo(f"would settle it: {record}")
