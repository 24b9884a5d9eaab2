"""How well detections become stories, on real campaigns with a written truth.

    python bench/stories.py [FOLDER] [SET ...]

Sets stand in `../shared/evidence`, their truth in `../shared/evidence/truth`. Each set is a case of
its own, under FOLDER, with exactly the members that its truth names; `together` holds all of them
as several organisations. Cases that are there are used again: only the stories are made anew, so
empty the folder after a change to reading or rules. Without FOLDER a temporary one is used.

Shares are those of the truth's hosts, accounts and techniques that the largest story has (recall),
and of the largest story's that the truth has (precision). The truth names no events, and lists
techniques by capture and not by step, so precision of techniques is a lower bound.
"""

import json
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from crossline.case import Case
from crossline.kernel.progress import Silent
from crossline.pipeline import STAGES
from crossline.settings import DetectSettings, Settings
from crossline.store import Store, Tables

SHARED = Path(__file__).parents[2] / "shared"
EVIDENCE = SHARED / "evidence"
RULES = ("builtin", str(SHARED / "sigma" / "sigma-rules.zip"))
TOGETHER = "together"


@dataclass(frozen=True, slots=True)
class Truth:
    """What a set should give: names in lower case, hosts and accounts without their domain."""

    name: str
    stories: int
    hosts: frozenset[str]
    accounts: frozenset[str]
    techniques: frozenset[str]
    members: tuple[tuple[str, str], ...]


def plain(name: str) -> str:
    r"""`DOMAIN\\Name (remark)` and `name.domain` as `name`."""
    return name.partition(" ")[0].rpartition("\\")[2].partition(".")[0].lower()


def user(name: str) -> str:
    r"""`DOMAIN\\Name (remark)` as `name`."""
    return name.partition(" ")[0].rpartition("\\")[2].lower()


def read_truth(path: Path) -> Truth:
    """The truth of one file."""
    told = json.loads(path.read_text(encoding="utf-8"))
    listed = [file.split("!", 1) for file in told.get("files", [])]
    listed += [
        [one["archive"], one.get("file") or one["file_prefix"]] for one in told.get("evidence", [])
    ]
    return Truth(
        name=path.stem,
        stories=told["intrusions"],
        hosts=frozenset(plain(host) for host in told.get("hosts", ())),
        accounts=frozenset(user(account) for account in told.get("accounts", ())),
        techniques=frozenset(told.get("techniques", ())),
        members=tuple((archive, member) for archive, member in listed),
    )


def unpack(truth: Truth, folder: Path) -> None:
    """Write the members of the truth into a folder of evidence."""
    for archive, prefix in truth.members:
        with zipfile.ZipFile(EVIDENCE / archive) as pack:
            for member in pack.namelist():
                if member == prefix or (prefix.endswith("/") and member.startswith(prefix)):
                    pack.extract(member, folder)


def make_case(root: Path, truths: Iterable[Truth]) -> Case:
    """A case whose evidence is read and matched; as it is, if it is there."""
    settings = Settings(detect=DetectSettings(rules=RULES))
    case = Case(root, settings)
    if not case.store.is_dir():
        for truth in truths:
            unpack(truth, root / "evidence" / truth.name)
        case.store.mkdir(parents=True)
        for stage in (stage for stage in STAGES if stage.name in ("ingest", "detect")):
            stage.run(case, Tables(Store(case.store), stage.reads, stage.writes), Silent())
    return case


def stories_of(case: Case) -> tuple[list[dict[str, object]], float]:
    """The stories, largest first, and the seconds that they took."""
    stage = next(stage for stage in STAGES if stage.name == "intrusions")
    store = Store(case.store)
    start = time.perf_counter()
    stage.run(case, Tables(store, stage.reads, stage.writes), Silent())
    took = time.perf_counter() - start
    rows = store.read("intrusions").to_pylist()
    return sorted(rows, key=lambda row: (-len(row["rests_on"]), row["intrusion_id"])), took


def share(found: Iterable[str], wanted: frozenset[str]) -> str:
    """Precision and recall, `-` where there is nothing to compare."""
    found = set(found)
    both = len(found & wanted)
    return f"{_part(both, len(found))}/{_part(both, len(wanted))}"


def _part(some: int, all_: int) -> str:
    return f"{some / all_:.2f}" if all_ else "-"


def line(truth: Truth, stories: list[dict[str, object]]) -> str:
    """One set's figures."""
    words = f"{truth.name:30} stories {len(stories):3} (truth {truth.stories})"
    if not stories:
        return words
    first = stories[0]
    events = sum(len(row["rests_on"]) for row in stories)
    firm = sum(row["confidence"] != "low" for row in stories)
    return (
        f"{words}, above low {firm}, largest holds {len(first['rests_on']) / events:.2f}"
        f", hosts {share(map(plain, first['hosts']), truth.hosts)}"
        f", accounts {share(map(user, first['accounts']), truth.accounts)}"
        f", techniques {share(first['techniques'], truth.techniques)}"
    )


def measure(root: Path, truths: list[Truth]) -> Iterator[str]:
    """The lines of one case."""
    stories, took = stories_of(make_case(root, truths))
    for truth in truths:
        yield line(truth, [row for row in stories if row["organisation"] == truth.name])
    yield f"{'':30} {took:.1f} s"


def main() -> None:
    """Measure and print."""
    if not EVIDENCE.is_dir():
        print(f"{EVIDENCE} is not here: nothing measured")
        return
    truths = [read_truth(path) for path in sorted((EVIDENCE / "truth").glob("*.json"))]
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(sys.argv[1] if len(sys.argv) > 1 else temporary)
        asked = sys.argv[2:] or [*(truth.name for truth in truths), TOGETHER]
        for name in asked:
            own = [truth for truth in truths if truth.name.startswith(name)]
            for text in measure(folder / name, own or truths):
                print(text, flush=True)


if __name__ == "__main__":
    main()
