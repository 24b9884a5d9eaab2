"""`crossline scan` with all Windows rules over real Windows evidence, beside the bare parse of it.

Prints events per CPU second (user and system, all processes), peak memory of a process, and the
ratio to reading the same records with the bare libraries (`evtx`, `orjson`) in the same run. Needs
`../shared/evidence` and `../shared/sigma`.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
EVTX_SETS = ("windows-atomic", "sigma-regression", "benign-windows")
JSON_SETS = ("otrf-json", "otrf-multi-host-A", "otrf-multi-host-B")

BARE_EVTX = """
import sys
from pathlib import Path
from evtx import PyEvtxParser
n = 0
for path in sorted(Path(sys.argv[1]).rglob("*.evtx")):
    try:
        for record in PyEvtxParser(str(path)).records_json():
            n += 1
    except (RuntimeError, OSError):
        pass
print(n)
"""
BARE_JSON = """
import sys
from pathlib import Path
import orjson
n = 0
for path in sorted(Path(sys.argv[1]).rglob("*.json")):
    with path.open("rb") as file:
        for line in file:
            try:
                orjson.loads(line)
                n += 1
            except orjson.JSONDecodeError:
                pass
print(n)
"""


@dataclass
class Cost:
    """What a process cost: CPU seconds, peak memory in MiB, and what it printed."""

    cpu_s: float
    peak_mib: float
    text: str


def cost(*command: str) -> Cost:
    """Run a command to its end."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode not in (0, 3):
        sys.exit(f"{' '.join(command)}: exit code {done.returncode}: {done.stderr[-500:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(cpu_s, after.ru_maxrss / 1024, done.stdout)


def unpacked(sets: tuple[str, ...], to: Path) -> Path:
    """The sets unpacked, for the bare libraries cannot read in a zip."""
    for name in sets:
        with zipfile.ZipFile(SHARED / "evidence" / f"{name}.zip") as archive:
            archive.extractall(to / name)
    return to


def measure(title: str, evidence: Path, bare: str, rules: Path) -> None:
    """One line: the scan, warm rule cache, one process, against the bare parse."""
    scan = (sys.executable, "-m", "crossline", "scan", str(evidence), "--rules", str(rules))
    scan += ("--workers", "1", "--quiet", "--jsonl")
    cost(*scan)
    parse = cost(sys.executable, "-c", bare, str(evidence))
    warm = cost(*scan)
    events, hits = int(parse.text), warm.text.count("\n")
    authors = {json.loads(line)["rule_author"] for line in warm.text.splitlines()}
    print(
        f"{title}: {events:,} events, {hits:,} hits by rules of {len(authors)} authors: "
        f"{events / warm.cpu_s:,.0f} events per CPU second, {warm.cpu_s / parse.cpu_s:.1f} times "
        f"the bare parse ({events / parse.cpu_s:,.0f} per CPU second), peak {warm.peak_mib:.0f} MiB"
    )


def main() -> None:
    """Measure what is here."""
    rules = SHARED / "sigma" / "sigma-rules.zip"
    if not rules.is_file():
        sys.exit("bench/scan.py needs ../shared/evidence and ../shared/sigma, which are not here")
    with tempfile.TemporaryDirectory() as folder:
        evtx = unpacked(EVTX_SETS, Path(folder) / "evtx")
        measure("EVTX", evtx, BARE_EVTX, rules)
        flat = unpacked(JSON_SETS, Path(folder) / "json")
        measure("JSON Lines", flat, BARE_JSON, rules)


if __name__ == "__main__":
    main()
