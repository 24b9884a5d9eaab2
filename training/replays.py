"""Cases with known answers: the benchmark's own, and the same reports replayed on older knowledge.

Only reports that stand in the benchmark's dev side are replayed, and reports too short to be a
benchmark case on either side (fewer than three techniques): what is held back is never trained on.
"""

import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from crossline.attribution.profiles import Observed, Profiles, build_profiles
from crossline.knowledge import decode_compact

NONE = "none_of_these"
YEARS = tuple(range(2014, 2025))
AGES = (0, 1, 2, 4)
ONLY_OUTSIDE = {"reconnaissance", "resource-development"}


@dataclass(frozen=True)
class Case:
    """One observation, its true group (or none) and the group by which folds are cut."""

    kind: str
    variant: str
    case_id: str
    observed: Observed
    truth: str
    group: str


class Bench:
    """The benchmark folder: cases, truths, and the scorer's own builder of reduced bases."""

    def __init__(self, folder: Path) -> None:
        sys.path.insert(0, str(folder))
        import score  # the benchmark's own module

        self.knowledge = score.Knowledge([str(folder / "knowledge")])
        self.base = self.knowledge.base("v18.1")
        self.keys = score.load(folder / "dev/kbs.json.gz")
        self.cases = score.lines(folder / "dev/attribution_cases.jsonl.gz")
        self.truths = score.lines(folder / "dev/attribution_truth.jsonl.gz")

    def profiles(self, **spec: object) -> Profiles:
        """Profiles of the base without what the key drops."""
        empty = {"base": "v18.1", "drop_reports": [], "drop_groups": [], "drop_campaigns": []}
        reduced = self.knowledge.reduce({**empty, **spec})
        return build_profiles(decode_compact(msgspec.json.encode(reduced)))


def observed_of(raw: dict) -> Observed:
    """The observation of a benchmark case."""
    return Observed(tuple(raw["techniques"]), tuple(raw.get("software", ())), raw.get("year"))


def benchmark_cases(bench: Bench) -> Iterator[tuple[Profiles, list[Case]]]:
    """The dev cases of kinds A, B and T, those of one base together."""
    truth = {(t["case_id"], t["variant"]): t for t in bench.truths}
    by_key: dict[str, list[Case]] = {}
    for raw in bench.cases:
        t = truth[raw["case_id"], raw["variant"]]
        case = Case(
            raw["kind"],
            raw["variant"],
            raw["case_id"],
            observed_of(raw["observed"]),
            t["truth"],
            t["group"],
        )
        by_key.setdefault(raw["kb"], []).append(case)
    for key in sorted(by_key):
        yield bench.profiles(**bench.keys[key]), by_key[key]


def report_pairs(bench: Bench) -> dict[tuple[str, str], set[str]]:
    """For each report and group: the techniques and software."""
    pairs: dict[tuple[str, str], set[str]] = {}
    for _, source, target, reports, _ in bench.base["relations"]:
        if source in bench.base["groups"]:
            for report in reports:
                pairs.setdefault((report, source), set()).add(target)
    return pairs


def open_pairs(bench: Bench) -> dict[tuple[str, str], set[str]]:
    """The report-group pairs that may be trained on."""
    dev = {t["report"] for t in bench.truths if t.get("report")}
    pairs = report_pairs(bench)
    longest: dict[str, int] = {}
    for (report, _), items in pairs.items():
        techniques = sum(item[0] == "T" for item in items)
        longest[report] = max(longest.get(report, 0), techniques)
    cited = {r for row in bench.base["relations"] if row[1][0] == "C" for r in row[3]}
    return {
        (report, group): items
        for (report, group), items in sorted(pairs.items())
        if (report in dev and sum(item[0] == "T" for item in items) >= 3)
        or (longest[report] < 3 and len(items) >= 2 and report not in cited)
    }


def variants(
    bench: Bench, items: set[str], year: int | None, seed: str, users: dict[str, int]
) -> dict[str, Observed]:
    """The observation in the benchmark's variants, noise drawn anew."""
    techniques = tuple(sorted(i for i in items if i[0] == "T"))
    software = tuple(sorted(i for i in items if i[0] == "S"))
    noisy_t, noisy_s = noisy(techniques, software, random.Random(seed), users)
    host = tuple(
        t for t in techniques if not set(bench.base["techniques"][t]["tactics"]) <= ONLY_OUTSIDE
    )
    return {
        "tech": Observed(techniques),
        "full": Observed(techniques, software, year),
        "logs": Observed(host, software, year),
        "full_noisy": Observed(noisy_t, noisy_s, year),
        "tech_noisy": Observed(noisy_t),
    }


def noisy(
    techniques: tuple[str, ...],
    software: tuple[str, ...],
    rnd: random.Random,
    users: dict[str, int],
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Drop each item with 0.4, add 0.4 n techniques by popularity, at times common software."""
    kept_t = (
        {t for t in techniques if rnd.random() >= 0.4} or {techniques[0]} if techniques else set()
    )
    kept_s = {s for s in software if rnd.random() >= 0.4}
    pool = sorted(u for u in users if u[0] == "T")
    kept_t |= set(rnd.choices(pool, [users[u] for u in pool], k=round(0.4 * len(techniques))))
    if rnd.random() < 0.3:
        common = sorted((u for u in users if u[0] == "S"), key=lambda u: (-users[u], u))[:20]
        kept_s.add(rnd.choice(common))
    return tuple(sorted(kept_t)), tuple(sorted(kept_s))


def users_of(bench: Bench) -> dict[str, int]:
    """How many groups use each item."""
    pairs = {(row[1], row[2]) for row in bench.base["relations"] if row[1] in bench.base["groups"]}
    users: dict[str, int] = {}
    for _, target in sorted(pairs):
        users[target] = users.get(target, 0) + 1
    return users


def replayed_unknown(bench: Bench) -> Iterator[tuple[Profiles, list[Case]]]:
    """Each known dev report once more, its group hidden."""
    users, pairs = users_of(bench), open_pairs(bench)
    known = {
        (t["report"], t["group"]): t["kb"]
        for t in bench.truths
        if t["kind"] == "A" and t["truth"] != NONE
    }
    for (report, group), key in sorted(known.items()):
        spec = dict(bench.keys[key])
        spec.pop("removes")
        campaigns = [c for c, o in bench.base["campaigns"].items() if o["attributed_to"] == [group]]
        spec |= {"drop_groups": [group], "drop_campaigns": [*spec["drop_campaigns"], *campaigns]}
        year = bench.base["reports"][report]["year"]
        seen = variants(bench, pairs[report, group], year, f"u{report}{group}", users)
        yield (
            bench.profiles(**spec),
            [Case("U", v, report, o, NONE, group) for v, o in seen.items()],
        )


def replayed_short(bench: Bench) -> Iterator[tuple[Profiles, list[Case]]]:
    """Short reports withheld, one base for each."""
    users = users_of(bench)
    dev = {t["report"] for t in bench.truths if t.get("report")}
    for (report, group), items in open_pairs(bench).items():
        if report in dev:
            continue
        profiles = bench.profiles(drop_reports=[report])
        if group not in profiles.groups:
            continue
        year = bench.base["reports"][report]["year"]
        seen = variants(bench, items, year, f"s{report}{group}", users)
        yield (
            profiles,
            [
                Case("S", v, report, seen[v], group, group)
                for v in ("full", "tech", "full_noisy")
                if seen[v].techniques
            ],
        )


def replayed_frozen(bench: Bench) -> Iterator[tuple[Profiles, list[Case]]]:
    """Knowledge as of the end of a year, and the open reports of the years after."""
    users, pairs = users_of(bench), open_pairs(bench)
    reports = bench.base["reports"]
    for year in YEARS:
        late = [r for r, o in reports.items() if o["year"] and o["year"] > year]
        gone = [
            c
            for c, o in bench.base["campaigns"].items()
            if not o["first_seen"] or int(o["first_seen"][:4]) > year
        ]
        profiles = bench.profiles(drop_reports=late, drop_campaigns=gone)
        cases = []
        for (report, group), items in pairs.items():
            dated = reports[report]["year"]
            if not dated or dated - year - 1 not in AGES:
                continue
            truth = group if group in profiles.groups else NONE
            seen = variants(bench, items, dated, f"{year}{report}{group}", users)
            cases += [
                Case(f"F{year}", v, report, seen[v], truth, group)
                for v in ("full", "logs", "full_noisy")
                if seen[v].techniques
            ]
        yield profiles, cases
