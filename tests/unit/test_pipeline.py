"""The list of stages is sound, and a stage is run again just when something it looks at changed."""

from pathlib import Path

import msgspec
import pyarrow as pa
import pytest

from crossline.case import Case, init_case, open_case
from crossline.kernel.progress import Progress, Silent
from crossline.pipeline import STAGES, Stage, not_assessed, run_stage
from crossline.store import Store, Tables, UndeclaredTableError
from crossline.tables import TABLES


def test_a_stage_reads_only_what_an_earlier_one_or_itself_writes() -> None:
    written: set[str] = set()
    for stage in STAGES:
        written |= stage.writes
        assert stage.reads <= written or stage.name == "report", stage.name
        assert stage.reads | stage.writes <= set(TABLES)


def test_every_table_is_written_by_a_stage_or_named_as_not_assessed() -> None:
    written = frozenset().union(*(stage.writes for stage in STAGES))
    assert written | set(not_assessed()) == set(TABLES)
    assert written.isdisjoint(not_assessed())


class Counter:
    """A stage that counts its runs and writes what it is told."""

    def __init__(self) -> None:
        self.runs = 0
        self.rows = ["a"]

    def __call__(self, case: Case, tables: Tables, progress: Progress) -> None:
        self.runs += 1
        tables.read("detections")
        rows = [
            {"detection_id": each, "reason": "", "cleared_by": [], "rests_on": []}
            for each in self.rows
        ]
        tables.replace("cleared", pa.Table.from_pylist(rows, TABLES["cleared"].schema))


@pytest.fixture
def case(tmp_path: Path) -> Case:
    init_case(tmp_path)
    return open_case(tmp_path)


@pytest.fixture
def counter() -> Counter:
    return Counter()


@pytest.fixture
def stage(counter: Counter) -> Stage:
    return Stage(
        "clear", "Clears.", frozenset({"detections"}), frozenset({"cleared"}), counter,
        settings=("detect",), side_tables=True,
    )  # fmt: skip


def run(stage: Stage, case: Case) -> bool:
    return run_stage(stage, case, Silent())


def test_an_unchanged_stage_is_skipped(stage: Stage, case: Case, counter: Counter) -> None:
    assert run(stage, case)
    assert not run(stage, case)
    assert counter.runs == 1


def test_a_changed_input_setting_or_side_table_runs_it_again(stage: Stage, case: Case) -> None:
    run(stage, case)
    Store(case.store).replace("detections", TABLES["detections"].schema.empty_table())
    assert run(stage, case)
    detect = msgspec.structs.replace(case.settings.detect, rules=("other",))
    other = Case(case.root, msgspec.structs.replace(case.settings, detect=detect))
    assert run(stage, other)
    assert not run(stage, other)
    (case.root / "tickets.csv").write_text("organisation,ticket_id\no,T1\n", encoding="utf-8")
    assert run(stage, other)
    assert not run(stage, other)


def test_a_setting_that_it_does_not_look_at_leaves_it_alone(stage: Stage, case: Case) -> None:
    run(stage, case)
    named = msgspec.structs.replace(case.settings.case, name="Other")
    assert not run(stage, Case(case.root, msgspec.structs.replace(case.settings, case=named)))


def test_a_lost_output_runs_it_again(stage: Stage, case: Case) -> None:
    run(stage, case)
    Store(case.store).delete("cleared", "detection_id", ["a"])
    assert run(stage, case)
    assert Store(case.store).read("cleared").num_rows == 1


def test_damaged_memory_of_what_was_done_only_costs_a_run(stage: Stage, case: Case) -> None:
    run(stage, case)
    (case.store / "stages.json").write_text("{half", encoding="utf-8")
    assert run(stage, case)


@pytest.mark.parametrize("missing", ["reads", "writes"])
def test_a_stage_that_touches_an_undeclared_table_fails(
    case: Case, counter: Counter, missing: str
) -> None:
    reads = frozenset() if missing == "reads" else frozenset({"detections"})
    writes = frozenset() if missing == "writes" else frozenset({"cleared"})
    with pytest.raises(UndeclaredTableError):
        run(Stage("clear", "Clears.", reads, writes, counter), case)
