"""Fits the weights of `content/attribution/weights.json`, cross-fitted by group, and reports.

Whoever reads the report: every figure comes from models that saw no case of the group judged, nor
of the group hidden. Constants of this file (penalties, case weights, signs) were chosen by looking
at such figures on dev, which makes those figures a little too good.
"""

import hashlib
import json
import pickle
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from training.replays import Case

from crossline.attribution.features import FEATURES
from crossline.attribution.relative import VIEWS, relative_views
from crossline.attribution.unknown import SIGNS, CaseFacts, case_signs

FOLDS = 5
CANDIDATES = 24
DRAWN = 16
PENALTY = 150.0
UNKNOWN_STRENGTH = 0.1
UNKNOWN_CASES = {"A": 1.0, "B": 1.0, "T": 1.0, "U": 0.3, "F": 0.5}
SCREEN = ("both_nearest_three", "both_recent", "tech_likelihood")
PRECISION = 0.97


@dataclass
class Row:
    """One case compared with all groups."""

    case: Case
    groups: tuple[str, ...]
    features: np.ndarray
    views: np.ndarray
    facts: CaseFacts
    truth: int
    screened: np.ndarray
    offset: np.ndarray

    @property
    def fold(self) -> int:
        """The fold in which the case is judged; all cases of a group share it."""
        return int(hashlib.sha256(f"f{self.case.group}".encode()).hexdigest(), 16) % FOLDS


def read_rows(path: Path) -> list[Row]:
    """Rows of the file that `extract` wrote, with the views and the candidates to fit on.

    The best groups of a screen are all fitted on, of the rest a draw that stands for them all.
    """
    rows = []
    for case, groups, features, facts in pickle.loads(path.read_bytes()):
        views = relative_views(features.astype(float))
        truth = groups.index(case.truth) if case.truth in groups else -1
        at = [len(FEATURES) + FEATURES.index(name) for name in SCREEN]
        order = np.argsort(-views[:, at].sum(axis=1), kind="stable")
        top, rest = order[:CANDIDATES], order[CANDIDATES:]
        drawn = np.random.default_rng(len(rows)).permutation(rest)[:DRAWN]
        stands_for = np.log(max(len(rest), 1) / max(len(drawn), 1))
        drawn = drawn[drawn != truth]
        screened = np.concatenate([top, drawn, [truth] if truth in rest else []]).astype(int)
        offset = np.where(np.isin(screened, drawn), stands_for, 0.0)
        rows.append(
            Row(case, groups, features, views.astype(np.float32), facts, truth, screened, offset)
        )
    return rows


def fit_rank(rows: list[Row]) -> np.ndarray:
    """Weights of a conditional logit over the screened candidates of known cases."""
    rows = [row for row in rows if row.truth >= 0]
    sizes = np.array([len(row.screened) for row in rows])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    x = np.concatenate([row.views[row.screened] for row in rows]).astype(float)
    scale = x.std(axis=0) + 1e-9
    x /= scale
    offset = np.concatenate([row.offset for row in rows])
    y = np.concatenate([row.screened == row.truth for row in rows]).astype(float)
    copies: dict[str, int] = {}
    for row in rows:
        copies[row.case.case_id] = copies.get(row.case.case_id, 0) + 1
    weight = np.array([copies[row.case.case_id] ** -0.5 for row in rows])

    def loss(beta: np.ndarray) -> tuple[float, np.ndarray]:
        score = x @ beta + offset
        power = np.exp(score - np.repeat(np.maximum.reduceat(score, starts), sizes))
        p = power / np.repeat(np.add.reduceat(power, starts), sizes)
        value = -(weight * np.log(p[y > 0] + 1e-12)).sum() + PENALTY * (beta @ beta) / 2
        return value, x.T @ (np.repeat(weight, sizes) * (p - y)) + PENALTY * beta

    found = minimize(
        loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 200}
    )
    return found.x / scale


def temperature_of(rows: list[Row], scores: list[np.ndarray]) -> float:
    """The temperature with the best likelihood on cross-fitted scores of kind A."""

    def loss(t: float) -> float:
        total = 0.0
        for row, score in zip(rows, scores, strict=True):
            if row.truth >= 0 and row.case.kind == "A":
                total += np.logaddexp.reduce(score / t) - score[row.truth] / t
        return total

    return float(min(np.arange(0.5, 2.01, 0.05), key=loss))


def fit_unknown(signs: np.ndarray, rows: list[Row]) -> tuple[np.ndarray, float]:
    """Weights and constant of the logistic for `none_of_these`."""
    weight = np.array([UNKNOWN_CASES.get(row.case.kind[0], 0.0) for row in rows])
    use = weight > 0
    mean, scale = signs[use].mean(axis=0), signs[use].std(axis=0) + 1e-9
    hidden = np.array([row.truth < 0 for row in rows])
    model = LogisticRegression(C=UNKNOWN_STRENGTH, max_iter=1000)
    model.fit((signs[use] - mean) / scale, hidden[use], sample_weight=weight[use])
    weights = model.coef_[0] / scale
    return weights, float(model.intercept_[0] - weights @ mean)


def cross_fit(rows: list[Row]) -> tuple[list[np.ndarray], float, np.ndarray, np.ndarray]:
    """Out-of-fold scores (divided by the temperature), that temperature, signs, p(unknown)."""
    scores: list[np.ndarray] = [np.zeros(0)] * len(rows)
    for fold in range(FOLDS):
        weights = fit_rank([row for row in rows if row.fold != fold])
        for at, row in enumerate(rows):
            if row.fold == fold:
                scores[at] = row.views @ weights
    temperature = temperature_of(rows, scores)
    scores = [score / temperature for score in scores]
    signs = np.array(
        [case_signs(r.facts, r.features, s) for r, s in zip(rows, scores, strict=True)]
    )
    unknown = np.zeros(len(rows))
    folds = np.array([row.fold for row in rows])
    for fold in range(FOLDS):
        use = np.flatnonzero(folds != fold)
        weights, constant = fit_unknown(signs[use], [rows[at] for at in use])
        unknown[folds == fold] = 1 / (1 + np.exp(-(signs[folds == fold] @ weights + constant)))
    return scores, temperature, signs, np.clip(unknown, 0.001, 0.999)


def threshold_of(rows: list[Row], scores: list[np.ndarray], unknown: np.ndarray) -> float:
    """The lowest probability from which dev answers (`full`, A) are right at `PRECISION`."""
    tops = []
    for row, score, u in zip(rows, scores, unknown, strict=True):
        if row.case.kind == "A" and row.case.variant == "full":
            p = np.exp(score - np.logaddexp.reduce(score)) * (1 - u)
            tops.append((p.max(), int(np.argmax(p)) == row.truth))
    tops.sort(key=lambda top: (-top[0], top[1]))
    right = np.cumsum([hit for _, hit in tops]) / np.arange(1, len(tops) + 1)
    good = np.flatnonzero(right >= PRECISION)
    return float(tops[good[-1]][0]) if len(good) else 1.0


def write_answers(
    path: Path, rows: list[Row], scores: list[np.ndarray], unknown: np.ndarray, threshold: float
) -> None:
    """Cross-fitted answers in the benchmark's form, one file a variant."""
    path.mkdir(parents=True, exist_ok=True)
    files: dict[str, list[str]] = {}
    for row, score, u in zip(rows, scores, unknown, strict=True):
        if row.case.kind not in "ABT":
            continue
        p = np.exp(score - np.logaddexp.reduce(score)) * (1 - u)
        ranking = [[group, float(each)] for group, each in zip(row.groups, p, strict=True)]
        given = {"case_id": row.case.case_id, "ranking": ranking, "unknown": float(u)}
        given["assert"] = bool(p.max() >= threshold)
        files.setdefault(row.case.variant, []).append(json.dumps(given))
    for variant, lines in files.items():
        (path / f"{variant}.jsonl").write_text("\n".join(lines) + "\n")


def weights_file(rows: list[Row], temperature: float, signs: np.ndarray, threshold: float) -> dict:
    """The file to ship: fitted on all cases, the unknown on cross-fitted signs."""
    rank = fit_rank(rows).reshape(len(VIEWS), len(FEATURES))
    unknown, constant = fit_unknown(signs, rows)
    share = np.mean([r.truth < 0 for r in rows if r.case.kind == "A" and r.case.variant == "full"])
    short = lambda value: float(f"{value:.6g}")  # noqa: E731
    return {
        "about": "Fitted by training/fit.py; weights of signs, in nats. No group is named.",
        "rank": {
            view: {name: short(rank[i, j]) for j, name in enumerate(FEATURES)}
            for i, view in enumerate(VIEWS)
        },
        "temperature": short(temperature),
        "unknown": {name: short(unknown[i]) for i, name in enumerate(SIGNS)},
        "unknown_constant": short(constant),
        "unknown_share": short(share),
        "assert_from": short(threshold),
    }


def main(extracted: Path, answers: Path, out: Path) -> None:
    """Cross-fit, write answers for the scorer, then fit on everything and write the weights."""
    rows = read_rows(extracted)
    scores, temperature, signs, unknown = cross_fit(rows)
    threshold = threshold_of(rows, scores, unknown)
    write_answers(answers, rows, scores, unknown, threshold)
    file = weights_file(rows, temperature, signs, threshold)
    out.write_text(json.dumps(file, indent=1) + "\n")
    print(f"temperature {temperature:.2f}, assert from {threshold:.3f}", file=sys.stderr)


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:4]))
