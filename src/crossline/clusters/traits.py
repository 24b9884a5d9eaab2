"""Signs of how an intruder works, from the events of each intrusion."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa

from crossline.clusters.forms import FORMS, in_system_folder
from crossline.clusters.vocabulary import Sign, is_public, signs, softwares, use
from crossline.kernel.ids import row_id
from crossline.store import Tables
from crossline.tables import TABLES

__all__ = ["Trait", "find_traits", "trait_rows"]

_PROGRAM = ("ImageLoaded", "ServiceFileName", "ImagePath", "NewProcessName", "Image")
_MARKS = (
    "CommandLine", "ProcessCommandLine", "OriginalFileName", "Image", "ServiceName", "ImagePath",
    "ScriptBlockText", "PipeName",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Trait:
    """One sign in one intrusion.

    `events` are the ids of the events that show it, `texts` what their fields say in full, and
    `places` the (organisation, host) that they stand for.
    """

    intrusion_id: str
    organisation: str
    family: str
    kind: str
    value: str
    events: frozenset[str]
    times: tuple[datetime, ...]
    texts: frozenset[str]
    places: frozenset[tuple[str, str]]

    @property
    def key(self) -> tuple[str, str]:
        """What makes it the same sign in another intrusion."""
        return self.kind, self.value

    @property
    def world_bits(self) -> float | None:
        """How rare it is among known groups; None where that is not known."""
        return use().world_bits(self.value) if self.kind in ("technique", "software") else None


@dataclass(frozen=True, slots=True)
class _Shown:
    family: str
    kind: str
    value: str
    text: str


def find_traits(tables: Tables) -> list[Trait]:
    """The signs of all intrusions, by intrusion, kind and value.

    Reads `intrusions`, `intrusion_events`, `exposure` and, of `events`, the rows of the stories.
    """
    told = tables.read(
        "intrusion_events", ["intrusion_id", "event_id", "technique", "host", "time"]
    )
    rows = [row for row in told.to_pylist() if row["time"] is not None]
    records = dict(_records(tables, sorted({row["event_id"] for row in rows})))
    owner = _organisations(tables)
    found: dict[tuple[str, str, str, str], list[tuple[dict[str, Any], str]]] = defaultdict(list)
    for row in rows:
        record = records.get(row["event_id"])
        if record is not None and row["intrusion_id"] in owner:
            for shown in _shown(row, record):
                key = (row["intrusion_id"], shown.family, shown.kind, shown.value)
                found[key].append((row, shown.text))
    traits = [_trait(key, owner[key[0]], seen) for key, seen in found.items()]
    traits += _watched(tables, owner)
    return sorted(traits, key=lambda each: (each.intrusion_id, each.kind, each.value))


def trait_rows(traits: Iterable[Trait], estate_bits: Mapping[tuple[str, str], float]) -> pa.Table:
    """Rows of the table `traits`; `estate_bits` by kind and value, null where not counted."""
    rows = [
        {
            "trait_id": row_id("tr", (each.intrusion_id, each.kind, each.value)),
            "intrusion_id": each.intrusion_id,
            "organisation": each.organisation,
            "family": each.family,
            "kind": each.kind,
            "value": each.value,
            "first_time": min(each.times),
            "last_time": max(each.times),
            "events": len(each.events),
            "world_bits": each.world_bits,
            "estate_bits": estate_bits.get(each.key),
            "rests_on": sorted(each.events),
        }
        for each in traits
    ]
    return pa.Table.from_pylist(rows, TABLES["traits"].schema)


def _organisations(tables: Tables) -> dict[str, str]:
    rows = tables.read("intrusions", ["intrusion_id", "organisation"]).to_pylist()
    return {row["intrusion_id"]: row["organisation"] for row in rows}


def _records(tables: Tables, wanted: Sequence[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    columns = ["event_id", "organisation", "host", "format", "event_code", "fields"]
    among = ("event_id", pa.array(wanted, pa.string()))
    for batch in tables.scan("events", columns, among):
        for record in batch.to_pylist():
            record["fields"] = {name: text for name, text in record["fields"] or () if text}
            yield record["event_id"], record


def _trait(
    key: tuple[str, str, str, str], organisation: str, seen: list[tuple[dict[str, Any], str]]
) -> Trait:
    intrusion, family, kind, value = key
    return Trait(
        intrusion, organisation, family, kind, value,
        frozenset(row["event_id"] for row, _ in seen),
        tuple(sorted({row["time"] for row, _ in seen})),
        frozenset(text for _, text in seen if text),
        frozenset((organisation, row["host"] or "") for row, _ in seen),
    )  # fmt: skip


def _shown(row: Mapping[str, Any], record: Mapping[str, Any]) -> Iterator[_Shown]:
    fields: dict[str, str] = record["fields"]
    if row["technique"]:
        yield _Shown("technique", "technique", row["technique"], "")
    for sign in signs():
        if not sign.codes or record["event_code"] in sign.codes:
            yield from _of_sign(sign, fields)
    marks = "\n".join(fields[name] for name in _MARKS if name in fields)
    for each in softwares():
        if re.search(each.pattern, marks):
            yield _Shown("software", "software", each.id, "")
    yield _Shown("schedule", "hour_utc", f"{row['time'].hour:02d}", "")
    yield _Shown("schedule", "weekday", f"{row['time'].isoweekday()}", "")


def _of_sign(sign: Sign, fields: Mapping[str, str]) -> Iterator[_Shown]:
    if sign.unpublic and is_public(fields.get("OriginalFileName", "")):
        return
    program = next((fields[name] for name in _PROGRAM if name in fields), "")
    for name in sign.fields:
        if name in fields:
            path = fields[name] if sign.form == "file" else program
            value = FORMS[sign.form](fields[name])
            if sign.is_sign(value) and not (sign.outside and in_system_folder(path)):
                yield _Shown(sign.family, sign.kind, value, fields[name])


def _watched(tables: Tables, owner: Mapping[str, str]) -> Iterator[Trait]:
    """The persons that an intrusion asked for; whoever else asks for them is another question."""
    for row in tables.read("exposure").to_pylist():
        events = frozenset(each for each in row["rests_on"] or () if each.startswith("ev_"))
        times = tuple(sorted({each for each in (row["first_time"], row["last_time"]) if each}))
        if row["intrusion_id"] in owner and times:
            yield Trait(
                row["intrusion_id"], owner[row["intrusion_id"]], "target", "watched",
                row["subscriber"], events, times, frozenset(), frozenset(),
            )  # fmt: skip
