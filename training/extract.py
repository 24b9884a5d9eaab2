"""Compares every training case with every group and keeps the figures in one file."""

import pickle
import sys
from pathlib import Path

import numpy as np
from training import replays

from crossline.attribution.features import pair_features
from crossline.attribution.unknown import case_facts


def main(bench_folder: Path, out: Path) -> None:
    """Write `out`: a list of (case, groups, pair features, context)."""
    bench = replays.Bench(bench_folder)
    rows = []
    for source in (
        replays.benchmark_cases,
        replays.replayed_unknown,
        replays.replayed_short,
        replays.replayed_frozen,
    ):
        for profiles, cases in source(bench):
            for case in cases:
                found = pair_features(profiles, case.observed).astype(np.float32)
                facts = case_facts(profiles, case.observed)
                rows.append((case, profiles.groups, found, facts))
        print(source.__name__, len(rows), file=sys.stderr)
    with out.open("wb") as file:
        pickle.dump(rows, file)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
