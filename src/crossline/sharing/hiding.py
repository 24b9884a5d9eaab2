"""What a report for everybody must not name: hosts, accounts, texts of records."""

import hashlib
import hmac
import re
from collections.abc import Callable, Iterable

import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["Hiding"]

_HOSTS = ("host",)
_ACCOUNTS = ("account",)
_LISTS = {"hosts": "host", "accounts": "account"}
# Words that may name a host, account or file.
_TEXTS = ("title", "link_reason", "step", "path", "proof", "reason")
_EMPTIED = ("fields", "matched", "also_at")
_BLANKED = ("time_raw", "member")
_DIGITS = 8


class Hiding:
    """Replaces names by pseudonyms that the same names share in one report.

    The pseudonym is an HMAC of the name under a key that only who holds the evidence can make, so
    that nobody can guess names back (a plain hash of `dc01` is found at once).
    """

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._known: dict[str, str] = {}

    def hidden(self, kind: str, name: str) -> str:
        """`host-1a2b3c4d` for a host; the empty name stays empty."""
        if not name:
            return name
        short = name.partition(".")[0] if kind == "host" else name.rpartition("\\")[2]
        mark = hmac.new(self._key, f"{kind}|{name.lower()}".encode(), hashlib.sha256).hexdigest()
        self._known[name] = f"{kind}-{mark[:_DIGITS]}"
        self._known.setdefault(short, self._known[name])
        return self._known[name]

    def table(self, rows: pa.Table) -> pa.Table:
        """The rows without names, record texts and places of files."""
        for kind, names in (("host", _HOSTS), ("account", _ACCOUNTS)):
            for name in names:
                rows = self._replaced(rows, name, kind)
        for name, kind in _LISTS.items():
            rows = self._lists(rows, name, kind)
        for name in _EMPTIED:
            rows = _set(rows, name, lambda column: pa.array([[]] * len(column), column.type))
        for name in _BLANKED:
            rows = _set(rows, name, lambda column: pa.nulls(len(column), column.type))
        rows = _set(rows, "evidence_path", self._places)
        for name in _TEXTS:
            rows = _set(rows, name, self._worded)
        return rows

    def _replaced(self, rows: pa.Table, name: str, kind: str) -> pa.Table:
        return _set(
            rows, name,
            lambda column: pa.array(
                [None if each is None else self.hidden(kind, each) for each in column.to_pylist()],
                pa.string(),
            ),
        )  # fmt: skip

    def _lists(self, rows: pa.Table, name: str, kind: str) -> pa.Table:
        return _set(
            rows, name,
            lambda column: pa.array(
                [sorted({self.hidden(kind, each) for each in part or ()})
                 for part in column.to_pylist()], pa.list_(pa.string()),
            ),
        )  # fmt: skip

    def _places(self, column: pa.ChunkedArray) -> pa.Array:
        return pa.array(
            [None if each is None else self.hidden("file", each) for each in column.to_pylist()],
            pa.string(),
        )

    def _worded(self, column: pa.ChunkedArray) -> pa.Array:
        """Texts with every name replaced that was met so far, whole or by its short form."""
        names = sorted((name for name in self._known if len(name) > 1), key=len, reverse=True)
        if not names:
            return column.combine_chunks()
        pattern = re.compile("|".join(map(re.escape, names)), re.IGNORECASE)
        low = {name.lower(): mark for name, mark in self._known.items()}
        texts: Iterable[str | None] = column.to_pylist()
        return pa.array(
            [
                None if text is None else pattern.sub(lambda found: low[found[0].lower()], text)
                for text in texts
            ],
            pa.string(),
        )


def _set(rows: pa.Table, name: str, made: Callable[[pa.ChunkedArray], pa.Array]) -> pa.Table:
    place = rows.schema.get_field_index(name)
    if place < 0:
        return rows
    field = rows.schema.field(name)
    return rows.set_column(place, field, pc.cast(made(rows[name]), field.type))
