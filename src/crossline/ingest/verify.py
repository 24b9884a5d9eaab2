"""Whether the evidence is still what the store was made from: source by source, then by record.

Nothing is written. A source is what its bytes are, so one whose hash is found again, wherever it
lies now, is as stored; only a file whose content changed has its records compared one by one, or
every source, where that is asked for.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

from crossline.case import Case, case_key
from crossline.evidence import Fault, Source
from crossline.ingest.comparing import Comparison, Reading, compare
from crossline.ingest.looking import Conditions, look, needs_key
from crossline.kernel.progress import Progress
from crossline.kernel.workers import in_order, worker_pool
from crossline.store import Store

__all__ = ["Check", "State", "verify"]

State = Literal["as_stored", "changed", "gone", "unreadable", "read_otherwise", "new"]


@dataclass(frozen=True, slots=True)
class Check:
    """What became of one source.

    `as_stored`: the content is found again. `changed`: other content stands at its place. `gone`:
    nothing does. `unreadable`: what stands there cannot be read (`reason`). `read_otherwise`: the
    content is as stored, but the settings or the reader are not those it was read with. `new`: not
    read into the store yet. `sha256` and `stored` (records) are those of the book, `sha256_now`
    that of the file as it is; None where there is none. `records` is None where records were not
    compared.
    """

    state: State
    source_id: str
    organisation: str
    evidence_path: str
    member: str | None
    sha256: str | None
    sha256_now: str | None
    stored: int
    reason: str = ""
    records: Comparison | None = None

    @property
    def differs(self) -> bool:
        """Whether this is anything but the evidence as it was read."""
        compared = self.records
        return self.state != "as_stored" or bool(compared is not None and compared.changes)


def verify(case: Case, progress: Progress, every_record: bool = False) -> Iterator[Check]:
    """Check every source of the case against the files, in the order of their paths.

    Args:
        case: the case; its store and its evidence are read.
        progress: told how far it is.
        every_record: compare the records of unchanged sources, too: that finds a changed store.
    """
    found, faults = look(case, progress)
    sources = [source for source, _ in found]
    book = Store(case.store).read("sources").to_pylist()
    conditions = Conditions(case, case_key(case)[0] if needs_key(case, sources) else None)
    checks = [*_booked(conditions, book, sources, faults), *_new(book, sources)]
    checks.sort(key=lambda pair: (pair[0].evidence_path, pair[0].member or "", pair[0].source_id))
    compared = ("changed", "as_stored") if every_record else ("changed",)
    readings = [
        Reading(here, check.source_id, case.root, conditions.settings(here), case.store)
        for check, here in checks
        if here is not None and check.state in compared
    ]
    progress.start("Comparing records", sum(each.now.size for each in readings), "byte")
    with worker_pool(case.settings.run.workers, len(readings)) as pool:
        results = in_order(pool, compare, readings)
        for check, here in checks:
            if here is not None and check.state in compared:
                yield replace(check, records=next(results))
                progress.advance(here.size)
            else:
                yield check


def _booked(
    conditions: Conditions, book: list[dict[str, Any]], sources: list[Source], faults: list[Fault]
) -> Iterator[tuple[Check, Source | None]]:
    """Each source of the book, and what is there of it now: its own content, else its place."""
    by_content = {(source.organisation, source.sha256): source for source in sources}
    by_place = {(source.path, source.member): source for source in sources}
    reasons = {(fault.path, fault.member): fault.reason for fault in reversed(faults)}
    for row in book:
        place = (row["evidence_path"], row["member"])
        here = by_content.get((row["organisation"], row["sha256"])) or by_place.get(place)
        state, reason = _state(conditions, row, here, reasons.get(place, ""))
        check = Check(
            state,
            row["source_id"],
            row["organisation"],
            *place,
            sha256=row["sha256"],
            sha256_now=here.sha256 if here else None,
            stored=row["kept"],
            reason=reason,
        )
        yield check, here


def _state(
    conditions: Conditions, row: dict[str, Any], here: Source | None, reason: str
) -> tuple[State, str]:
    """What became of a source of the book, and a word on it where there is one to say."""
    if here is None:
        return ("unreadable", reason) if reason else ("gone", "")
    if here.sha256 != row["sha256"]:
        return "changed", ""
    moved = (here.path, here.member) != (row["evidence_path"], row["member"])
    now_at = f"now at {here.path}{'' if here.member is None else f'!{here.member}'}"
    same_reading = conditions.version(here) == row["reader_version"]
    return "as_stored" if same_reading else "read_otherwise", now_at if moved else ""


def _new(
    book: list[dict[str, Any]], sources: list[Source]
) -> Iterator[tuple[Check, Source | None]]:
    """Sources that the book does not have, but those that stand in place of one that it has."""
    found = {(source.organisation, source.sha256) for source in sources}
    read = {(row["organisation"], row["sha256"]) for row in book}
    replaced = {
        (row["evidence_path"], row["member"])
        for row in book
        if (row["organisation"], row["sha256"]) not in found
    }
    for source in sources:
        known = (source.organisation, source.sha256) in read
        if not known and (source.path, source.member) not in replaced:
            check = Check(
                "new",
                source.source_id,
                source.organisation,
                source.path,
                source.member,
                sha256=None,
                sha256_now=source.sha256,
                stored=0,
            )
            yield check, None
