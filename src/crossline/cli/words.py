"""A row of a table in plain words, for `explain`."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

__all__ = ["describe", "printable"]

_Row = dict[str, Any]
# Long values would hide the rest of the record on a terminal.
_MOST_CHARACTERS = 300


def printable(text: object) -> str:
    """Log content as text that a terminal shows and does not obey, cut at 300 characters."""
    shown = "".join(char if char.isprintable() else repr(char)[1:-1] for char in str(text))
    return shown if len(shown) <= _MOST_CHARACTERS else shown[:_MOST_CHARACTERS] + "…"


def _time(value: object) -> str:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3] + "Z"
    return "at an unknown time"


def _words(value: object) -> str:
    return (
        ", ".join(printable(item) for item in value)
        if isinstance(value, list) and value
        else "none"
    )


def _pairs(value: Any) -> list[tuple[str, object]]:
    return list(value.items()) if isinstance(value, dict) else list(value or [])


def _place(row: _Row) -> str:
    member = "" if row["member"] is None else f"!{row['member']}"
    return printable(f"{row['evidence_path']}{member}")


def _host(row: _Row) -> str:
    return printable(row["host"] or "an unnamed host")


def _intrusion(row: _Row) -> Iterator[str]:
    where, title = printable(row["organisation"]), printable(row["title"])
    yield f"{row['intrusion_id']}: an intrusion at {where}: {title}"
    yield f"  from {_time(row['first_seen'])} to {_time(row['last_seen'])}, status {row['status']}"
    yield f"  hosts: {_words(row['hosts'])}; accounts: {_words(row['accounts'])}"
    yield f"  techniques: {_words(row['techniques'])}"


def _detection(row: _Row) -> Iterator[str]:
    author = printable(row["rule_author"] or "unknown")
    yield (
        f'{row["detection_id"]}: rule "{printable(row["rule_title"])}" (level {row["level"]}, '
        f"by {author}) fired on {_host(row)} {_time(row['time'])}"
    )
    for name, value in _pairs(row["matched"]):
        yield f"  matched {printable(name)} = {printable(value)}"
    if row["rarity_bits"] is not None:
        yield f"  rarity in this estate: {row['rarity_bits']:.1f} bits"


def _event(row: _Row) -> Iterator[str]:
    log = printable(row["channel"] or row["format"])
    yield f"{row['event_id']}: {log} event {row['event_code']} on {_host(row)} {_time(row['time'])}"
    yield f"  in {_place(row)}, locator {row['locator']}, record {row['position']} of the file"
    if row["time"] is None:
        yield f"  no usable time; as written: {printable(row['time_raw'])}"
    else:
        basis = f"{row['time_basis']}, ±{row['time_uncertainty_s']} s"
        yield f"  time as written: {printable(row['time_raw'])} ({basis})"
    for name, value in _pairs(row["fields"]):
        yield f"  {printable(name)} = {printable(value)}"


def _source(row: _Row) -> Iterator[str]:
    whose = printable(row["organisation"])
    yield f"{row['source_id']}: file {_place(row)} of {whose}, SHA-256 {row['sha256']}"
    yield (
        f"  {row['size']:,} bytes, {row['read']:,} records read: {row['kept']:,} kept, "
        f"{row['rejected']:,} rejected, {row['withheld']:,} withheld"
    )


def _judgement(row: _Row) -> Iterator[str]:
    yield f"{row['judgement_id']}: {row['question']}: {printable(row['sentence'])}"


def _plain(row: _Row) -> Iterator[str]:
    cells = (
        f"{name} = {printable(value)}"
        for name, value in row.items()
        if value is not None and name != "rests_on"
    )
    yield "; ".join(cells)


_SPEAKERS: dict[str, Callable[[_Row], Iterator[str]]] = {
    "intrusions": _intrusion,
    "detections": _detection,
    "events": _event,
    "sources": _source,
    "judgements": _judgement,
}


def describe(table: str, row: _Row) -> Iterator[str]:
    """Lines that say what a row of that table states."""
    yield from _SPEAKERS.get(table, _plain)(row)
