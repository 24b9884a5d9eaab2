"""What rules found in each part of the store, remembered: only new or changed rules run again.

A part is a file of the table `events`. What is remembered of it is found by the part's content and
the engine's own code; within it, by each rule's key, so a changed rule is a new one. Losing this
memory costs time and nothing else.
"""

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

import crossline.content
import crossline.sigma
from crossline.detections.matching import PLACE, Found
from crossline.kernel.ids import digest
from crossline.sigma import EVERY_FIELD, Plan, Record, Rule
from crossline.tables import TABLES

__all__ = ["Remembered", "keep_only", "recall", "remember", "rule_keys", "with_fields"]

_FOLDER = "remembered"
_FIELDS = TABLES["detections"].schema.field("matched").type
_ROWS = pa.schema(
    [
        *PLACE,
        pa.field("rule", pa.string()),
        pa.field("matched", _FIELDS),
        pa.field("suppressed_by", pa.string()),
    ]
)
_COUNTS = b"crossline.counts"
# What earlier rules found is kept for the way back to them, but not without end.
_MOST_RULES = 20_000
# A log whose records each name fields of their own has too many to be listed.
_MOST_FIELDS = 50_000


class _Counts(msgspec.Struct):
    """Events checked by rule key, and the fields seen by kind of record."""

    checked: dict[str, int]
    seen: list[tuple[Record, tuple[str, ...]]]


@dataclass(frozen=True)
class Remembered:
    """What is known of a part.

    `checked`: events of its log source by rule key; a rule without an entry has not been run.
    `hits` and `signals` have the columns `PLACE`, `rule` (a rule's key), `matched` (for signals the
    values that correlations ask for) and `suppressed_by` (null for signals). `seen`: the fields
    met, by kind of record; None before the part was read for the first time.
    """

    checked: Mapping[str, int] = field(default_factory=dict)
    hits: pa.Table = field(default_factory=_ROWS.empty_table)
    signals: pa.Table = field(default_factory=_ROWS.empty_table)
    seen: Mapping[Record, frozenset[str]] | None = None

    def missing(self, keys: Iterable[str]) -> list[int]:
        """The numbers of the rules that have not been run over the part."""
        return [number for number, key in enumerate(keys) if key not in self.checked]

    def found(self, keys: list[str]) -> Found:
        """What the rules of these keys found; rules are numbered by the keys' places."""
        checked = np.array([self.checked.get(key, 0) for key in keys], np.int64)
        signals = _numbered(self.signals, keys).drop_columns(["suppressed_by"])
        signals = signals.rename_columns({"matched": "values"})
        return Found(_numbered(self.hits, keys), signals, checked)

    def with_found(self, plan: Plan, keys: list[str], found: Found) -> "Remembered":
        """The same, and what the rules that `plan` runs found."""
        ran = sorted(plan.only if plan.only is not None else range(len(keys)))
        checked = {keys[number]: int(found.checked[number]) for number in ran}
        hits = _keyed(found.hits, keys, "matched")
        signals = _keyed(found.signals, keys, "values")
        return Remembered(
            {**self.checked, **checked},
            pa.concat_tables([self.hits, hits]),
            pa.concat_tables([self.signals, signals]),
            self.seen,
        )


def rule_keys(plan: Plan) -> list[str]:
    """For each rule a text that changes whenever what it finds in a part may change."""
    return [
        digest(
            rule.rule_hash,
            str(rule.silent),
            *plan.wanted.get(number, ()),
            None,
            *(item.rule_hash for item in (rule.filters if isinstance(rule, Rule) else ())),
        )
        for number, rule in enumerate(plan.rules)
    ]


def _numbered(rows: pa.Table, keys: list[str]) -> pa.Table:
    """Rows of the rules of these keys, with the rule's number in place of its key."""
    numbers = pc.index_in(rows["rule"], pa.array(keys, pa.string()))
    rows = rows.set_column(rows.schema.get_field_index("rule"), "rule", numbers)
    return rows.filter(pc.is_valid(numbers))


def _keyed(rows: pa.Table, keys: list[str], values: str) -> pa.Table:
    """The other way round; `values` names the column that becomes `matched`."""
    if not rows.num_rows:
        return _ROWS.empty_table()
    of_rows = pa.array(keys, pa.string()).take(rows["rule"].combine_chunks())
    nobody = pa.nulls(rows.num_rows, pa.string())
    stopped = rows["suppressed_by"] if "suppressed_by" in rows.column_names else nobody
    columns = [rows[name] for name in PLACE.names]
    return pa.Table.from_arrays([*columns, of_rows, rows[values], stopped], schema=_ROWS)


@cache
def _engine() -> str:
    """A text that changes with the engine's code and its maps."""
    places = (resources.files(crossline.sigma), resources.files(crossline.content) / "sigma")
    parts: list[str | bytes] = []
    for place in places:
        for item in sorted(place.iterdir(), key=lambda item: item.name):
            if item.is_file():
                parts += [item.name, item.read_bytes()]
    return digest(*parts)


def _file(store: Path, part: str) -> Path:
    return store / _FOLDER / f"{digest(part, _engine())}.parquet"


def recall(store: Path, part: str) -> Remembered:
    """What is remembered of the part with that digest; nothing if it cannot be read."""
    with suppress(OSError, pa.ArrowException, msgspec.MsgspecError, KeyError):
        rows = pq.read_table(_file(store, part), use_threads=False, partitioning=None)
        counts = msgspec.json.decode(rows.schema.metadata[_COUNTS], type=_Counts)
        signals = rows["signal"]
        rows = rows.drop_columns(["signal"]).cast(_ROWS)
        seen = {record: frozenset(names) for record, names in counts.seen}
        return Remembered(
            counts.checked, rows.filter(pc.invert(signals)), rows.filter(signals), seen
        )
    return Remembered()


def remember(store: Path, part: str, known: Remembered, current: Collection[str]) -> None:
    """Write what is known of a part; of rules that are not `current`, only so many."""
    checked, hits, signals = dict(known.checked), known.hits, known.signals
    if len(checked) > len(current) + _MOST_RULES:
        checked = {key: checked[key] for key in current if key in checked}
        values = pa.array(list(checked), pa.string())
        hits = hits.filter(pc.is_in(hits["rule"], values))
        signals = signals.filter(pc.is_in(signals["rule"], values))
    seen = [(record, tuple(sorted(names))) for record, names in (known.seen or {}).items()]
    counts = msgspec.json.encode(_Counts(checked, seen))
    marks = pa.array([False] * hits.num_rows + [True] * signals.num_rows, pa.bool_())
    rows = pa.concat_tables([hits, signals]).append_column("signal", marks)
    file = _file(store, part)
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    pq.write_table(rows.replace_schema_metadata({_COUNTS: counts}), fresh, compression="zstd")
    fresh.replace(file)


def keep_only(store: Path, parts: Iterable[str]) -> None:
    """Drop what is remembered of parts that are not in the store any more."""
    kept = {_file(store, part).name for part in parts}
    folder = store / _FOLDER
    for file in sorted(folder.iterdir()) if folder.is_dir() else ():
        if file.name not in kept:
            file.unlink(missing_ok=True)


def with_fields(
    seen: Mapping[Record, frozenset[str]], more: Mapping[Record, frozenset[str]]
) -> dict[Record, frozenset[str]]:
    """Fields seen in two places; where they are too many, `EVERY_FIELD` stands for them."""
    joined = {kind: seen.get(kind, frozenset()) | more.get(kind, frozenset()) for kind in seen}
    joined |= {kind: names for kind, names in more.items() if kind not in joined}
    if sum(map(len, joined.values())) > _MOST_FIELDS:
        return dict.fromkeys(joined, frozenset({EVERY_FIELD}))
    return joined
