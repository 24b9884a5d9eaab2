"""The commands. The stage commands are made from `pipeline.STAGES`."""

import re
import signal
import sys
import traceback
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated

import msgspec
import typer

import crossline
from crossline.case import Case, init_case, lint_case, open_case
from crossline.cli import (
    attribution_commands,
    case_commands,
    cluster_commands,
    coordination_commands,
    evidence_commands,
    key_commands,
    knowledge_commands,
    replication_commands,
    rule_commands,
    scenario_commands,
    share_commands,
    table_commands,
)
from crossline.cli.progress import Terminal
from crossline.kernel.errors import CrosslineError, ExitCode, UsageError
from crossline.pipeline import STAGES, Stage, run_stage
from crossline.store import Store

__all__ = ["app", "main"]

_WrongUse: type[Exception] = typer.BadParameter.__mro__[2]
"""The base of all that Typer raises for a wrong argument; it has no public name of its own."""

_DIGITS = re.compile(r"\d{7,}")
_MORE_THAN_A_STAGE = ("attribute", "cluster", "coordinate")
"""Commands that have a form of their own beside the stage of a case."""

app = typer.Typer(
    name="crossline",
    help="Logs of several organisations in, evidence-backed judgements out. Offline, and purely "
    "defensive: evidence is read, never changed.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

CaseFolder = Annotated[Path, typer.Argument(metavar="CASE", help="The case folder.")]
Rules = Annotated[
    list[str] | None,
    typer.Option(
        "--rules",
        metavar="DIR|ZIP|FILE",
        help="Rules to run instead of the case's; repeat it for several. `builtin` is "
        "crossline's own pack.",
    ),
]
Workers = Annotated[
    int | None,
    typer.Option("--workers", min=0, help="Processes that read and match. 0: one per core."),
]
AllEvents = Annotated[
    bool,
    typer.Option("--all-events", help="Export every event, not only those that a result rests on."),
]
KeyFile = Annotated[
    Path | None,
    typer.Option(
        "--key-file",
        metavar="FILE",
        help="The key of subscribers' pseudonyms. Default: CROSSLINE_KEY_FILE, CROSSLINE_KEY, the "
        "key made earlier for this case, a new one.",
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress on standard error.")]


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"crossline {crossline.__version__}")
        raise typer.Exit


@app.callback()
def _root(
    debug: Annotated[
        bool, typer.Option("--debug", help="Show a traceback for crossline's own faults.")
    ] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Options that stand before the command; `main` looks for `--debug` itself."""


def _case(
    root: Path,
    rules: Sequence[str] | None,
    workers: int | None,
    all_events: bool,
    key_file: Path | None,
) -> Case:
    """The case with the settings that the command line overrides."""
    case = open_case(root)
    changes: dict[str, dict[str, object]] = {}
    if rules:
        paths = tuple(each if each == "builtin" else str(Path(each).absolute()) for each in rules)
        changes["detect"] = {"rules": paths}
    if workers is not None:
        changes["run"] = {"workers": workers}
    if all_events:
        changes["report"] = {"all_events": True}
    sections = {
        name: msgspec.structs.replace(getattr(case.settings, name), **change)
        for name, change in changes.items()
    }
    settings = msgspec.structs.replace(case.settings, **sections)
    return replace(case, settings=settings, key_file=key_file)


def _run(case: Case, stages: Sequence[Stage], quiet: bool) -> None:
    with Terminal(quiet) as terminal:
        for stage in stages:
            if not run_stage(stage, case, terminal):
                terminal.say(f"{stage.name}: up to date")
        if stages[-1].makes:
            terminal.say(f"report: {case.report / 'index.html'}")
        unused = _unused(Store(case.store))
        if unused:
            terminal.say(unused)
            raise typer.Exit(ExitCode.INCOMPLETE)


def _unused(store: Store) -> str:
    """One line on what was not used, or an empty text."""
    kinds = store.read("problems", ["kind", "count"]).to_pylist()
    counts: dict[str, int] = {}
    for row in kinds:
        if row["kind"] not in ("withheld", "time", "incomplete"):
            counts[row["kind"]] = counts.get(row["kind"], 0) + row["count"]
    words = ", ".join(
        f"{count:,} {kind}{'s' if count != 1 else ''}" for kind, count in sorted(counts.items())
    )
    return f"done, but not used: {words}; each stands in the report under Problems" if words else ""


@app.command("init")
def init(case: CaseFolder) -> None:
    """Make a new case folder.

    Writes a commented crossline.toml and the side tables with their headers. Files that are there
    already are left alone. Put the logs under CASE/evidence/ORGANISATION/.

    Example:  crossline init lantern && cp -r /mnt/logs lantern/evidence/org-1
    """
    for path in init_case(case):
        typer.echo(f"made {path}")
    typer.echo(
        f"next: put logs under {case / 'evidence'}/ORGANISATION/ and run `crossline run {case}`"
    )


@app.command("lint")
def lint(case: CaseFolder) -> None:
    """Name every fault of a case's settings and side tables, with file, line and remedy.

    Example:  crossline lint lantern
    """
    if not case.is_dir():
        raise UsageError(f"{case}: no such folder. `crossline init {case}` makes a new case")
    faults = lint_case(case)
    for fault in faults:
        typer.echo(str(fault))
    if faults:
        raise typer.Exit(ExitCode.USAGE)
    typer.echo(f"{case}: no fault found", err=True)


@app.command("run")
def run(
    case: CaseFolder,
    rules: Rules = None,
    workers: Workers = None,
    all_events: AllEvents = False,
    key_file: KeyFile = None,
    quiet: Quiet = False,
) -> None:
    """Do everything: read evidence, run the rules, find intrusions, write the report.

    Stages whose inputs, settings and code are unchanged are skipped. Interrupt it at any moment
    and run it again: it goes on from there.

    Example:  crossline run lantern

    Example:  crossline run lantern --rules builtin --rules sigma-rules.zip
    """
    _run(_case(case, rules, workers, all_events, key_file), STAGES, quiet)


def _stage_command(stage: Stage) -> None:
    def command(
        case: CaseFolder,
        rules: Rules = None,
        workers: Workers = None,
        all_events: AllEvents = False,
        key_file: KeyFile = None,
        quiet: Quiet = False,
    ) -> None:
        _run(_case(case, rules, workers, all_events, key_file), [stage], quiet)

    reads = ", ".join(sorted(stage.reads)) if len(stage.reads) < 12 else "every table"
    writes = ", ".join(sorted(stage.writes)) or "files under CASE/report"
    command.__doc__ = (
        f"{stage.does}\n\nReads: {reads}.\n\nWrites: {writes}.\n\n"
        f"Example:  crossline {stage.name} lantern"
    )
    app.command(stage.name)(command)


def _run_one(name: str, case: Path, quiet: bool) -> None:
    """Run one stage, for a command that does more than its stage."""
    _run(open_case(case), [stage for stage in STAGES if stage.name == name], quiet)


for _stage in STAGES:
    if _stage.name not in _MORE_THAN_A_STAGE:
        _stage_command(_stage)
cluster_commands.register(app, partial(_run_one, "cluster"))
attribution_commands.register(app, partial(_run_one, "attribute"))
coordination_commands.register(app, partial(_run_one, "coordinate"))
replication_commands.register(app)
knowledge_commands.register(app)
evidence_commands.register(app)
scenario_commands.register(app)
case_commands.register(app)
rule_commands.register(app)
share_commands.register(app)
table_commands.register(app)
key_commands.register(app)


def main() -> None:
    """Run the command line and leave with an exit code of `docs/reference/exit-codes.md`."""
    debug = "--debug" in sys.argv
    signal.signal(signal.SIGTERM, _interrupted)
    try:
        code = app(standalone_mode=False)
    except CrosslineError as error:
        code = _complain(str(error), error.exit_code)
    except _WrongUse as error:
        code = _complain(str(error), ExitCode.USAGE)
    except (KeyboardInterrupt, typer.Abort):
        code = ExitCode.INTERRUPTED
    except SystemExit as error:  # what Typer makes of a reader that closed the pipe
        code = ExitCode.DONE if isinstance(error.__context__, BrokenPipeError) else error.code
    except OSError as error:
        if debug:
            traceback.print_exc()
        what = f"{error.filename or 'a file'}: {error.strerror or error}"
        code = _complain(f"{what}. Check space and permissions", ExitCode.FAULT)
    except Exception as error:
        if debug:
            typer.echo(_DIGITS.sub("…", traceback.format_exc()), err=True)
        kind = type(error).__name__
        # What a library says of a value may hold the value.
        what = _DIGITS.sub("…", str(error))
        code = _complain(
            f"crossline's own fault: {kind}: {what}. `--debug` shows where", ExitCode.FAULT
        )
    if code == ExitCode.INTERRUPTED:
        _complain("interrupted; run it again and it goes on from there", ExitCode.INTERRUPTED)
    sys.exit(int(code or 0))


def _interrupted(number: int, frame: object) -> None:
    """Ended from outside: as by Ctrl-C, so that workers end too."""
    raise KeyboardInterrupt


def _complain(line: str, code: ExitCode) -> ExitCode:
    typer.echo(f"crossline: {' '.join(line.split())}", err=True)
    return code
