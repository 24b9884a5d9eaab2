"""Detection without a case: evidence in, hits out, nothing stored."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from crossline.detections.matching import Found, correlated, found_in, together
from crossline.detections.rules import Chosen, load, plan_of, rule_paths
from crossline.events import ReadSettings, batches
from crossline.evidence import Fault, Source, inventory
from crossline.kernel.progress import Progress
from crossline.kernel.workers import in_order, worker_pool
from crossline.store import joined

__all__ = ["HIT_COLUMNS", "Scan", "scan"]

HIT_COLUMNS = (
    "rule_id", "rule_title", "rule_author", "level", "techniques", "time", "host", "channel",
    "event_code", "record_id", "path", "member", "locator", "matched",
)  # fmt: skip
"""The keys of a hit, and the columns of its CSV form."""

_GROUP_BYTES = 16 * 2**20
_ROWS = 2_500


@dataclass(frozen=True, slots=True)
class Scan:
    """Hits as they come, by file; `problems` is filled by then, one line each."""

    hits: Iterator[dict[str, object]]
    problems: list[str]


@dataclass(frozen=True, slots=True)
class _Task:
    sources: tuple[Source, ...]
    rules: Chosen


def scan(evidence: Sequence[Path], rules: Sequence[str], workers: int, progress: Progress) -> Scan:
    """Run rules over files and folders.

    Hits of plain rules come file by file in the order of the paths; those of correlations, which
    look over all files, come last.

    Raises:
        UsageError: rules that are not there.
    """
    chosen = Chosen(rule_paths(rules, Path()))
    problems: list[str] = []
    return Scan(_hits(evidence, chosen, workers, progress, problems), problems)


def _hits(
    evidence: Sequence[Path],
    rules: Chosen,
    workers: int,
    progress: Progress,
    problems: list[str],
) -> Iterator[dict[str, object]]:
    plan = plan_of(rules)
    problems += [
        _line(f"{refused.pack}/{refused.path}", None, None, refused.reason)
        for refused in load(rules).refused
        if refused.unparsable
    ]
    sources = list(_sources(evidence, problems))
    progress.start("Scanning", sum(source.size for source in sources), "byte")
    signals = []
    groups = list(_groups(sources))
    with worker_pool(workers, len(groups)) as pool:
        tasks = (_Task(group, rules) for group in groups)
        for group, (found, faults) in zip(groups, in_order(pool, _scan, tasks), strict=True):
            problems += faults
            signals.append(Found(found.hits.slice(0, 0), found.signals, found.checked))
            hits = found.hits.filter(pc.is_null(found.hits["suppressed_by"]))
            yield from (_hit(rules, row) for row in hits.to_pylist())
            progress.advance(sum(source.size for source in group))
    yield from (_hit(rules, row) for row in correlated(plan, together(plan, signals).signals))


def _groups(sources: Iterable[Source]) -> Iterator[tuple[Source, ...]]:
    """Small files together: the fixed work of matching a batch outweighs that on a few events."""
    group: list[Source] = []
    for source in sources:
        group.append(source)
        if sum(each.size for each in group) >= _GROUP_BYTES:
            yield tuple(group)
            group = []
    if group:
        yield tuple(group)


def _sources(evidence: Sequence[Path], problems: list[str]) -> Iterator[Source]:
    seen: set[str] = set()
    for path in evidence:
        for item in inventory(path, Path(), ""):
            if isinstance(item, Fault):
                problems.append(_line(item.path, item.member, item.locator, item.reason))
            elif item.source_id not in seen:
                seen.add(item.source_id)
                yield item


def _scan(task: _Task) -> tuple[Found, list[str]]:
    """Read and match some sources; runs in a worker."""
    faults: list[str] = []

    def events() -> Iterator[pa.RecordBatch]:
        for source in task.sources:
            for batch in batches(source, Path(), ReadSettings(), _ROWS):
                faults.extend(
                    _line(row["evidence_path"], row["member"], row["locator"], row["reason"])
                    for row in batch.problems.to_pylist()
                )
                yield batch.events

    return found_in(plan_of(task.rules), joined(events())), faults


def _line(path: str, member: str | None, locator: int | None, reason: str) -> str:
    place = path if member is None else f"{path}!{member}"
    return f"{place}{'' if locator is None else f':{locator}'}: {reason}"


def _hit(rules: Chosen, row: dict[str, Any]) -> dict[str, object]:
    rule = plan_of(rules).rules[row["rule"]]
    time = row["time"]
    return {
        "rule_id": rule.rule_id,
        "rule_title": rule.title,
        "rule_author": rule.author,
        "level": rule.level,
        "techniques": list(rule.techniques),
        "time": None if time is None else f"{time:%Y-%m-%dT%H:%M:%S.%f}Z",
        "host": row["host"],
        "channel": row["channel"],
        "event_code": row["event_code"],
        "record_id": row["record_id"],
        "path": row["evidence_path"],
        "member": row["member"],
        "locator": row["locator"],
        "matched": dict(row["matched"]),
    }
