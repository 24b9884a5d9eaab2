"""Commands that work without a case: `scan` and `match`."""

import csv
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import orjson
import typer

from crossline.cli.progress import Terminal
from crossline.detections import HIT_COLUMNS, scan
from crossline.kernel.errors import ExitCode, UsageError
from crossline.sigma import match_file

__all__ = ["register"]

# A whole pack over the events of one log would fill the screen.
_MOST_HINTS = 5
_LEVELS = {"informational": 0, "low": 1, "medium": 2, "high": 3, "critical": 4}


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command("scan")(scan_command)
    app.command("match")(match_command)


def scan_command(
    evidence: Annotated[
        list[Path], typer.Argument(metavar="EVIDENCE...", help="Files or folders.")
    ],
    rules: Annotated[
        list[str] | None,
        typer.Option(
            "--rules",
            metavar="DIR|ZIP|FILE",
            help="Rules; repeat it for several. Default: builtin.",
        ),
    ] = None,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="One JSON object a line.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="CSV with a header.")] = False,
    min_level: Annotated[
        str,
        typer.Option(
            "--min-level", help="Leave out hits below this level: " + ", ".join(_LEVELS) + "."
        ),
    ] = "informational",
    workers: Annotated[
        int, typer.Option("--workers", min=0, help="Processes. 0: one per core.")
    ] = 0,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="No progress on standard error.")
    ] = False,
) -> None:
    """Run rules over evidence without a case; one line or object a hit on standard output.

    Example:  crossline scan /mnt/logs --rules sigma-rules.zip --jsonl | jq .rule_title

    Example:  crossline scan Security.evtx --min-level high
    """
    if jsonl and as_csv:
        raise UsageError("--jsonl and --csv exclude each other: give one")
    if min_level not in _LEVELS:
        raise UsageError(f"--min-level {min_level}: write one of {', '.join(_LEVELS)}")
    for path in evidence:
        if not path.exists():
            raise UsageError(f"{path}: no such file or folder")
    least = _LEVELS[min_level]
    write = _writer(jsonl, as_csv)
    with Terminal(quiet) as terminal:
        result = scan(evidence, rules or ["builtin"], workers, terminal)
        for hit in result.hits:
            if _LEVELS.get(str(hit["level"]), 0) >= least:
                write(hit)
        for line in result.problems:
            terminal.say(line)
    if result.problems:
        raise typer.Exit(ExitCode.INCOMPLETE)


def _writer(jsonl: bool, as_csv: bool) -> Callable[[dict[str, object]], object]:
    if jsonl:
        return lambda hit: sys.stdout.write(orjson.dumps(hit).decode() + "\n")
    if as_csv:
        table = csv.writer(sys.stdout, lineterminator="\n")
        table.writerow(HIT_COLUMNS)
        return lambda hit: table.writerow([_cell(hit[name]) for name in HIT_COLUMNS])
    return lambda hit: sys.stdout.write(_line(hit) + "\n")


def _cell(value: object) -> object:
    return orjson.dumps(value).decode() if isinstance(value, list | dict) else value


def _line(hit: dict[str, object]) -> str:
    """A hit for a person; control characters of log content are shown, not obeyed."""
    place = hit["path"] if hit["member"] is None else f"{hit['path']}!{hit['member']}"
    text = (
        f"{hit['time'] or 'no time':<27} {hit['level']:<13} {hit['host'] or '-'}  "
        f"{hit['rule_title']} (by {hit['rule_author'] or 'unknown'})  {place}:{hit['locator']}"
    )
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


def match_command(
    rules: Annotated[Path, typer.Option("--rules", metavar="FILE|DIR", help="Rules to test.")],
    events: Annotated[
        Path, typer.Option("--events", metavar="FILE.jsonl", help="Flat JSON events, one a line.")
    ],
) -> None:
    """Test rules on flat JSON events; one JSON object a hit on standard output.

    A rule gives {"rule_id", "line"} with lines from 1, a correlation {"rule_id", "time", "group",
    "lines"}, a rule that cannot be honoured {"rule_id", "refused"}. A logsource `product:
    conformance` admits every event; a rule whose log source admits none is named on standard error.

    Example:  crossline match --rules my-rule.yml --events cases.jsonl
    """
    for path in (rules, events):
        if not path.exists():
            raise UsageError(f"{path}: no such file or folder")
    hints: list[str] = []
    for result in match_file(rules, events, hints):
        sys.stdout.write(orjson.dumps(result).decode() + "\n")
    for hint in hints[:_MOST_HINTS]:
        typer.echo(hint, err=True)
    if len(hints) > _MOST_HINTS:
        typer.echo(f"… and {len(hints) - _MOST_HINTS:,} more such rules", err=True)
