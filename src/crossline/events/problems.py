"""What could not be used while reading one source, as rows of `problems`."""

import pyarrow as pa

from crossline.evidence import Source
from crossline.kernel.ids import row_id
from crossline.tables import TABLES

__all__ = ["Problems"]

_RECORD_KINDS = ("record", "chunk")


class Problems:
    """The problems of one batch."""

    def __init__(self, source: Source) -> None:
        """Start without problems."""
        self._source = source
        self._rows: list[dict[str, object]] = []
        self._gathered: dict[tuple[str, str], list[int]] = {}  # locator, position, count
        self.rejected = 0

    def add(self, kind: str, locator: int | None, reason: str, count: int, position: int) -> None:
        """One problem; `position` is that of the record it stands for, or of the next one."""
        if kind in _RECORD_KINDS:
            self.rejected += count
        self._rows.append(self._row(kind, locator, reason, count, position))

    def gather(self, kind: str, locator: int, reason: str, position: int) -> None:
        """A problem of a record that is kept: one row for all of the same kind and reason."""
        known = self._gathered.setdefault((kind, reason), [locator, position, 0])
        known[2] += 1

    def table(self) -> pa.Table:
        """The rows of `problems`; what was gathered stands at its first locator."""
        gathered = [
            self._row(kind, locator, reason, count, position)
            for (kind, reason), (locator, position, count) in self._gathered.items()
        ]
        return pa.Table.from_pylist(self._rows + gathered, TABLES["problems"].schema)

    def _row(
        self, kind: str, locator: int | None, reason: str, count: int, position: int
    ) -> dict[str, object]:
        source = self._source
        parts = (kind, source.source_id, str(locator), reason, str(position))
        return {
            "problem_id": row_id("pr", parts),
            "kind": kind,
            "evidence_path": source.path,
            "member": source.member,
            "locator": locator,
            "reason": reason,
            "count": count,
            "source_id": source.source_id,
            "found_by": "reading",
            "rests_on": [source.source_id],
        }
