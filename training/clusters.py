"""Fits the levels by which catalogued observations are clustered, and measures them.

    python training/clusters.py measure ../shared/attribution   # cross-fitted figures on dev
    python training/clusters.py fit ../shared/attribution       # writes levels.json

Training worlds are replayed from the public knowledge: reports of 24 groups are observed, and the
groups and those reports leave the base, as the benchmark does. The
shipped levels saw no group that never occurs in `dev`, so that figures on held-back groups are
figures on unseen groups; levels that are measured on one dev world saw none of its groups.
"""

import gzip
import importlib.util
import json
import random
import sys
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from crossline.clusters.base import read_base
from crossline.clusters.catalogued import cluster_observations
from crossline.clusters.levels import Curve, Levels
from crossline.clusters.likeness import Observed, likeness
from crossline.knowledge import Knowledge, decode_compact

OUT = Path(__file__).parents[1] / "src/crossline/content/clusters/levels.json"
GROUPS, REPORTS = 24, 5
QUANTILES = (0.0, 0.5, 0.95, 1.0)
JOIN = 0.1
"""Groups whose mean log-odds are at least these are joined. Read on the cross-fitted dev worlds:
pair-F1 is .457 to .462 from .08 to .13, .43 to .44 from .16 to .3, within what six worlds vary."""


def load(path: Path) -> Any:
    """A gzipped JSON file."""
    return json.loads(gzip.decompress(path.read_bytes()))


def lines(path: Path) -> list[Any]:
    """A gzipped file of JSON lines."""
    return [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]


class Benchmark:
    """The benchmark's knowledge, cases and scorer."""

    def __init__(self, folder: Path) -> None:
        self.score = _scorer(folder / "score.py")
        self.bases = self.score.Knowledge([str(folder / "knowledge")])
        self.full = load(folder / "knowledge/attack_v18.1.json.gz")
        self.cases = lines(folder / "dev/clustering_cases.jsonl.gz")
        self.truth = lines(folder / "dev/clustering_truth.jsonl.gz")
        self.keys = load(folder / "dev/kbs.json.gz")
        known = {case["group"] for case in lines(folder / "dev/attribution_truth.jsonl.gz")}
        self.groups = known.union(*(set(case["clusters"].values()) for case in self.truth))
        self.seen = _by_report(self.full)

    def reduced(self, key: dict[str, Any]) -> Knowledge:
        """The knowledge that one case may read."""
        return decode_compact(json.dumps(self.bases.reduce(key)).encode())

    def world(self, groups: set[str], seed: str) -> tuple[Knowledge, list[Observed], list[str]]:
        """A replayed world of reports; every third is noisy."""
        draw = random.Random(seed)
        rich = [group for group in sorted(groups) if len(self.seen[group]) > 1]
        chosen = draw.sample(rich, min(GROUPS, len(rich)))
        taken: dict[str, str] = {}
        for group in chosen:
            free = [report for report in sorted(self.seen[group]) if report not in taken]
            taken |= dict.fromkeys(draw.sample(free, min(REPORTS, len(free))), group)
        key = {
            "base": "v18.1",
            "drop_reports": sorted(taken),
            "drop_groups": chosen,
            "drop_campaigns": [],
        }
        observed = [self.seen[group][report] for report, group in taken.items()]
        if draw.random() < 1 / 3:
            observed = [self.noisy(one, draw) for one in observed]
        return self.reduced(key), observed, list(taken.values())

    def noisy(self, one: Observed, draw: random.Random) -> Observed:
        """As the benchmark's noisy variants: items dropped, common ones added."""
        use = Counter(
            item
            for reports in self.seen.values()
            for seen in reports.values()
            for item in seen.techniques
        )
        names = sorted(use)
        kept = {item for item in sorted(one.techniques) if draw.random() >= 0.4}
        added = draw.choices(
            names, [use[name] for name in names], k=round(0.4 * len(one.techniques))
        )
        software = {item for item in sorted(one.software) if draw.random() >= 0.4}
        return Observed(frozenset(kept.union(added)), frozenset(software), one.year)


def _scorer(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("score", path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{path}: no such scorer")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _by_report(full: dict[str, Any]) -> dict[str, dict[str, Observed]]:
    items: dict[tuple[str, str], set[str]] = defaultdict(set)
    for _, source, target, reports, _ in full["relations"]:
        if source[0] == "G":
            for report in reports:
                items[source, report].add(target)
    seen: dict[str, dict[str, Observed]] = defaultdict(dict)
    for (group, report), found in sorted(items.items()):
        techniques = frozenset(item for item in found if item[0] == "T")
        if len(techniques) >= 3:
            year = full["reports"][report]["year"]
            seen[group][report] = Observed(techniques, frozenset(found) - techniques, year)
    return seen


def pairs_of(
    knowledge: Knowledge, seen: list[Observed], groups: list[str]
) -> tuple[dict[str, Any], Any]:
    """The features of all pairs as columns, and which pairs are of one group."""
    rows = np.triu_indices(len(seen), 1)
    features = likeness(read_base(knowledge), seen)
    same = np.array([groups[x] == groups[y] for x, y in zip(*rows, strict=True)])
    return {name: matrix[rows] for name, matrix in features.items()}, same


def fit(bench: Benchmark, groups: set[str], seed: str, worlds: int) -> Levels:
    """Levels from replayed worlds of the groups: hat functions between knots, ridge-penalised."""
    parts = [pairs_of(*bench.world(groups, f"{seed}/{number}")) for number in range(worlds)]
    same = np.concatenate([part[1] for part in parts])
    columns, owners, knots = [], [], {}
    for name in parts[0][0]:
        values = np.concatenate([part[0][name] for part in parts])
        knots[name] = np.unique(np.round(np.quantile(values, QUANTILES), 4))
        for number in range(len(knots[name])):
            columns.append(np.interp(values, knots[name], np.eye(len(knots[name]))[number]))
            owners.append(name)
    scaler = StandardScaler()
    model = LogisticRegression(C=0.003, max_iter=400).fit(
        scaler.fit_transform(np.array(columns).T), same
    )
    weights = model.coef_[0] / scaler.scale_ / np.log(2)
    prior = model.intercept_[0] / np.log(2) - weights @ scaler.mean_
    curves = {}
    for name, at in knots.items():
        bits = np.array(
            [weight for weight, owner in zip(weights, owners, strict=True) if owner == name]
        )
        typical = float(
            np.interp(np.median(np.concatenate([part[0][name] for part in parts])), at, bits)
        )
        prior += typical
        curves[name] = Curve(tuple(at.tolist()), tuple(np.round(bits - typical, 4).tolist()))
    return Levels(round(float(prior), 4), JOIN, curves)


def measure(bench: Benchmark, worlds: int = 20) -> None:
    """Cross-fitted figures of the dev worlds."""
    found = defaultdict(list)
    for case, truth in zip(bench.cases, bench.truth, strict=True):
        labels = truth["clusters"]
        levels = fit(bench, set(bench.seen) - set(labels.values()), case["case_id"], worlds)
        seen = {
            each["item"]: Observed(
                frozenset(each["observed"]["techniques"]),
                frozenset(each["observed"].get("software", ())),
                each["observed"].get("year"),
            )
            for each in case["items"]
        }
        answer = cluster_observations(bench.reduced(bench.keys[case["kb"]]), seen, levels)
        names = {name: group[0] for group in answer.groups for name in group}
        pairs = {
            (answer.items[x], answer.items[y]): float(answer.probability[x, y])
            for x, y in combinations(range(len(answer.items)), 2)
        }
        figures = bench.score.cluster_metrics(labels, names, pairs)
        found[case["variant"]].append(figures)
        print(
            case["case_id"],
            case["variant"],
            {k: round(v, 3) for k, v in figures.items()},
            flush=True,
        )
    for variant, rows in found.items():
        print(
            variant, {key: round(float(np.mean([row[key] for row in rows])), 3) for key in rows[0]}
        )


if __name__ == "__main__":
    bench = Benchmark(Path(sys.argv[2]))
    if sys.argv[1] == "measure":
        measure(bench)
    else:
        levels = fit(bench, bench.groups, "ship", 90)
        OUT.write_bytes(msgspec.json.format(msgspec.json.encode(levels), indent=1) + b"\n")
