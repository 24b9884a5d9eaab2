"""The events that the page holds in full, and the words in which a record's place is quoted."""

from collections.abc import Iterable

import pyarrow as pa

from crossline.report.facts import Facts
from crossline.report.page import Chip, Record
from crossline.report.wording import clipped, plain, stamp, visible

__all__ = ["Records", "chip_of", "file_name", "read_records"]

_LONGEST_VALUE = 4_000
_BASES = {
    "stated": "offset from UTC stated in the record",
    "settings": "offset from UTC taken from the settings",
    "assumed": "offset from UTC assumed",
    "none": "no usable time",
}


class Records(dict[str, Record]):
    """Records by event id; `left_out` counts events that a result rests on and the page lacks."""

    left_out: int = 0


def read_records(facts: Facts, wanted: Iterable[str], most: int, most_bytes: int) -> Records:
    """The first events of `wanted`, at most `most`, until their text reaches `most_bytes`."""
    order = list(dict.fromkeys(wanted))
    hashes = dict(
        zip(*(facts.sources[name].to_pylist() for name in ("source_id", "sha256")), strict=True)
    )
    rows: dict[str, list[dict[str, object]]] = {}
    for row in facts.events(pa.array(order[:most], pa.string())).to_pylist():
        rows.setdefault(str(row["event_id"]), []).append(row)
    records, size, stories = Records(), 0, _stories(facts)
    for event_id in order[:most]:
        if event_id in rows and size < most_bytes:
            record = _record(rows[event_id], hashes, stories)
            size += sum(len(name) + len(value) for name, value in record.fields)
            records[event_id] = record
    records.left_out = max(0, len(facts.event_ids) - len(records))
    return records


def _text(value: object) -> str:
    return "" if value is None else plain(str(value))


def _stories(facts: Facts) -> dict[str, set[str]]:
    stories: dict[str, set[str]] = {}
    for row in facts.steps.select(["event_id", "intrusion_id"]).to_pylist():
        stories.setdefault(row["event_id"], set()).add(row["intrusion_id"])
    return stories


def _record(
    places: list[dict[str, object]], hashes: dict[str, str], stories: dict[str, set[str]]
) -> Record:
    row = places[0]
    uncertainty, fields = row["time_uncertainty_s"], row["fields"]
    return Record(
        event_id=str(row["event_id"]),
        organisation=_text(row["organisation"]),
        file=_text(row["evidence_path"]),
        member=_text(row["member"]),
        locator=_locator(row),
        position=int(str(row["position"] or 0)),
        source_id=_text(row["source_id"]),
        sha256=hashes.get(str(row["source_id"]), ""),
        format=_text(row["format"]),
        host=_text(row["host"]),
        time=stamp(row["time"]),  # type: ignore[arg-type]
        uncertainty=_plus_minus(uncertainty) if isinstance(uncertainty, float) else "",
        basis=_BASES.get(str(row["time_basis"]), _text(row["time_basis"])),
        time_raw=_text(row["time_raw"]),
        channel=_text(row["channel"]),
        provider=_text(row["provider"]),
        event_code=_text(row["event_code"]),
        fields=tuple(_fields(fields)) if isinstance(fields, list) else (),
        also_at="; ".join(map(_place, places[1:])),
        stories=tuple(sorted(stories.get(str(row["event_id"]), ()))),
    )


def _plus_minus(seconds: float) -> str:
    return f"±{seconds:g}\u00a0s" if seconds >= 0.001 else ""


def _place(row: dict[str, object]) -> str:
    return f"{_text(row['evidence_path'])} · {_locator(row)}"


def _fields(pairs: list[tuple[str, str | None]]) -> Iterable[tuple[str, str]]:
    for name, value in pairs:
        text = "" if value is None else visible(value)
        cut = len(text) - _LONGEST_VALUE
        more = f"… ({cut:,} more characters in tables/events.parquet)" if cut > 0 else ""
        yield plain(name), text[:_LONGEST_VALUE] + more


def _locator(row: dict[str, object]) -> str:
    number = row["locator"]
    if number is None:
        return f"position {row['position']:,}"
    return f"rec {number}" if row["record_id"] is not None else f"line {number:,}"


def file_name(path: str, member: str) -> str:
    """The last part of a path, or of the member inside an archive."""
    return (member or path).rsplit("/", 1)[-1]


def chip_of(record: Record, rule: str = "") -> Chip:
    """How a record is quoted: organisation, file, place; rule; time with what it may be off by."""
    name = clipped(file_name(record.file, record.member), 48)
    place = f"{clipped(record.organisation, 32)} · {name} · {record.locator}"
    return Chip(
        record.event_id,
        place,
        clipped(rule, 120),
        f"{record.time}\u00a0{record.uncertainty}".rstrip(),
    )
