"""Rules over a file of flat JSON events, for tests of the engine: `crossline match`.

The file's events go through the same plan and the same matching as evidence does; only their
reading is different: numbers keep the text they are written with, nothing is normalised.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from crossline.kernel.errors import EvidenceError, UsageError
from crossline.sigma.correlating import correlate
from crossline.sigma.loading import load_rules
from crossline.sigma.matching import match
from crossline.sigma.planning import Plan, plan
from crossline.sigma.rules import Rule
from crossline.sigma.times import parse_time

__all__ = ["Answer", "match_file"]

Json: TypeAlias = "str | bool | list[Json] | dict[str, Json] | None"
Answer: TypeAlias = dict[str, str | int | list[int] | dict[str, str]]
"""One line of output, by SIGMA.md section 1."""

_BATCH = 25_000
_MAX_DEPTH = 30
_COLUMNS = {"Channel": "channel", "EventID": "event_code", "Provider_Name": "provider"}

_SCHEMA = pa.schema(
    [
        ("event_id", pa.string()),
        ("format", pa.string()),
        ("channel", pa.string()),
        ("provider", pa.string()),
        ("event_code", pa.string()),
        ("host", pa.string()),
        ("time", pa.timestamp("us", tz="UTC")),
        ("fields", pa.map_(pa.string(), pa.string())),
    ]
)


def match_file(rules: Path, events: Path, hints: list[str] | None = None) -> Iterator[Answer]:
    """Match rules against events in JSON Lines.

    Args:
        rules: a rule file, folder or archive.
        events: one flat JSON object a line; `Channel`, `EventID`, `Provider_Name` choose the log
            source, `timestamp` (ISO 8601) is the time for correlations. Nested objects stand
            under dotted names; of an array any element counts.
        hints: takes, at the end, a line for each rule whose log source no event is of.

    Yields:
        `{"rule_id", "line"}` for each hit, `{"rule_id", "time", "group", "lines"}` for each
        finding of a correlation, `{"rule_id", "refused"}` for each rule that is not used.

    Raises:
        UsageError: a path does not exist.
        EvidenceError: at the end, if lines were no JSON objects; the others were used.
    """
    ruleset = load_rules([rules])
    for refused in ruleset.refused:
        yield {"rule_id": refused.rule_id, "refused": refused.reason}
    if not events.is_file():
        raise UsageError(f"events: {events} does not exist")
    running = plan(ruleset)
    signals, faults = [], list[str]()
    checked = np.zeros(len(running.rules), np.int64)
    for table in _tables(events, faults):
        found = match(running, table)
        checked += found.events_checked
        hits = found.hits.filter(pc.is_null(found.hits["suppressed_by"]))
        lines = [int(table["event_id"][row].as_py()) for row in hits["row"].to_pylist()]
        for rule, line in zip(hits["rule"].to_pylist(), lines, strict=True):
            yield {"rule_id": running.rules[rule].rule_id, "line": line}
        signals.append(found.signals)
    if signals:
        yield from _findings(running, pa.concat_tables(signals))
    if hints is not None:
        hints += _unlooked(running, checked)
    if faults:
        raise EvidenceError(f"{events}:{faults[0]} ({len(faults)} such lines, not used)")


def _unlooked(running: Plan, checked: NDArray[np.int64]) -> Iterator[str]:
    """Why a rule may be silent: no event is of its log source."""
    for number, rule in enumerate(running.rules):
        if isinstance(rule, Rule) and not checked[number]:
            unmapped = "; no log is mapped to it" if number in running.unmapped else ""
            yield (
                f"{rule.rule_id}: no event is of its log source ({rule.logsource}){unmapped}. "
                "Channel, EventID and Provider_Name of an event decide; "
                "`logsource: {product: conformance}` looks at every event"
            )


def _findings(running: Plan, signals: pa.Table) -> Iterator[Answer]:
    for finding in correlate(running, signals).to_pylist():
        yield {
            "rule_id": running.rules[finding["rule"]].rule_id,
            "time": finding["time"].strftime("%Y-%m-%dT%H:%M:%S.%fZ").replace(".000000Z", "Z"),
            "group": dict(finding["group"]),
            "lines": sorted(int(line) for line in finding["event_ids"]),
        }


def _tables(events: Path, faults: list[str]) -> Iterator[pa.Table]:
    """The events in batches; what is wrong with lines that are no event goes to `faults`."""
    rows = []
    with events.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            if line.strip():
                try:
                    rows.append(_row(number, _parsed(line)))
                except (ValueError, TypeError, RecursionError) as error:
                    faults.append(f"{number}: no JSON object: {error}")
            if len(rows) == _BATCH:
                yield pa.Table.from_pylist(rows, schema=_SCHEMA)
                rows = []
    if rows:
        yield pa.Table.from_pylist(rows, schema=_SCHEMA)


def _parsed(line: bytes) -> dict[str, Json]:
    event = json.loads(line, parse_int=str, parse_float=_real, parse_constant=str)
    if not isinstance(event, dict):
        raise TypeError("another JSON value")
    return event


def _real(text: str) -> str:
    """A fraction as YAML's `1.50` becomes it in a rule: `1.5`."""
    return str(float(text))


def _row(number: int, event: Mapping[str, Json]) -> dict[str, object]:
    fields: list[tuple[str, str | None]] = []
    for name, value in event.items():
        fields += _flat(name, value, 0)
    counts: dict[str, int] = {}
    named = []
    for name, text in fields:
        counts[name] = counts.get(name, 0) + 1
        named.append((name if counts[name] == 1 else f"{name}#{counts[name]}", text))
    texts = dict(fields)
    columns = {column: texts.get(name) for name, column in _COLUMNS.items()}
    time = texts.get("timestamp")
    return {
        "event_id": str(number),
        "time": parse_time(time) if time else None,
        "fields": named,
        **columns,
    }


def _flat(name: str, value: Json, depth: int) -> list[tuple[str, str | None]]:
    if depth > _MAX_DEPTH:
        return [(name, json.dumps(value))]
    if isinstance(value, dict):
        return [p for key, item in value.items() for p in _flat(f"{name}.{key}", item, depth + 1)]
    if isinstance(value, list):
        return [pair for item in value for pair in _flat(name, item, depth + 1)]
    if isinstance(value, bool):
        return [(name, "true" if value else "false")]
    return [(name, value and value.encode("utf-8", "replace").decode())]
