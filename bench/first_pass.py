"""A case over a large pile of EVTX: reading, all rules, the store written, beside the bare parse.

    python bench/first_pass.py [COPIES]

Each copy of the public files has computer names of its own, so every record is another one. Needs
`../shared/evidence` and `../shared/sigma`.
"""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from evtx import PyEvtxParser
from rehunt import RULES, crossline
from scan import BARE_EVTX, EVTX_SETS, Cost, cost, unpacked

COPIES = 8


def computers(path: Path) -> set[str]:
    """The names of the computers in a file; none of it if it is damaged."""
    try:
        records = list(PyEvtxParser(str(path)).records())
    except (RuntimeError, OSError):
        return set()
    names = (record["data"].partition("<Computer>")[2].partition("<")[0] for record in records)
    return {name for name in names if len(name) > 3}


def renamed(data: bytes, names: set[str], number: int) -> bytes:
    """The file with another last letter but one in each name, so that nothing moves in it."""
    for name in sorted(names):
        other = f"{name[:-2]}{number:02}" if number else name
        data = data.replace(name.encode("utf-16-le"), other.encode("utf-16-le"))
    return data


def pile(folder: Path, copies: int, to: Path) -> None:
    """Write so many copies of every file."""
    for path in sorted(folder.rglob("*.evtx")):
        data, names = path.read_bytes(), computers(path)
        for number in range(copies):
            target = to / f"{number:02}" / path.relative_to(folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(renamed(data, names, number))


def main() -> None:
    """Measure, if rules and evidence are here."""
    if not RULES.is_file():
        sys.exit("bench/first_pass.py needs ../shared/evidence and ../shared/sigma")
    copies = int(sys.argv[1]) if len(sys.argv) > 1 else COPIES
    with tempfile.TemporaryDirectory() as folder:
        evidence = Path(folder) / "case" / "evidence" / "org"
        pile(unpacked(EVTX_SETS, Path(folder) / "sets"), copies, evidence)
        cost(sys.executable, "-m", "crossline", "rules", "--rules", str(RULES))
        bare = cost(sys.executable, "-c", BARE_EVTX, str(evidence))
        read = crossline("ingest", evidence.parents[1])
        ran = crossline("detect", evidence.parents[1], "--rules", RULES)
        total = Cost(read.cpu_s + ran.cpu_s, max(read.peak_mib, ran.peak_mib), "")
        events = int(bare.text)
        print(
            f"first pass from EVTX, all rules: {events:,} events, {total.cpu_s:.1f} CPU s "
            f"({read.cpu_s:.1f} reading, {ran.cpu_s:.1f} rules), "
            f"{events / total.cpu_s:,.0f} events per CPU second (must 15,000, aim 25,000), "
            f"{total.cpu_s / bare.cpu_s:.1f} times the bare parse (must 12, aim 7), "
            f"peak {total.peak_mib:.0f} MiB"
        )


if __name__ == "__main__":
    main()
