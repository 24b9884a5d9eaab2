"""Reading real evidence to Arrow batches, beside the bare parse of the same records.

Prints, for each set of `../shared/evidence`, records per CPU second of `crossline.events.batches`
and of the bare library (`evtx` to JSON text, `orjson` for JSON Lines), the ratio of the two, and
the peak memory of the process. Runs are interleaved and the best of each is taken, as the ratio is
to hold on a machine that does other things too. Usage: `python bench/read.py [FILE OR FOLDER …]`.
"""

import gzip
import io
import resource
import sys
import time
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import orjson
from evtx import PyEvtxParser

from crossline.events import ReadSettings, batches
from crossline.evidence import Source, inventory

SHARED = Path(__file__).parents[2] / "shared" / "evidence"
SETS = ("windows-atomic", "benign-windows", "otrf-multi-host-A", "otrf-multi-host-B")
ROUNDS = 3


def content_of(source: Source, base: Path) -> bytes:
    """The bytes of a source, as the bare libraries need them."""
    path = base / source.path
    if source.member is None:
        content = path.read_bytes()
    else:
        with zipfile.ZipFile(path) as archive:
            content = archive.read(source.member)
    return gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content


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


def cpu_seconds(work: Callable[[], int]) -> tuple[int, float]:
    """What the work gives, and the user and system time that it takes."""
    start = time.process_time()
    return work(), time.process_time() - start


def one_round(sources: list[Source], base: Path, bare: Callable[[bytes], int]) -> list[float]:
    """Records per CPU second over all sources: of the bare library, and of crossline."""
    records, seconds = [0, 0], [0.0, 0.0]
    for source in sources:
        content = content_of(source, base)
        works = (partial(bare, content), partial(read_all, source, base))
        for place, work in enumerate(works):
            number, took = cpu_seconds(work)
            records[place] += number
            seconds[place] += took
    return [number / took for number, took in zip(records, seconds, strict=True)]


def read_all(source: Source, base: Path) -> int:
    """Records read to Arrow batches."""
    return sum(batch.read for batch in batches(source, base, ReadSettings()))


def measure(path: Path) -> None:
    """A line for each container of the evidence at a path."""
    found = [item for item in inventory(path, path.parent, "bench") if isinstance(item, Source)]
    for container, bare in (("evtx", bare_evtx), ("json_lines", bare_lines)):
        sources = [source for source in found if source.container == container]
        if not sources:
            continue
        rounds = [one_round(sources, path.parent, bare) for _ in range(ROUNDS)]
        library, crossline = (max(rates) for rates in zip(*rounds, strict=True))
        print(
            f"{path.stem:20} {container:10} files {len(sources):5} bare {library:9,.0f}/s "
            f"crossline {crossline:8,.0f}/s ratio {library / crossline:5.1f} "
            f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:5.0f} MiB"
        )


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
