"""Evidence into the store: each source once, whole, whatever moment the run is killed at.

`sources` is the book. A source's events and problems are committed before its row there; whatever
has no row there is taken out again at the start of a run. So a killed run, run again, ends in the
same tables as an undisturbed one, and a source that changed or went away leaves nothing behind.
"""

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from crossline.case import Case, case_key
from crossline.evidence import Fault, Source
from crossline.ingest.looking import Conditions, look, needs_key
from crossline.ingest.partition import Part, Partition, read_partition
from crossline.kernel.ids import row_id
from crossline.kernel.progress import Progress
from crossline.kernel.workers import in_order, worker_pool
from crossline.store import Tables
from crossline.tables import TABLES

__all__ = ["run"]

# A commit costs about 33 ms whatever its size, so sources are committed in groups of this size.
_GROUP_BYTES = 16 * 2**20


def run(case: Case, tables: Tables, progress: Progress) -> None:
    """Bring the store in line with the evidence that is there now."""
    found, faults = look(case, progress)
    _state_faults(tables, faults)
    wanted = {source.source_id: source for source, _ in found}
    key, told = case_key(case, make=True) if needs_key(case, wanted.values()) else (None, None)
    if told:
        progress.say(told)
    conditions = Conditions(case, key)
    versions = {source.source_id: conditions.version(source) for source in wanted.values()}
    _take_out(tables, wanted, versions)
    booked = set(tables.read("sources", ["source_id"])["source_id"].to_pylist())
    todo = [source for source_id, source in sorted(wanted.items()) if source_id not in booked]
    if todo:
        _read_all(case, tables, todo, conditions, versions, progress)
        for name in ("events", "problems", "sources"):
            tables.tidy(name)
    _note_other_places(tables, found)


def _state_faults(tables: Tables, faults: list[Fault]) -> None:
    rows = [
        {
            "problem_id": row_id("pr", (fault.kind, fault.path, fault.member, fault.reason)),
            "kind": fault.kind,
            "evidence_path": fault.path,
            "member": fault.member,
            "locator": fault.locator,
            "reason": fault.reason,
            "count": fault.count,
            "found_by": "inventory",
        }
        for fault in faults
    ]
    schema = TABLES["problems"].schema
    tables.replace("problems", pa.Table.from_pylist(rows, schema), ("found_by", "inventory"))


def _take_out(tables: Tables, wanted: dict[str, Source], versions: dict[str, str]) -> None:
    """Remove what is not booked (a killed run's), and what is booked but no longer so."""
    gone = [
        row["source_id"]
        for row in tables.read("sources").to_pylist()
        if (source := wanted.get(row["source_id"])) is None
        or (row["evidence_path"], row["member"]) != (source.path, source.member)
        or row["reader_version"] != versions[row["source_id"]]
    ]
    tables.delete("sources", "source_id", gone)
    booked = set(tables.read("sources", ["source_id"])["source_id"].to_pylist())
    for name in ("events", "problems"):
        held = {
            source_id
            for batch in tables.scan(name, ["source_id"])
            for source_id in pc.unique(batch["source_id"]).to_pylist()
            if source_id is not None
        }
        tables.delete(name, "source_id", sorted(held - booked))


def _read_all(
    case: Case,
    tables: Tables,
    todo: list[Source],
    conditions: Conditions,
    versions: dict[str, str],
    progress: Progress,
) -> None:
    progress.start("Reading evidence", sum(source.size for source in todo), "byte")
    partitions = [
        Partition(source, case.root, conditions.settings(source), case.store) for source in todo
    ]
    with worker_pool(case.settings.run.workers, len(partitions)) as pool:
        for group in _groups(in_order(pool, read_partition, partitions), progress):
            _commit(tables, group, versions)


def _groups(parts: Iterator[Part], progress: Progress) -> Iterator[list[Part]]:
    group: list[Part] = []
    for part in parts:
        group.append(part)
        if sum(part.source.size for part in group) >= _GROUP_BYTES:
            yield group
            progress.advance(sum(part.source.size for part in group))
            group = []
    if group:
        yield group
        progress.advance(sum(part.source.size for part in group))


def _commit(tables: Tables, parts: list[Part], versions: dict[str, str]) -> None:
    """Events first, the book last: see the module's text on why."""
    files = [file for part in parts for file in part.files]
    if files:
        tables.commit("events", files)
    problems = pa.concat_tables(part.problems for part in parts)
    if problems.num_rows:
        tables.append("problems", problems)
    rows = [_book_row(part, versions[part.source.source_id]) for part in parts]
    tables.append("sources", pa.Table.from_pylist(rows, TABLES["sources"].schema))


def _book_row(part: Part, version: str) -> dict[str, object]:
    source = part.source
    return {
        "source_id": source.source_id,
        "organisation": source.organisation,
        "evidence_path": source.path,
        "member": source.member,
        "also_at": [],
        "sha256": source.sha256,
        "size": source.size,
        "container": source.container,
        "read": part.read,
        "kept": part.kept,
        "rejected": part.rejected,
        "withheld": part.withheld,
        "first_time": part.first_time,
        "last_time": part.last_time,
        "reader_version": version,
    }


def _note_other_places(tables: Tables, found: list[tuple[Source, list[str]]]) -> None:
    """Bring `also_at` up to date; the table is rewritten only if a place came or went."""
    others = {source.source_id: places for source, places in found}
    rows = tables.read("sources")
    places = pa.array(
        [others[each] for each in rows["source_id"].to_pylist()], pa.list_(pa.string())
    )
    index = rows.schema.get_field_index("also_at")
    tables.replace("sources", rows.set_column(index, "also_at", places))
