"""Fit the weights of `crossline coordinate` on the benchmark's development cases.

Usage:  python training/coordination.py DEV_FOLDER [--out WEIGHTS.json]

Prints cross-validated figures first: each case is judged by a model that has not seen it. Then
fits all cases and writes the numbers that `crossline.coordination.weighing` reads.
"""

import argparse
import gzip
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from coordination_planting import planted
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from crossline.coordination.benchmark import SYMBOLS, read_pair
from crossline.coordination.evidence import evidence

LINKED = (1, 3, 5)

Model = tuple[tuple[np.ndarray, ...], LogisticRegression]


def lines(path: Path) -> list[bytes]:
    """The lines of a gzipped file."""
    return gzip.decompress(path.read_bytes()).splitlines()


def measured(cases: list[bytes]) -> list[dict[str, float]]:
    """The measures of each case."""
    return [
        {
            name: value
            for item in evidence(read_pair(line)[1])
            for name, value in item.measures.items()
        }
        for line in cases
    ]


def matrix(rows: list[dict[str, float]], names: list[str]) -> np.ndarray:
    """Cases by measures; a measure that could not be seen is NaN."""
    return np.array([[row.get(name, np.nan) for name in names] for row in rows])


def scaling(x: np.ndarray) -> tuple[np.ndarray, ...]:
    """Centre, scale and limits of each column, from the cases where it could be seen."""
    low, high = np.nanpercentile(x, [1, 99], axis=0)
    clipped = np.clip(x, low, high)
    return np.nanmean(clipped, axis=0), np.nanstd(clipped, axis=0) + 1e-9, low, high


def scaled(x: np.ndarray, scale: tuple[np.ndarray, ...]) -> np.ndarray:
    """Columns in units of their spread; not seen is 0."""
    centre, spread, low, high = scale
    return np.nan_to_num((np.clip(x, low, high) - centre) / spread)


@dataclass
class Cases:
    """Measures, relations and, for planted cases, the number of the case they were made from."""

    x: np.ndarray
    y: np.ndarray
    source: np.ndarray

    def of(self, chosen: np.ndarray) -> "Cases":
        """Those made from the chosen cases."""
        kept = np.isin(self.source, chosen)
        return Cases(self.x[kept], self.y[kept], self.source[kept])


def plant(cases: list[bytes], names: list[str], each: int) -> Cases:
    """`each` cases with planted relations from every case."""
    random = np.random.default_rng(7)
    made, relations, sources = [], [], []
    for number, line in enumerate(cases):
        for _ in range(each):
            relation = int(random.integers(6))
            case = planted(json.loads(line), relation, random)
            if case:
                made.append(json.dumps(case).encode())
                relations.append(relation)
                sources.append(number)
    return Cases(matrix(measured(made), names), np.array(relations), np.array(sources))


def fitted(real: Cases, made: Cases, arguments: argparse.Namespace) -> Model:
    """The scaling and the logistic model; planted cases weigh `--planted` times the real ones."""
    x, y = np.concatenate((real.x, made.x)), np.concatenate((real.y, made.y))
    scale = scaling(x)
    each = arguments.planted * len(real.y) / len(made.y)
    weights = np.concatenate((np.ones(len(real.y)), np.full(len(made.y), each)))
    model = LogisticRegression(C=arguments.strength, max_iter=3000)
    return scale, model.fit(scaled(x, scale), y, sample_weight=weights)


def cross_validated(real: Cases, made: Cases, arguments: argparse.Namespace) -> np.ndarray:
    """Probabilities of each case from models that have not seen it, one set a repeat.

    A model sees no planted case on the background of a case that it is to judge.
    """
    out = np.zeros((arguments.repeats, len(real.y), 6))
    for repeat in range(arguments.repeats):
        folds = StratifiedKFold(8, shuffle=True, random_state=repeat)
        for train, test in folds.split(real.x, real.y):
            scale, model = fitted(real.of(train), made.of(train), arguments)
            out[repeat, test] = model.predict_proba(scaled(real.x[test], scale))
    return out


def expected_calibration_error(p: np.ndarray, y: np.ndarray) -> float:
    """As the benchmark's scorer has it: ten equal bins of the top answer's probability."""
    top, right = p.max(1), p.argmax(1) == y
    bins = np.minimum((top * 10).astype(int), 9)
    return float(
        sum(
            abs(top[bins == b].mean() - right[bins == b].mean()) * (bins == b).mean()
            for b in set(bins)
        )
    )


def figures(p: np.ndarray, y: np.ndarray) -> dict[str, float]:
    """The scorer's figures for one set of answers."""
    linked = p[:, LINKED].sum(1) > 0.5
    return {
        "balanced_acc": float(np.mean([(p[y == h].argmax(1) == h).mean() for h in range(6)])),
        "logloss": float(-np.log(np.maximum(p[np.arange(len(y)), y], 1e-6)).mean()),
        "ece": expected_calibration_error(p, y),
        **{f"false_linked_H{h}": float(linked[y == h].mean()) for h in (0, 2, 4)},
        "found_linked": float(linked[np.isin(y, LINKED)].mean()),
    }


def report(p: np.ndarray, y: np.ndarray, draws: int = 500) -> None:
    """Print the mean over repeats and a 95 % interval by resampling cases."""
    means = [figures(each, y) for each in p]
    random = np.random.default_rng(1)
    resampled = []
    for _ in range(draws):
        chosen = random.integers(0, len(y), len(y))
        resampled.append(figures(p[random.integers(len(p))][chosen], y[chosen]))
    for name in means[0]:
        low, high = np.percentile([each[name] for each in resampled], [2.5, 97.5])
        print(f"{name:16} {np.mean([each[name] for each in means]):.3f} [{low:.2f}, {high:.2f}]")


def rounded(value: float) -> float:
    """Four significant digits: more would be noise."""
    return float(f"{value:.4g}")


def written(scale: tuple[np.ndarray, ...], model: LogisticRegression, names: list[str]) -> dict:
    """The numbers as `weighing.Weights` reads them."""
    relations = list(SYMBOLS.values())
    centre, spread, low, high = scale
    return {
        "prior": {r: rounded(model.intercept_[k]) for k, r in enumerate(relations)},
        "measures": {
            name: {
                "centre": rounded(centre[j]),
                "scale": rounded(spread[j]),
                "low": rounded(low[j]),
                "high": rounded(high[j]),
                "weights": {r: rounded(model.coef_[k, j]) for k, r in enumerate(relations)},
            }
            for j, name in enumerate(names)
        },
    }


def main() -> None:
    """Read, cross-validate, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("dev", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--strength", type=float, default=0.5, help="inverse of the penalty")
    parser.add_argument("--each", type=int, default=12, help="planted cases a real case")
    parser.add_argument("--planted", type=float, default=3, help="their weight in all")
    parser.add_argument("--repeats", type=int, default=5, help="of the cross-validation")
    arguments = parser.parse_args()
    cases = lines(arguments.dev / "coordination_cases.jsonl.gz")
    truth = {
        t["case_id"]: t["truth"]
        for t in map(json.loads, lines(arguments.dev / "coordination_truth.jsonl.gz"))
    }
    y = np.array([int(truth[json.loads(line)["case_id"]][1]) for line in cases])
    rows = measured(cases)
    names = sorted({name for row in rows for name in row})
    real = Cases(matrix(rows, names), y, np.arange(len(y)))
    made = plant(cases, names, arguments.each)
    report(cross_validated(real, made, arguments), y)
    if arguments.out:
        scale, model = fitted(real, made, arguments)
        arguments.out.write_text(json.dumps(written(scale, model, names), indent=1) + "\n")


if __name__ == "__main__":
    main()
