"""Commands about rules: `rules` tells which there are, `rehunt` runs others over what is stored."""

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, replace
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
from crossline.detections import (
    Change,
    Document,
    Pack,
    changed_findings,
    changed_rules,
    compared,
    documents,
    packs,
)
from crossline.kernel.errors import UsageError
from crossline.pipeline import STAGES, run_stage
from crossline.store import Store

__all__ = ["register"]

CaseFolder = Annotated[Path, typer.Argument(metavar="CASE", help="The case folder.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress on standard error.")]
_Rules = list[tuple[str, str]]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command("rules")(rules_command)
    app.command("rehunt")(rehunt_command)


def rules_command(
    case: Annotated[
        Path | None,
        typer.Argument(metavar="[CASE]", help="A case, for its rules and their states."),
    ] = None,
    rules: Annotated[
        list[str] | None,
        typer.Option(
            "--rules",
            metavar="DIR|ZIP|FILE",
            help="Rules to look at; repeat it for several. Default: the case's, else builtin.",
        ),
    ] = None,
    compare: Annotated[
        list[str] | None,
        typer.Option(
            "--compare",
            metavar="DIR|ZIP|FILE",
            help="Other rules: say which are new, changed or removed there. Repeat it for several.",
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object a rule, or a change.")
    ] = False,
) -> None:
    """List rule packs: where from, which version, which licence, how many rules, in what state.

    Folders of rules and zips, such as SigmaHQ's release, are read in place. With a case that has
    been run, the state of each rule there is counted, and with `--json` told with its reason: ran,
    degraded, not applicable or refused; likewise what filters and decisions suppress.

    Example:  crossline rules --rules sigma-rules.zip

    Example:  crossline rules lantern --json | jq 'select(.status == "degraded")'

    Example:  crossline rules --rules sigma-2026-07.zip --compare sigma-2026-08.zip
    """
    base, named = Path(), tuple(rules or ("builtin",))
    opened = open_case(case) if case else None
    if opened and not rules:
        base, named = opened.root, (*opened.settings.detect.rules, *opened.settings.detect.filters)
    if compare:
        _compare(documents(named, base), documents(compare, Path()), as_json)
    elif as_json:
        _write_rules(documents(named, base), opened)
    else:
        for pack in packs(named, base):
            sys.stdout.writelines(_pack_lines(pack, opened))
        sys.stdout.writelines(_suppression_lines(opened))


def _compare(before: list[Document], after: list[Document], as_json: bool) -> None:
    changes = compared(before, after)
    for kind, document in changes:
        if as_json:
            line = orjson.dumps({"change": kind, **asdict(document)}).decode()
        else:
            level = document.level or document.kind
            line = f"{kind:<8} {level:<13} {document.title} ({document.pack}/{document.path})"
        sys.stdout.write((line if as_json else printable(line)) + "\n")
    counts = Counter(kind for kind, _ in changes)
    total = _total({kind: counts[kind] for kind in ("new", "changed", "removed")})
    typer.echo(f"rules: {total}", err=True)


def _states(case: Case | None) -> dict[tuple[str, str], dict[str, Any]]:
    """What became of each rule in the case, by id and pack; nothing without a run."""
    if case is None:
        return {}
    rows = Store(case.store).read("rule_status").to_pylist()
    return {(row["rule_id"], row["pack"]): row for row in rows}


def _write_rules(found: list[Document], case: Case | None) -> None:
    states = _states(case)
    for document in found:
        stated = states.get((document.rule_id, document.pack), {})
        refused = "refused" if document.refused else None
        row = {
            **asdict(document),
            "status": stated.get("status", refused),
            "reason": stated.get("reason", document.refused),
            "events_checked": stated.get("events_checked"),
            "hits": stated.get("hits"),
            "techniques": stated.get("techniques"),
        }
        sys.stdout.write(orjson.dumps(row).decode() + "\n")
    packed = {(document.rule_id, document.pack) for document in found}
    for key, row in sorted(_states(case).items()):
        if key not in packed and row["kind"] == "detector":
            sys.stdout.write(orjson.dumps(row).decode() + "\n")


def _pack_lines(pack: Pack, case: Case | None) -> Iterator[str]:
    kinds = ", ".join(
        f"{count:,} {kind if kind == 'refused' or count == 1 else kind + 's'}"
        for kind, count in sorted(pack.kinds.items())
    )
    yield f"{printable(pack.name)}: {kinds or 'no rule'}\n"
    yield f"  from     {printable(pack.path)}\n"
    yield f"  version  {printable(pack.version)}\n"
    yield f"  licence  {printable(pack.licence)}\n"
    states = Counter(row["status"] for (_, name), row in _states(case).items() if name == pack.name)
    if states:
        counts = _total({state.replace("_", " "): states[state] for state in sorted(states)})
        yield f"  states   {counts}\n"


def _suppression_lines(case: Case | None) -> Iterator[str]:
    """How many detections each filter and each decision suppresses."""
    if case is None:
        return
    detections = Store(case.store).read("detections", ["detection_id", "suppressed_by"])
    for row in pc.value_counts(detections["suppressed_by"].drop_null()).to_pylist():
        yield printable(f"{row['values']}: suppresses {row['counts']:,} detections") + "\n"


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
