"""Commands about rules: `rehunt` runs others over what is stored."""

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import msgspec
import orjson
import pyarrow as pa
import pyarrow.compute as pc
import typer

from crossline.case import Case, open_case
from crossline.cli.progress import Terminal
from crossline.cli.words import printable
from crossline.detections import Change, changed_findings, changed_rules
from crossline.kernel.errors import UsageError
from crossline.pipeline import STAGES, run_stage
from crossline.store import Store

__all__ = ["register"]

CaseFolder = Annotated[Path, typer.Argument(metavar="CASE", help="The case folder.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress on standard error.")]
_Rules = list[tuple[str, str]]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command("rehunt")(rehunt_command)


def rehunt_command(
    case: CaseFolder,
    rules: Annotated[
        list[str] | None,
        typer.Option(
            "--rules",
            metavar="DIR|ZIP|FILE",
            help="Rules to run instead of the case's; repeat it for several. `builtin` is "
            "crossline's own pack. Default: the case's, which may have changed.",
        ),
    ] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", min=0, help="Processes. 0: one per core.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a finding.")] = False,
    quiet: Quiet = False,
) -> None:
    """Run other rules over the stored events, and say what that changes.

    Only rules that are new or changed run, each only over the parts of the store that hold records
    of its log source; the tables are those of a full run. Named is each finding that is new,
    changed (by another version of its rule) or withdrawn. `crossline run` with the same rules then
    brings stories and report up to date.

    Example:  crossline rehunt lantern --rules builtin --rules sigma-rules.zip

    Example:  crossline rehunt lantern --rules new-rules/ --json | jq .change
    """
    opened = _with(open_case(case), rules, workers)
    store = Store(opened.store)
    if not store.exists("events"):
        raise UsageError(f"{case}: no events are stored. `crossline ingest {case}` reads them")
    detections, known = store.read("detections"), _rules(store)
    with Terminal(quiet) as terminal:
        run_stage(next(each for each in STAGES if each.name == "detect"), opened, terminal)
        counts: Counter[str] = Counter()
        for change in changed_findings(_of_rules(detections), _of_rules(store.read("detections"))):
            counts[change.kind] += 1
            sys.stdout.write(_json(change) if as_json else _line(change))
        moved = changed_rules(known, _rules(store))
        terminal.say(f"rules: {_total({kind: len(ids) for kind, ids in moved.items()})}")
        terminal.say(f"findings: {_total({k: counts[k] for k in ('new', 'changed', 'withdrawn')})}")


def _with(case: Case, rules: list[str] | None, workers: int | None) -> Case:
    """The case with the settings that the command line overrides."""
    settings = case.settings
    if rules:
        paths = tuple(each if each == "builtin" else str(Path(each).absolute()) for each in rules)
        detect = msgspec.structs.replace(settings.detect, rules=paths)
        settings = msgspec.structs.replace(settings, detect=detect)
    if workers is not None:
        run = msgspec.structs.replace(settings.run, workers=workers)
        settings = msgspec.structs.replace(settings, run=run)
    return replace(case, settings=settings)


def _of_rules(detections: pa.Table) -> pa.Table:
    """Without the sightings of indicators, which no rule gives."""
    return detections.filter(pc.not_equal(detections["kind"], "indicator"))


def _rules(store: Store) -> _Rules:
    rows = store.read("rule_status", ["rule_id", "pack", "rule_hash"]).to_pylist()
    return [(row["rule_id"], row["rule_hash"]) for row in rows if row["rule_hash"]]


def _total(counts: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {kind}" for kind, count in counts.items())


def _json(change: Change) -> str:
    row: dict[str, Any] = change.row | {"matched": dict(change.row["matched"])}
    return orjson.dumps({"change": change.kind, **row}).decode() + "\n"


def _line(change: Change) -> str:
    return printable(" ".join(_words(change))) + "\n"


def _words(change: Change) -> Iterator[str]:
    row = change.row
    yield f"{change.kind:<9}"
    yield f"{row['time']:%Y-%m-%dT%H:%M:%SZ}" if row["time"] else "no time             "
    yield f"{row['level'] or '-':<8} {row['organisation']} {row['host'] or '-'} "
    yield f"{row['rule_title']} (by {row['rule_author'] or 'unknown'})  {row['detection_id']}"
