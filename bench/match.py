"""How fast rules load and match, as ratios: cached against cold, the engine against a naive one.

    python bench/match.py RULES EVENTS [CACHE]

RULES is a file, folder or archive of rules; EVENTS is Parquet with the columns of the `events`
table (a folder of it, or one file). Times are CPU seconds of this process.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.oracle.naive_sigma import NaiveRule

from crossline.sigma import RuleSet, load_rules, match, plan
from crossline.sigma.logsources import places
from crossline.sigma.packs import rule_files

BATCH = 25_000
NAIVE_EVENTS = 200
Result = TypeVar("Result")


def timed(work: Callable[[], Result]) -> tuple[Result, float]:
    """What `work` gives, and its CPU seconds."""
    start = time.process_time()
    result = work()
    return result, time.process_time() - start


def batches(path: Path) -> Iterator[pa.Table]:
    """The events in parts of 25,000."""
    files = sorted(path.rglob("*.parquet")) if path.is_dir() else [path]
    for file in files:
        for batch in pq.ParquetFile(file).iter_batches(BATCH):
            yield pa.Table.from_batches([batch])


def run(rules: RuleSet, events: Path) -> tuple[int, int]:
    """Events and hits of all batches."""
    running, count, hits = plan(rules), 0, 0
    for table in batches(events):
        count += table.num_rows
        hits += match(running, table).hits.num_rows
    return count, hits


def naive_rate(rules: Path, loaded: RuleSet, events: Path) -> float:
    """Events a CPU second of the naive evaluator, rules preselected by log source."""
    texts = {(file.pack, file.path): file.data.decode() for file in rule_files([rules])}
    naive = [(places(r.logsource), NaiveRule(texts[r.pack, r.path])) for r in loaded.rules]
    table = next(batches(events))
    step = max(1, table.num_rows // NAIVE_EVENTS)
    rows = table.take(list(range(0, table.num_rows, step))).to_pylist()

    def all_events() -> None:
        for row in rows:
            record = (row["format"], row["channel"], row["provider"], row["event_code"])
            event = {"EventID": [row["event_code"]], "Channel": [row["channel"]]}
            event |= {name: [value] for name, value in row["fields"]}
            for found, rule in naive:
                if any(place.admits(record) for place in found):
                    rule.matches(event)

    return len(rows) / timed(all_events)[1]


def main() -> None:
    """Measure and print."""
    rules, events = Path(sys.argv[1]), Path(sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:
        _, cold = timed(lambda: load_rules([rules], Path(folder)))
        loaded, warm = timed(lambda: load_rules([rules], Path(folder)))
    print(f"rules {len(loaded.rules)}, refused {len(loaded.refused)}")
    print(f"load: cold {cold:.2f} s, cached {warm:.2f} s, ratio {cold / warm:.1f}")
    (count, hits), seconds = timed(lambda: run(loaded, events))
    rate = count / seconds
    print(f"all rules: {count} events, {hits} hits, {rate:,.0f} events/s (reading included)")
    few = RuleSet(loaded.rules[:: max(1, len(loaded.rules) // 50)][:50], ())
    (count, _), seconds = timed(lambda: run(few, events))
    few_rate = count / seconds
    print(f"{len(few.rules)} rules: {few_rate:,.0f} events/s, ratio {few_rate / rate:.1f}")
    naive = naive_rate(rules, loaded, events)
    print(f"naive evaluator: {naive:,.0f} events/s, engine is {rate / naive:.0f} times as fast")


if __name__ == "__main__":
    main()
