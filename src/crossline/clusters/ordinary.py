"""How often the signs of intruders show in the ordinary life of the estates: one scan of events."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crossline.clusters.traits import Trait
from crossline.store import Tables

__all__ = ["Ordinary", "count_ordinary"]

_DAY_US = 86_400_000_000
_PLACE = ["organisation", "host", "day"]


class Ordinary:
    """Host-days of the estates, and those on which a sign shows away from its intrusions.

    `days` is by (kind, value). Days on hosts where any intrusion shows the sign are left out: what
    an intruder does there undetected is not the estate's own life.
    """

    def __init__(self, host_days: int, days: dict[tuple[str, str], int]) -> None:
        self.host_days = host_days
        self.days = days

    def estate_bits(self) -> dict[tuple[str, str], float]:
        """How rare each sign is outside the stories, in bits."""
        return {
            key: math.log2((self.host_days + 1) / (count + 1)) for key, count in self.days.items()
        }


def count_ordinary(tables: Tables, traits: Sequence[Trait]) -> Ordinary:
    """Scan the events once for the texts by which the signs showed; flat memory."""
    texts: dict[tuple[str, str], set[str]] = defaultdict(set)
    places: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    for each in traits:
        if each.texts:
            texts[each.key] |= each.texts
            places[each.key] |= each.places
    wanted = pa.array(sorted(set().union(*texts.values())), pa.string())
    host_days, found = _scan(tables, wanted)
    holders: dict[str, set[tuple[str, str, int]]] = defaultdict(set)
    for row in found.to_pylist():
        holders[row["text"]].add((row["organisation"], row["host"], row["day"]))
    days = {
        key: len({
            place
            for text in spelled
            for place in holders[text]
            if place[:2] not in places[key]
        })
        for key, spelled in texts.items()
    }  # fmt: skip
    return Ordinary(host_days, days)


def _scan(tables: Tables, wanted: pa.Array) -> tuple[int, pa.Table]:
    columns = ["organisation", "host", "time", "fields"]
    all_days = _empty(_PLACE)
    found = _empty(["text", *_PLACE])
    for batch in tables.scan("events", columns):
        timed = batch.filter(pc.is_valid(batch["time"]))
        places = pa.table(
            {
                "organisation": timed["organisation"],
                "host": pc.fill_null(timed["host"], ""),
                "day": pc.divide(timed["time"].cast(pa.int64()), _DAY_US),
            }
        )
        all_days = _distinct([all_days, places], _PLACE)
        rows, texts = _holding(timed["fields"], wanted)
        hits = places.take(rows).append_column("text", texts)
        found = _distinct([found, hits.select(["text", *_PLACE])], ["text", *_PLACE])
    return all_days.num_rows, found


def _holding(fields: pa.MapArray, wanted: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Row numbers and texts of the wanted field values."""
    starts = np.asarray(fields.offsets)
    items = fields.items[int(starts[0]) : int(starts[-1])] if len(starts) else fields.items
    rows = np.repeat(np.arange(len(fields), dtype=np.int64), np.diff(starts))
    at = pc.indices_nonzero(pc.fill_null(pc.is_in(items, wanted), False))
    return pa.array(rows).take(at), items.take(at)


def _empty(names: Iterable[str]) -> pa.Table:
    types = {"day": pa.int64()}
    return pa.table({name: pa.array([], types.get(name, pa.string())) for name in names})


def _distinct(parts: Sequence[pa.Table], names: list[str]) -> pa.Table:
    return pa.concat_tables(parts).group_by(names).aggregate([]).select(names).combine_chunks()
