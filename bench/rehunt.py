"""A case over a large pile: first pass, rehunt of all rules, of 50 new ones, half to all.

    python bench/rehunt.py [EVENTS]

The pile is made by `../shared/evidence/make_big.py` (JSON Lines, every record different). Printed
are events per CPU second of whole processes, with the store written, and the peak of a process,
beside the goals; the first pass also beside decoding the same lines with `orjson`.
"""

import random
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from scan import BARE_JSON, SHARED, Cost, cost

RULES = SHARED / "sigma" / "sigma-rules.zip"
EVENTS = 250_000


def crossline(*arguments: str | Path) -> Cost:
    """One command, in one process."""
    return cost(sys.executable, "-m", "crossline", *map(str, arguments), "--workers", "1", "-q")


def rule_folder(names: list[str], to: Path) -> Path:
    """Some rules of the public set as a folder."""
    with zipfile.ZipFile(RULES) as archive:
        for name in names:
            archive.extract(name, to)
    return to


def told(what: str, events: int, used: Cost, goal: str) -> None:
    """One line of the table."""
    rate = f"{events / used.cpu_s:,.0f} events per CPU second"
    print(f"{what}: {used.cpu_s:.1f} CPU s, {rate} ({goal}), peak {used.peak_mib:.0f} MiB")


def measure(folder: Path, events: int) -> None:
    """Print the table for a pile of so many events."""
    with zipfile.ZipFile(RULES) as archive:
        names = [name for name in archive.namelist() if name.endswith(".yml")]
    chance = random.Random(1)  # noqa: S311 (no secret, but the same choice in each run)
    half = rule_folder(chance.sample(sorted(names), len(names) // 2), folder / "half")
    fifty = rule_folder(chance.sample(sorted(names), 50), folder / "fifty")
    case = folder / "case"
    pile = case / "evidence" / "org" / "pile.json"
    pile.parent.mkdir(parents=True)
    maker = SHARED / "evidence" / "make_big.py"
    cost(sys.executable, str(maker), "--events", str(events), "--months", "3", "--out", str(pile))
    for rules in (half, fifty, RULES):  # so that compiled rules are in the cache
        cost(sys.executable, "-m", "crossline", "rules", "--rules", str(rules))
    bare = cost(sys.executable, "-c", BARE_JSON, str(pile.parent))
    read = crossline("ingest", case)
    first = crossline("detect", case, "--rules", RULES)
    total = Cost(read.cpu_s + first.cpu_s, max(read.peak_mib, first.peak_mib), "")
    told("first pass from JSON Lines, all rules", events, total, "must 18,000, aim 30,000")
    print(f"  {total.cpu_s / bare.cpu_s:.1f} times decoding alone")
    told("rehunt from the store, 50 new rules", events, hunted(case, fifty), "must 500,000")
    forget(case)
    crossline("detect", case, "--rules", fifty)  # reads the fields of the parts, as a first run
    everything = hunted(case, RULES)
    told("rehunt from the store, all rules", events, everything, "must 40,000, aim 80,000")
    forget(case)
    crossline("detect", case, "--rules", fifty)
    part = hunted(case, half)
    more = everything.cpu_s / part.cpu_s - 1
    print(f"from half of the rules to all: {more:+.0%} (must be under +40 %)")
    told("the way back, all remembered", events, hunted(case, fifty), "no goal")


def hunted(case: Path, rules: Path) -> Cost:
    """A rehunt."""
    return crossline("rehunt", case, "--rules", rules)


def forget(case: Path) -> None:
    """Drop what is remembered of the parts of the store."""
    shutil.rmtree(case / "store" / "remembered")
    (case / "store" / "stages.json").unlink()


def main() -> None:
    """Measure if the rules and the maker of piles are here."""
    if not RULES.is_file():
        sys.exit("bench/rehunt.py needs ../shared/evidence and ../shared/sigma, which are not here")
    events = int(sys.argv[1]) if len(sys.argv) > 1 else EVENTS
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), events)


if __name__ == "__main__":
    main()
