"""What a stage may touch: the tables that it declares, and no other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.dataset as ds

from crossline.store.delta import Among, Chosen, Part, Store
from crossline.store.files import NewFile

__all__ = ["Tables", "UndeclaredTableError"]


class UndeclaredTableError(LookupError):
    """A stage touched a table that `pipeline.py` does not list for it."""


@dataclass(frozen=True)
class Tables:
    """A store seen through one stage's declaration. `touched` records what was read and written."""

    store: Store
    reads: frozenset[str]
    writes: frozenset[str]
    touched: set[str] = field(default_factory=set)

    def _check(self, name: str, declared: frozenset[str], verb: str) -> None:
        self.touched.add(name)
        if name not in declared:
            raise UndeclaredTableError(f"this stage does not declare that it {verb} `{name}`")

    def read(
        self, name: str, columns: Sequence[str] | None = None, where: ds.Expression | None = None
    ) -> pa.Table:
        """All rows, sorted by key; see `Store.read`."""
        self._check(name, self.reads | self.writes, "reads")
        return self.store.read(name, columns, where)

    def scan(
        self, name: str, columns: Sequence[str] | None = None, among: Among | None = None
    ) -> Iterator[pa.RecordBatch]:
        """All rows in batches, in flat memory; see `Store.scan`."""
        self._check(name, self.reads | self.writes, "reads")
        return self.store.scan(name, columns, among)

    def scan_part(
        self,
        name: str,
        part: Part,
        columns: Sequence[str] | None = None,
        among: Among | Chosen | None = None,
    ) -> Iterator[pa.RecordBatch]:
        """The rows of one part, in flat memory; see `Store.scan_part`."""
        self._check(name, self.reads | self.writes, "reads")
        return self.store.scan_part(name, part, columns, among)

    def parts(self, name: str) -> list[Part]:
        """The files that make up the table; see `Store.parts`."""
        self._check(name, self.reads | self.writes, "reads")
        return self.store.parts(name)

    def dataset(self, name: str) -> ds.Dataset:
        """The table as a lazy Arrow dataset; see `Store.dataset`."""
        self._check(name, self.reads | self.writes, "reads")
        return self.store.dataset(name)

    def commit(self, name: str, files: Sequence[NewFile]) -> None:
        """Add written files in one atomic commit; see `Store.commit`."""
        self._check(name, self.writes, "writes")
        self.store.commit(name, files)

    def append(self, name: str, rows: pa.Table) -> None:
        """Add rows in one atomic commit; see `Store.append`."""
        self._check(name, self.writes, "writes")
        self.store.append(name, rows)

    def replace(self, name: str, rows: pa.Table, where: tuple[str, str] | None = None) -> None:
        """Make the table hold just these rows; see `Store.replace`."""
        self._check(name, self.writes, "writes")
        self.store.replace(name, rows, where)

    def delete(self, name: str, column: str, values: Sequence[str]) -> None:
        """Remove rows by value; see `Store.delete`."""
        self._check(name, self.writes, "writes")
        self.store.delete(name, column, values)

    def tidy(self, name: str) -> None:
        """Join small files, drop unused ones; see `Store.tidy`."""
        self._check(name, self.writes, "writes")
        self.store.tidy(name)
