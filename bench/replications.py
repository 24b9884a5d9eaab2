"""Published cases judged again: the table that the replication cases' README asks for.

Usage:  python bench/replications.py [FOLDER]

Counts, not percentages: so few cases carry no significance. `best`: the published leading answer;
`over` and `under`: bands of a published group missed by more than the neighbouring one.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path

from crossline.knowledge import shipped_knowledge
from crossline.replication import Case, Run, attributor, decode_case, replicate

RUNS = {
    "full": Run(),
    "without inferred": Run(inferred=False),
    "without giveaways": Run(giveaways=False),
    "without private software": Run(private_software=False),
}
NAMES = {
    "common tasking": "common_tasking",
    "independent with a common interest": "common_interest",
    "common tool supplier": "shared_tool_source",
    "one operator seen as several": "same_operator",
    "hand-over": "hand_over",
    "cannot tell": "cannot_tell",
}
BANDS = ((0, 0.05), (0.05, 0.2), (0.2, 0.45), (0.45, 0.55), (0.55, 0.8), (0.8, 0.95), (0.95, 1.01))


def band(p: float) -> int:
    """The ICD 203 band of a probability."""
    return next(number for number, (low, high) in enumerate(BANDS) if low <= p < high)


def groups(answer: Mapping, published: Mapping) -> tuple[int, int, int, int, int, int]:
    """Known groups, in first place, in the first three, bands kept, too sure, not sure enough."""
    known = first = third = kept = over = under = 0
    for cluster, told in published.items():
        group, told_band = told[0]["attack_id"], told[0]["probability"]
        given = answer["clusters"][cluster]
        if group not in given:
            continue
        ranked = sorted((g for g in given if g != "none_of_these"), key=lambda g: -given[g])
        known += 1
        first += ranked[0] == group
        third += group in ranked[:3]
        low, high = band(told_band[0]) - 1, band(told_band[1] - 1e-9) + 1
        at = band(given[group])
        kept, over, under = kept + (low <= at <= high), over + (at > high), under + (at < low)
    return known, first, third, kept, over, under


def row(path: Path, name: str, case: Case) -> str:
    """One line of the table."""
    published = json.loads(path.read_bytes())["published_conclusion"]
    answer = replicate(case, attributor(shipped_knowledge(), case.before))
    given, told = answer["coordination"], published["coordination"]
    top = max(given, key=given.get)
    accept, forbid = (
        {NAMES.get(each, each) for each in told[part]} for part in ("accept", "forbid")
    )
    forbidden = "FORBIDDEN" if top in forbid and given[top] >= 0.55 else ""
    hit = "hit" if top in accept else "miss"
    best = "best" if top == NAMES.get(told["leading"], told["leading"]) else ""
    known, first, third, kept, over, under = groups(answer, published["per_cluster"])
    return (
        f"{path.stem:20} {name:25} {known:3} {first:5} {third:5} {kept:5} {over:5} {under:5}  "
        f"{top} {given[top]:.2f} {hit} {best} {forbidden}"
    )


def main() -> None:
    """Print the table."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/replications")
    print(f"{'case':20} {'run':25} kno first three bands  over under  coordination")
    for path in sorted(folder.glob("*.json")):
        case = decode_case(path.read_bytes())
        for name, run in RUNS.items():
            print(row(path, name, run.of(case)))


if __name__ == "__main__":
    main()
