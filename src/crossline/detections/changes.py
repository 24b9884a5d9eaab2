"""What another run of the rules changed: findings that are new, changed or withdrawn."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["Change", "changed_findings", "changed_rules"]

Kind: TypeAlias = Literal["new", "changed", "withdrawn"]
_Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One finding that differs: `row` is that of `detections`, the old one if it was withdrawn."""

    kind: Kind
    row: _Row


def changed_findings(before: pa.Table, after: pa.Table) -> Iterator[Change]:
    """The findings of which two runs differ, new ones first, then by time and id.

    A finding is changed if a rule of the same id rests on the same events, but in another version.

    Args:
        before: the table `detections` as it was.
        after: the same as it is now.
    """
    gone = {_what(row): row for row in _only(before, after)}
    fresh = sorted(_only(after, before), key=_by_time)
    kinds: dict[str, Kind] = {
        row["detection_id"]: "changed" if _what(row) in gone else "new" for row in fresh
    }
    found = [Change(kinds[row["detection_id"]], row) for row in fresh]
    yield from sorted(found, key=lambda change: change.kind == "changed")
    kept = {_what(row) for row in fresh}
    withdrawn = (row for what, row in gone.items() if what not in kept)
    yield from (Change("withdrawn", row) for row in sorted(withdrawn, key=_by_time))


def _only(these: pa.Table, others: pa.Table) -> list[_Row]:
    known = pc.is_in(these["detection_id"], others["detection_id"].combine_chunks())
    rows: list[_Row] = these.filter(pc.invert(known)).to_pylist()
    return rows


def _what(row: _Row) -> tuple[str, tuple[str, ...]]:
    return row["rule_id"], tuple(row["rests_on"])


def _by_time(row: _Row) -> tuple[str, str]:
    return (row["time"].isoformat() if row["time"] else "", row["detection_id"])


def changed_rules(
    before: Iterable[tuple[str, str]], after: Iterable[tuple[str, str]]
) -> dict[str, list[str]]:
    """The ids of rules that are new, changed or removed.

    Args:
        before: ids and hashes of the rules as they were.
        after: the same as they are now.
    """
    old, new = dict(before), dict(after)
    return {
        "new": sorted(new.keys() - old.keys()),
        "changed": sorted(each for each in new.keys() & old.keys() if new[each] != old[each]),
        "removed": sorted(old.keys() - new.keys()),
    }
