"""The ATT&CK heat map: what was seen, what could have been seen and was not, what could not."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import wrap

import pyarrow as pa

from crossline.kernel.words import counted
from crossline.report.techniques import attack
from crossline.report.wording import clipped

__all__ = ["Cell", "HeatMap", "Tactic", "heat_map"]

_WIDTH, _WIDEST, _GAP, _TOP, _SMALL = 1094, 150, 5, 36, 15
_ORDER = {"intrusion": 0, "detected": 1, "observable": 2, "blind": 3}
_NOT_BLIND = ("ran", "degraded")


@dataclass(frozen=True, slots=True)
class Cell:
    """One technique under one tactic: where it stands, its state, and words for a pointer.

    A technique that was seen has its name in `lines`; others have their id alone.
    """

    technique: str
    state: str
    x: float
    y: int
    width: float
    height: int
    lines: tuple[str, ...]
    organisations: int
    title: str


@dataclass(frozen=True, slots=True)
class Tactic:
    """One column: the words of its name, where it begins, its cells."""

    words: tuple[str, ...]
    x: float
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class HeatMap:
    """The picture: columns, height, version and notice of ATT&CK, the finding."""

    tactics: tuple[Tactic, ...]
    height: int
    version: str
    notice: str
    reading: str


def heat_map(detections: pa.Table, steps: pa.Table, rules: pa.Table) -> HeatMap:
    """Draw techniques (sub-techniques under their parents) by tactic."""
    seen = _seen(detections)
    in_stories = {_parent(each) for each in steps["technique"].to_pylist() if each}
    observable, blind = _looked_for(rules)
    states = dict.fromkeys(blind, "blind") | dict.fromkeys(observable, "observable")
    states |= {each: "intrusion" if each in in_stories else "detected" for each in seen}
    counts = {state: sum(each == state for each in states.values()) for state in _ORDER}
    tactics = tuple(_columns(states, seen))
    ends = (cell.y + cell.height for tactic in tactics for cell in tactic.cells)
    return HeatMap(
        tactics,
        max(ends, default=0),
        attack().version,
        attack().notice,
        _reading(counts),
    )


def _parent(technique: str) -> str:
    return technique.partition(".")[0].upper()


def _seen(detections: pa.Table) -> dict[str, dict[str, int]]:
    """Detections by organisation, for each technique."""
    seen: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    keys = ["organisation", "rule_id"]
    counts = detections.select([*keys, "techniques"])
    tags = dict(zip(counts["rule_id"].to_pylist(), counts["techniques"].to_pylist(), strict=True))
    for row in counts.group_by(keys).aggregate([([], "count_all")]).to_pylist():
        for technique in {_parent(each) for each in tags[row["rule_id"]] or ()}:
            seen[technique][row["organisation"]] += row["count_all"]
    return seen


def _looked_for(rules: pa.Table) -> tuple[set[str], set[str]]:
    """Techniques that a rule which ran looks for, and those that no such rule does."""
    ran, tagged = set(), set()
    for row in rules.select(["status", "techniques"]).to_pylist():
        techniques = {_parent(each) for each in row["techniques"] or ()}
        tagged |= techniques
        if row["status"] in _NOT_BLIND:
            ran |= techniques
    return ran, tagged - ran


def _columns(states: dict[str, str], seen: dict[str, dict[str, int]]) -> Iterator[Tactic]:
    """Tactics with at least one technique, side by side over the whole width."""
    known = attack().techniques
    members = {
        tactic: [each for each in states if tactic in known.get(each, ())[1:]]
        for tactic in attack().tactics
    }
    used = [tactic for tactic in attack().tactics if members[tactic]]
    wide = min(_WIDEST, _WIDTH / max(1, len(used)))
    for n, tactic in enumerate(used):
        order = sorted(
            members[tactic], key=lambda each: (_ORDER[states[each]], -len(seen.get(each, ())), each)
        )
        cells = tuple(_cells(order, states, seen, n * wide, wide - _GAP))
        yield Tactic(tuple(tactic.replace("-", " ").split(" ", 1)), round(n * wide, 1), cells)


def _cells(
    order: list[str],
    states: dict[str, str],
    seen: dict[str, dict[str, int]],
    x: float,
    width: float,
) -> Iterator[Cell]:
    """Seen techniques one below the other, the others small and two abreast."""
    y, half, right = _TOP, round((width - 3) / 2, 1), False
    for technique in order:
        state, where = states[technique], seen.get(technique, {})
        title = f"{technique} {attack().techniques[technique][0]}: {_told(state, where)}"
        if where:
            lines = _wrapped(attack().techniques[technique][0], int((width - 8) / 5.4))
            tall = 17 + 11 * len(lines)
            yield Cell(
                technique, state, round(x, 1), y, round(width, 1), tall, lines, len(where), title
            )
            y += tall + 3
        else:
            left = round(x + (half + 3 if right else 0), 1)
            yield Cell(technique, state, left, y, half, _SMALL, (), 0, title)
            y += _SMALL + 3 if right else 0
            right = not right


def _told(state: str, where: dict[str, int]) -> str:
    if state == "observable":
        return "looked for, not seen"
    if state == "blind":
        return "no log to look at"
    told = f"{counted(sum(where.values()), 'detection')} at "
    return told + counted(len(where), "organisation")


def _wrapped(name: str, most: int) -> tuple[str, ...]:
    """A name on one or two lines of at most so many characters."""
    first, *more = wrap(name, max(4, most), break_long_words=False) or [""]
    lines = (first, " ".join(more)) if more else (first,)
    return tuple(clipped(line, max(4, most)) for line in lines)


def _reading(counts: dict[str, int]) -> str:
    seen = counts["intrusion"] + counts["detected"]
    looked = seen + counts["observable"]
    if not looked:
        return "No rule with a technique had a log to look at."
    return (
        f"{seen:,} of the {looked:,} techniques that could be looked for were seen; for "
        f"{counts['blind']:,} more there was no log to look at."
    )
