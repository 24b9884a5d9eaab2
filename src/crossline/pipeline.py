"""The stages in order: what each reads, what it writes, and the function that does it.

The command line, the progress display, the incremental re-run, the documentation and the tests
are derived from `STAGES`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

import msgspec

import crossline
from crossline import (
    assessment,
    attribution,
    clusters,
    coordination,
    detections,
    ingest,
    intrusions,
    judgements,
    report,
)
from crossline.case import Case
from crossline.kernel.ids import digest
from crossline.kernel.progress import Progress
from crossline.store import Store, Tables, only_writer
from crossline.tables import TABLES

__all__ = ["STAGES", "Stage", "not_assessed", "run_stage", "run_stages"]


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: a function from tables to tables.

    `settings` names the sections of `crossline.toml` that it looks at, `side_tables` whether it
    looks at the side tables. `also_on` gives a text that changes with whatever else it looks at;
    `always` marks a stage that finds out for itself what is new; `makes` names a file, relative
    to the case, without which it has not run.
    """

    name: str
    does: str
    reads: frozenset[str]
    writes: frozenset[str]
    run: Callable[[Case, Tables, Progress], None]
    settings: tuple[str, ...] = ()
    side_tables: bool = False
    also_on: Callable[[Case], str] | None = None
    always: bool = False
    makes: str = ""


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


STAGES: tuple[Stage, ...] = (
    Stage(
        name="ingest",
        does="Read new evidence into the store.",
        reads=_names("sources"),
        writes=_names("sources events problems"),
        run=ingest.run,
        settings=("ingest", "evidence"),
        always=True,
    ),
    Stage(
        name="detect",
        does="Run the rules over the stored events.",
        reads=_names("sources events"),
        writes=_names("detections rule_status coverage problems"),
        run=detections.run,
        settings=("detect", "detectors"),
        side_tables=True,
        also_on=detections.fingerprint,
    ),
    Stage(
        name="intrusions",
        does="Turn detections into attack stories.",
        reads=_names("events detections coverage"),
        writes=_names("intrusions intrusion_events unlinked cleared"),
        run=intrusions.run,
        settings=("intrusions",),
        side_tables=True,
    ),
    Stage(
        name="assess",
        does="Weigh what each intrusion means, and what could not be seen.",
        reads=_names("events problems intrusions intrusion_events"),
        writes=_names(
            "entries supplier_paths reach interference exposure exposed_sets adaptation gaps"
        ),
        run=assessment.run,
        settings=("assess",),
        side_tables=True,
    ),
    Stage(
        name="cluster",
        does="Find which intrusions are one hand's, across organisations and years.",
        reads=_names("events intrusions intrusion_events exposure"),
        writes=_names("traits pair_weights clusters cluster_members"),
        run=clusters.run,
        settings=("case", "cluster"),
        side_tables=True,
    ),
    Stage(
        name="attribute",
        does="Set each cluster against what is known of groups.",
        reads=_names("clusters cluster_members traits intrusions coverage"),
        writes=_names("attributions attribution_evidence"),
        run=attribution.run,
        also_on=attribution.fingerprint,
    ),
    Stage(
        name="coordinate",
        does="Judge how clusters are related, each item of evidence against chance.",
        reads=_names(
            "clusters cluster_members traits exposure reach entries intrusions intrusion_events "
            "events coverage"
        ),
        writes=_names("coordination coordination_evidence"),
        run=coordination.run,
        side_tables=True,
    ),
    Stage(
        name="judge",
        does="State the key judgements, each with the rows it rests on.",
        reads=_names(
            "sources problems rule_status detections coverage intrusions intrusion_events unlinked "
            "entries reach exposure adaptation interference cluster_members attributions "
            "coordination"
        ),
        writes=_names("judgements actions"),
        run=judgements.run,
        settings=("case",),
        side_tables=True,
    ),
    Stage(
        name="report",
        does="Write the report and the exported tables.",
        reads=frozenset(TABLES),
        writes=frozenset(),
        run=report.run,
        settings=("case", "report", "detect", "detectors", "ingest", "intrusions", "evidence"),
        side_tables=True,
        makes="report/manifest.json",
    ),
)


def not_assessed() -> list[str]:
    """Public tables that no stage writes yet, in the order of `tables/`."""
    written = frozenset().union(*(stage.writes for stage in STAGES))
    return [name for name, table in TABLES.items() if table.public and name not in written]


@cache
def _code_version() -> str:
    """A digest of crossline's own files: a stage is run again when the code changed."""
    root = resources.files(crossline)
    parts: list[str | bytes] = [crossline.__version__]

    def walk(folder: resources.abc.Traversable, path: str) -> None:
        for item in sorted(folder.iterdir(), key=lambda item: item.name):
            if item.is_dir() and item.name != "__pycache__":
                walk(item, f"{path}/{item.name}")
            elif item.is_file():
                parts.extend((f"{path}/{item.name}", item.read_bytes()))

    walk(root, "")
    return digest(*parts)


def _inputs(stage: Stage, case: Case, store: Store) -> str:
    """A digest of all that the stage looks at."""
    sections = {name: getattr(case.settings, name) for name in stage.settings}
    parts = [_code_version(), msgspec.json.encode(sections, order="sorted").decode()]
    parts += [f"{name}={store.fingerprint(name)}" for name in sorted(stage.reads)]
    if stage.side_tables:
        parts += [f"{path.name}={digest(path.read_bytes())}" for path in case.side_files()]
    if stage.also_on:
        parts.append(stage.also_on(case))
    return digest(*parts)


def _outputs(stage: Stage, store: Store) -> str:
    return digest(*(f"{name}={store.fingerprint(name)}" for name in sorted(stage.writes)))


def _states(case: Case) -> dict[str, list[str]]:
    path = case.store / "stages.json"
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, list[str]])
    except (FileNotFoundError, msgspec.DecodeError):
        return {}


def _remember(case: Case, states: dict[str, list[str]]) -> None:
    path = case.store / "stages.json"
    fresh = path.with_suffix(".new")
    fresh.write_bytes(msgspec.json.encode(states, order="sorted"))
    fresh.replace(path)


def run_stage(stage: Stage, case: Case, progress: Progress) -> bool:
    """Run one stage unless its inputs, settings and code are unchanged; True if it ran."""
    case.store.mkdir(exist_ok=True)
    store = Store(case.store)
    states = _states(case)
    done = [_inputs(stage, case, store), _outputs(stage, store)]
    made = not stage.makes or (case.root / stage.makes).is_file()
    if not stage.always and made and states.get(stage.name) == done:
        return False
    with only_writer(case.store):
        stage.run(case, Tables(store, stage.reads, stage.writes), progress)
    # A stage may read what it writes, so its inputs are looked at again.
    states[stage.name] = [_inputs(stage, case, store), _outputs(stage, store)]
    _remember(case, states)
    return True


def run_stages(case: Case, progress: Progress) -> Iterator[tuple[Stage, bool]]:
    """Run all stages in order; yields each with whether it ran or was up to date."""
    for stage in STAGES:
        yield stage, run_stage(stage, case, progress)
