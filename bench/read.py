"""Reading real evidence to Arrow batches, beside the bare parse of the same records.

Prints, for each set of `../shared/evidence`, records per CPU second of `crossline.events.batches`
and of the bare library (`evtx` to JSON text, `orjson` for JSON Lines), the ratio of the two, and
the peak memory of the process. Runs are interleaved and the best of each is taken, as the ratio is
to hold on a machine that does other things too. Usage: `python bench/read.py [FILE OR FOLDER …]`.
"""

import io
import resource
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import orjson
from evtx import PyEvtxParser

from crossline.events import ReadSettings, batches
from crossline.evidence import Source, inventory

SHARED = Path(__file__).parents[2] / "shared" / "evidence"
SETS = ("windows-atomic", "benign-windows", "otrf-multi-host-A", "otrf-multi-host-B")
ROUNDS = 3


def contents(sources: list[Source], base: Path) -> Iterator[tuple[Source, bytes]]:
    """Each source with its bytes, as the bare libraries need them."""
    for source in sources:
        path = base / source.path
        if source.member is None:
            yield source, path.read_bytes()
        else:
            with zipfile.ZipFile(path) as archive:
                yield source, archive.read(source.member)


def bare_evtx(content: bytes) -> int:
    """Records that the library gives as JSON text, resumed after errors."""
    records = PyEvtxParser(io.BytesIO(content), number_of_threads=1).records_json()
    number = 0
    while True:
        try:
            number += sum(1 for _ in records)
        except RuntimeError:
            continue
        return number


def bare_lines(content: bytes) -> int:
    """Lines that are decoded."""
    return sum(1 for line in content.splitlines() if line and orjson.loads(line))


def per_cpu_second(work: Callable[[], int]) -> float:
    """Records per second of user and system time."""
    start = time.process_time()
    return work() / (time.process_time() - start)


def measure(path: Path) -> None:
    """One line for the evidence at a path."""
    found = [item for item in inventory(path, path.parent, "bench") if isinstance(item, Source)]
    for container, bare in (("evtx", bare_evtx), ("json_lines", bare_lines)):
        sources = [source for source in found if source.container == container]
        if not sources:
            continue
        loaded = list(contents(sources, path.parent))
        best = [0.0, 0.0]
        for _ in range(ROUNDS):
            best[0] = max(best[0], per_cpu_second(partial(bare_all, bare, loaded)))
            best[1] = max(best[1], per_cpu_second(partial(read_all, sources, path.parent)))
        print(
            f"{path.stem:20} {container:10} files {len(sources):5} bare {best[0]:9,.0f}/s "
            f"crossline {best[1]:8,.0f}/s ratio {best[0] / best[1]:5.1f} "
            f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:5.0f} MiB"
        )


def bare_all(bare: Callable[[bytes], int], loaded: list[tuple[Source, bytes]]) -> int:
    """Records that the bare library gives."""
    return sum(bare(content) for _, content in loaded)


def read_all(sources: list[Source], base: Path) -> int:
    """Records read to Arrow batches."""
    return sum(batch.read for source in sources for batch in batches(source, base, ReadSettings()))


def main() -> None:
    """Measure what is named, else the shared sets."""
    paths = [Path(name) for name in sys.argv[1:]] or [SHARED / f"{name}.zip" for name in SETS]
    for path in paths:
        if path.exists():
            measure(path)
        else:
            print(f"{path}: not there")


if __name__ == "__main__":
    main()
