"""Commands that an analyst gives a case: `decide`, `verify` and `sweep`."""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import msgspec
import orjson
import pyarrow.compute as pc
import typer

from crossline.case import (
    KINDS,
    Case,
    Decision,
    add_decision,
    day_of,
    in_force,
    new_decision,
    open_case,
    read_decisions,
    take_back,
)
from crossline.cli.progress import Terminal
from crossline.cli.words import printable
from crossline.ingest import MOST_SHOWN, Check, State, verify
from crossline.kernel.errors import ExitCode, UsageError
from crossline.pipeline import STAGES, run_stage
from crossline.store import Store
from crossline.store.subjects import named

__all__ = ["register"]

# Further ones are counted: a file whose every record changed would hide the other files.
_MOST_TOLD = 20
CaseFolder = Annotated[Path, typer.Argument(metavar="CASE", help="The case folder.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command("decide")(decide_command)
    app.command("verify")(verify_command)
    app.command("sweep")(sweep_command)


def decide_command(
    case: CaseFolder,
    kind: Annotated[
        str | None, typer.Argument(metavar="[KIND]", help="One of " + ", ".join(KINDS) + ".")
    ] = None,
    subject: Annotated[
        str | None,
        typer.Argument(
            metavar="[SUBJECT]",
            help="What it is about: the id of a detection, event, intrusion or rule, or a host.",
        ),
    ] = None,
    about: Annotated[
        str | None,
        typer.Argument(
            metavar="[OBJECT]",
            help="The host or organisation where it holds; the other intrusion for a cluster.",
        ),
    ] = None,
    analyst: Annotated[str, typer.Option("--analyst", help="Who decides.")] = "",
    reason: Annotated[str, typer.Option("--reason", help="Why.")] = "",
    expires: Annotated[
        str,
        typer.Option(
            "--expires",
            metavar="DATE",
            help="The last day on which it holds, looked at on the day of the last event.",
        ),
    ] = "",
    show: Annotated[bool, typer.Option("--list", help="List the decisions of the case.")] = False,
    undo: Annotated[
        str | None, typer.Option("--undo", metavar="DECISION_ID", help="Take a decision back.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a decision.")] = False,
) -> None:
    """Write down what an analyst decided, list it, or take it back.

    Decisions stand in CASE/decisions.csv and change the tables with the next `crossline run`. A
    suppressed detection stays in its table and names the decision.

    Example:  crossline decide lantern false_positive de_1f… --analyst kim --reason "backup job"

    Example:  crossline decide lantern exclude WS-TEST1 --analyst kim --reason "lab machine"

    Example:  crossline decide lantern --list

    Example:  crossline decide lantern --undo dc_7a…
    """
    opened = open_case(case)
    wanted = (show, undo is not None, kind is not None)
    if sum(wanted) != 1:
        raise UsageError("decide: give KIND and SUBJECT, or --list, or --undo DECISION_ID")
    if show:
        _write(_stated(opened), as_json)
    elif undo is not None:
        _write([{**asdict(take_back(opened, undo)), "state": "taken back"}], as_json)
    else:
        now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
        decision = new_decision(
            kind or "", subject or "", about or "", analyst, reason, expires, now
        )
        _check(opened, decision)
        add_decision(opened, decision)
        _write([{**asdict(decision), "state": "written"}], as_json)


def _check(case: Case, decision: Decision) -> None:
    """Subject and object are something of the case, of a sort that the kind speaks of."""
    kind, store = KINDS[decision.kind], Store(case.store)
    if kind.needs_object and not decision.object:
        raise UsageError(f"decide: {decision.kind} is about two intrusions: name the other, too")
    for role, text, sorts in (
        ("subject", decision.subject, kind.subjects),
        ("object", decision.object, kind.objects),
    ):
        found = named(store, text) if text else set(sorts)
        if not found:
            raise UsageError(
                f"{text}: nothing in {case.root} has that name. Has `crossline run {case.root}` "
                "been run?"
            )
        if found.isdisjoint(sorts):
            raise UsageError(
                f"{text}: is a name of {', '.join(sorted(found))}, but the {role} of "
                f"{decision.kind} is one of {', '.join(sorts)}"
            )


def _stated(case: Case) -> Iterable[dict[str, str]]:
    """The decisions, each with whether it holds."""
    store = Store(case.store)
    decisions = read_decisions(case)
    last = pc.max(store.read("sources", ["last_time"])["last_time"]).as_py()
    holding = in_force(decisions, day_of(case, last))
    for each in decisions:
        state = "holds" if each in holding else "expired"
        if not named(store, each.subject):
            state += ", but nothing in the case has the name of its subject"
        yield {**asdict(each), "state": state}


def _write(decisions: Iterable[dict[str, str]], as_json: bool) -> None:
    for each in decisions:
        if as_json:
            sys.stdout.write(orjson.dumps(each).decode() + "\n")
            continue
        about = f" at {each['object']}" if each["object"] else ""
        if KINDS[each["kind"]].needs_object:
            about = f" as {each['object']}"
        until = f", until {each['expires']}" if each["expires"] else ""
        line = (
            f"{each['decision_id']}  {each['state']}: {each['kind']} {each['subject']}{about}, "
            f"by {each['analyst']} ({each['time'] or 'no time'}){until}: {each['reason']}"
        )
        sys.stdout.write(printable(line) + "\n")


_STATES: dict[State, str] = {
    "as_stored": "as stored",
    "changed": "other content than was read",
    "gone": "gone",
    "unreadable": "cannot be read any more",
    "read_otherwise": "content as stored, but the settings or the reader are not those it was "
    "read with: `crossline ingest` reads it again",
    "new": "not read yet: `crossline ingest` reads it",
}


def verify_command(
    case: CaseFolder,
    records: Annotated[
        bool,
        typer.Option("--records", help="Compare every record, also of files that did not change."),
    ] = False,
    workers: Annotated[
        int | None, typer.Option("--workers", min=0, help="Processes. 0: one per core.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a source.")] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="No progress on standard error.")
    ] = False,
) -> None:
    """Check that the evidence is still what the store was made from. Nothing is changed.

    Every file is hashed again. Where the content of a file changed, its records are read again and
    compared with the stored ones: which are missing, altered or added. Exit code 0: all is as
    stored; 3: something differs.

    Example:  crossline verify lantern

    Example:  crossline verify lantern --records --json > verified.jsonl
    """
    opened = _with_workers(open_case(case), workers)
    counts: Counter[State] = Counter()
    differing = 0
    with Terminal(quiet) as terminal:
        for check in verify(opened, terminal, records):
            counts[check.state] += 1
            differing += check.differs
            if as_json:
                stated = {**asdict(check), "differs": check.differs}
                sys.stdout.write(orjson.dumps(stated).decode() + "\n")
            elif check.differs:
                sys.stdout.writelines(line + "\n" for line in _told(check))
        total = ", ".join(f"{counts[state]:,} {state.replace('_', ' ')}" for state in counts)
        terminal.say(f"{sum(counts.values()):,} sources: {total or 'none'}; {differing:,} differ")
    if differing:
        raise typer.Exit(ExitCode.INCOMPLETE)


def _told(check: Check) -> Iterator[str]:
    """What differs of a source, in words, the records that differ below it."""
    member = "" if check.member is None else f"!{check.member}"
    reason = f" ({check.reason})" if check.reason else ""
    yield printable(f"{check.evidence_path}{member}: {_STATES[check.state]}{reason}")
    if check.sha256 and check.sha256_now and check.sha256 != check.sha256_now:
        yield f"  SHA-256 was {check.sha256}"
        yield f"  SHA-256 is  {check.sha256_now}"
    compared = check.records
    if compared is None:
        if check.state in ("gone", "unreadable"):
            yield f"  {check.stored:,} stored records cannot be checked"
        return
    yield (
        f"  records: {compared.same:,} as stored, {compared.missing:,} missing, "
        f"{compared.altered:,} altered, {compared.added:,} added"
    )
    for change in compared.changes[:_MOST_TOLD]:
        ids = " is now ".join(each for each in (change.event_id, change.event_id_now) if each)
        yield f"  {change.kind} at {change.locator} (record {change.position} of the file): {ids}"
    untold = compared.missing + compared.altered + compared.added - _MOST_TOLD
    if untold > 0:
        yield f"  … and {untold:,} more: `--json` names the first {MOST_SHOWN:,}"


def sweep_command(
    case: CaseFolder,
    indicators: Annotated[
        list[Path],
        typer.Option(
            "--indicators",
            metavar="FILE",
            help="STIX 2.1 bundle, MISP JSON export, or CSV with type,value,source,date; repeat "
            "it for several.",
        ),
    ],
    workers: Annotated[
        int | None, typer.Option("--workers", min=0, help="Processes. 0: one per core.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a sighting.")] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="No progress on standard error.")
    ] = False,
) -> None:
    """Search the stored evidence for indicators of compromise, beside those of the settings.

    Addresses, domains (with what is below them), URLs, file hashes, file names and e-mail
    addresses; defanged ones are understood. Each sighting is a detection that states the
    indicator's source and its age on the day of the event. To keep them in every run, name the
    file under `[detect] indicators` in crossline.toml. Exit code 3: an entry was not used.

    Example:  crossline sweep lantern --indicators feed.stix.json

    Example:  crossline sweep lantern --indicators iocs.csv --json | jq .matched
    """
    opened = _with_workers(open_case(case), workers)
    detect = opened.settings.detect
    files = (*detect.indicators, *(str(path.absolute()) for path in indicators))
    detect = msgspec.structs.replace(detect, indicators=tuple(dict.fromkeys(files)))
    opened = replace(opened, settings=msgspec.structs.replace(opened.settings, detect=detect))
    store = Store(opened.store)
    with Terminal(quiet) as terminal:
        run_stage(next(each for each in STAGES if each.name == "detect"), opened, terminal)
        found = store.read("detections", where=pc.field("kind") == "indicator").to_pylist()
        for row in sorted(found, key=_by_time):
            if as_json:
                sys.stdout.write(orjson.dumps(row | {"matched": dict(row["matched"])}).decode())
                sys.stdout.write("\n")
            else:
                sys.stdout.write(_sighting(row) + "\n")
        feeds = store.read("rule_status", where=pc.field("pack") == "indicators").to_pylist()
        unused = store.read("problems", where=pc.field("found_by") == "rules").to_pylist()
        for row in feeds:
            events = f"{row['events_checked']:,} events"
            terminal.say(f"{row['rule_title']}: {row['hits']:,} sightings in {events}")
        names = {Path(file).name for file in files}
        unused = [row for row in unused if row["evidence_path"] in names]
        for row in unused:
            terminal.say(f"{row['evidence_path']}: {row['count']:,} x {row['reason']}")
    if unused:
        raise typer.Exit(ExitCode.INCOMPLETE)


def _by_time(row: dict[str, Any]) -> tuple[str, str]:
    return (row["time"].isoformat() if row["time"] else "", row["detection_id"])


def _sighting(row: dict[str, Any]) -> str:
    stated = dict(row["matched"])
    fields = ", ".join(name for name in stated if not name.startswith("indicator"))
    time = f"{row['time']:%Y-%m-%dT%H:%M:%SZ}" if row["time"] else "no time"
    return printable(
        f"{time}  {row['organisation']}  {row['host'] or '-'}  {row['rule_title']} in {fields} "
        f"({stated['indicator_source']}, stated {stated['indicator_date']}, "
        f"age {stated['indicator_age_days']} days)  {row['detection_id']}"
    )


def _with_workers(case: Case, workers: int | None) -> Case:
    if workers is None:
        return case
    run = msgspec.structs.replace(case.settings.run, workers=workers)
    return replace(case, settings=msgspec.structs.replace(case.settings, run=run))
