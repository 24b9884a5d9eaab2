"""How well the whole tool tells worlds that nobody tuned it on: mean, interval and worst seed.

    python bench/worlds.py [--worlds H0,H1] [--seeds 21-40] [--profile test] [--json FILE]

Each world is built, run to the report with its own key and scored, one after the other, in a
temporary folder. Seeds 1-20 are for tuning, 21-40 for validation. The interval is that of 1,000
resamplings of the seeds; the worst is the lowest share, and the highest of what should be low.
"""

import argparse
import json
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from crossline.scenario.build import build
from crossline.scenario.scoring import Scores, score

LOWER_IS_BETTER = (
    "false", "stories_of", "too_sure", "named_wrongly", "grade_error", "log_loss",
    "calibration_error", "lookalike_alarms", "in_intrusion",
)  # fmt: skip
RESAMPLINGS = 1000
Run = tuple[str, int]


def numbers(text: str) -> list[int]:
    """`21-23,30` as 21, 22, 23 and 30."""
    spans = [part.partition("-") for part in text.split(",")]
    return [n for first, _, last in spans for n in range(int(first), int(last or first) + 1)]


def scored(folder: Path, world: str, profile: str, seed: int) -> Scores:
    """Build, run and score one world; the folder is empty again after it."""
    built = build(folder / "world", world, profile, seed)
    command = [sys.executable, "-m", "crossline", "run", built.case, "--quiet"]
    done = subprocess.run([*command, "--key-file", built.key], check=False)
    if done.returncode not in (0, 3):
        print(f"{world} seed {seed}: run ended with {done.returncode}", file=sys.stderr)
    found = score(built.truth, built.case)
    shutil.rmtree(folder / "world")
    return found


def interval(values: Sequence[float]) -> tuple[float, float]:
    """The 95 % interval of the mean over resampled seeds."""
    draw = random.Random(0)  # noqa: S311 - repeatable, not secret
    means = sorted(
        statistics.fmean(draw.choices(values, k=len(values))) for _ in range(RESAMPLINGS)
    )
    return means[RESAMPLINGS // 40], means[-RESAMPLINGS // 40]


def summary(results: Mapping[Run, Scores]) -> None:
    """Print each figure over all runs."""
    values: dict[str, dict[Run, float]] = defaultdict(dict)
    for run, sections in results.items():
        for section, figures in sections.items():
            for name, value in figures.items():
                if value is not None:
                    values[f"{section}.{name}"][run] = value
    print(f"{'figure':<52} {'mean':>9} {'low':>9} {'high':>9} {'worst':>9}  of")
    for name, by_run in values.items():
        low, high = interval(list(by_run.values()))
        worst_of = max if name.partition(".")[2].startswith(LOWER_IS_BETTER) else min
        world, seed = worst_of(by_run, key=lambda run: by_run[run])
        mean, worst = statistics.fmean(by_run.values()), by_run[world, seed]
        print(f"{name:<52} {mean:9.3f} {low:9.3f} {high:9.3f} {worst:9.3f}  {world} {seed}")


def main() -> None:
    """Score every world under every seed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", default="H1")
    parser.add_argument("--seeds", default="21", type=numbers)
    parser.add_argument("--profile", default="test")
    parser.add_argument("--json", type=Path)
    wanted = parser.parse_args()
    results: dict[Run, Scores] = {}
    with tempfile.TemporaryDirectory() as folder:
        for world in wanted.worlds.split(","):
            for seed in wanted.seeds:
                results[world, seed] = scored(Path(folder), world, wanted.profile, seed)
    if wanted.json:
        lines = [{"world": w, "seed": s, "scores": found} for (w, s), found in results.items()]
        wanted.json.write_text(json.dumps(lines, indent=1) + "\n", encoding="utf-8")
    summary(results)


if __name__ == "__main__":
    main()
