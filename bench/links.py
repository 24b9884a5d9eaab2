"""How the cost of linking grows: synthetic detections over many hosts, ten times as many each step.

    python bench/links.py [DETECTIONS ...]

Every detection has an event of its own: a program start on one of DETECTIONS / 10 hosts (at most
100,000) within a year. One in fifty belongs to an intrusion of twenty events on two hosts with a
file of its own; the others have common rules and files. Prints seconds, peak memory, and how much
more each step took than the one before; 10 would be linear.
"""

import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa

from crossline import intrusions
from crossline.case import Case
from crossline.kernel.progress import Silent
from crossline.settings import Settings
from crossline.store import Store, Tables
from crossline.tables import TABLES

START = datetime(2024, 1, 1, tzinfo=UTC)
YEAR_S = 365 * 86_400
PART = 50_000
OF_INTRUSION = 20
ONE_IN = 50
ACTS = ("T1505.003", "T1003.001", "T1055", "T1059.001", "T1021.002")
Row = dict[str, object]


def pairs(count: int) -> Iterator[tuple[Row, Row]]:
    """Events, each with its detection."""
    hosts = max(2, min(100_000, count // 10))
    for number in range(count):
        story, place = divmod(number // ONE_IN, OF_INTRUSION)
        hostile = number % ONE_IN == 0
        host = story * 7 % hosts + place % 2 if hostile else number * 7919 % hosts
        second = story * 86_413 + place * 60 if hostile else number * 104_729
        tool = f"\\\\perf\\\\t{story}.exe" if hostile else f"\\\\perf\\\\common{number % 9}.exe"
        yield event(number, host, second % YEAR_S, tool), detection(number, hostile, place)


def event(number: int, host: int, second: int, tool: str) -> Row:
    """A program start."""
    when = START + timedelta(seconds=second)
    fields = [
        ("Image", f"C:{tool}"), ("ProcessGuid", f"{{{number:032x}}}"), ("ProcessId", "7"),
        ("User", f"CORP\\u{host}"), ("LogonId", f"0x{host + 5000:x}"),
    ]  # fmt: skip
    return {
        "event_id": f"ev_{number:08}", "organisation": "north", "month": f"{when:%Y-%m}",
        "evidence_path": "log.json", "position": number + 1, "source_id": "so_1",
        "format": "sysmon", "host": f"h{host}", "time": when, "time_basis": "stated",
        "event_code": "1", "fields": fields,
    }  # fmt: skip


def detection(number: int, hostile: bool, place: int) -> Row:
    """What fired on it."""
    rule = f"rare{place % 5}" if hostile else f"common{number % 40}"
    return {
        "detection_id": f"de_{number:08}", "rule_id": rule, "rule_title": rule,
        "level": "high" if hostile or number % 40 < 4 else "medium", "organisation": "north",
        "techniques": [ACTS[place % 5]], "kind": "rule", "rests_on": [f"ev_{number:08}"],
    }  # fmt: skip


def fill(store: Store, count: int) -> None:
    """Write the events and detections, part by part."""
    events: list[Row] = []
    found: list[Row] = []
    for one, other in pairs(count):
        events.append(one)
        found.append(other)
        if len(events) == PART:
            write(store, events, found)
    write(store, events, found)


def write(store: Store, events: list[Row], found: list[Row]) -> None:
    """Append what there is, and forget it."""
    for name, rows in (("events", events), ("detections", found)):
        if rows:
            store.append(name, pa.Table.from_pylist(rows, TABLES[name].schema))
            rows.clear()
    store.append("coverage", TABLES["coverage"].schema.empty_table())


def measure(count: int) -> float:
    """Seconds of the stage."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "store")
        fill(store, count)
        written = frozenset({"intrusions", "intrusion_events", "unlinked", "cleared"})
        tables = Tables(store, frozenset({"events", "detections", "coverage"}), written)
        start = time.perf_counter()
        intrusions.run(Case(Path(folder), Settings()), tables, Silent())
        took = time.perf_counter() - start
        told = store.read("intrusions").num_rows
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{count:>9,} detections: {took:7.1f} s, peak {peak:,.0f} MiB, {told:,} stories", end="")
    return took


def main() -> None:
    """Measure and print."""
    before = 0.0
    for count in [int(text) for text in sys.argv[1:]] or [10_000, 100_000]:
        took = measure(count)
        print(f", {took / before:.1f} times the step before" if before else "", flush=True)
        before = took


if __name__ == "__main__":
    main()
