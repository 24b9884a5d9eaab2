"""The ATT&CK heat map: what was seen, what could have been seen and was not, what could not."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

import msgspec
import pyarrow as pa

from crossline.report.wording import clipped, counted

__all__ = ["Cell", "HeatMap", "Tactic", "heat_map", "technique_name"]

_MOST_CELLS = 18
_ORDER = {"intrusion": 0, "detected": 1, "observable": 2, "blind": 3}
_NOT_BLIND = ("ran", "degraded")


class _Attack(msgspec.Struct, frozen=True):
    """The shipped facts of ATT&CK: technique id to its name and its tactics."""

    version: str
    notice: str
    tactics: list[str]
    techniques: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Cell:
    """One technique under one tactic: state, organisations it was seen in, words for a pointer."""

    technique: str
    name: str
    state: str
    organisations: int
    title: str


@dataclass(frozen=True, slots=True)
class Tactic:
    """One column: its name, the cells shown, and how many of each state were not shown."""

    name: str
    cells: tuple[Cell, ...]
    more_observable: int
    more_blind: int


@dataclass(frozen=True, slots=True)
class HeatMap:
    """The picture: columns, how many techniques there are of each state, and the finding."""

    tactics: tuple[Tactic, ...]
    counts: dict[str, int]
    version: str
    notice: str
    reading: str


@cache
def _attack() -> _Attack:
    path = resources.files("crossline") / "content" / "attack" / "techniques.json"
    return msgspec.json.decode(path.read_bytes(), type=_Attack)


def technique_name(technique: str) -> str:
    """The name of a technique, after its parent's for a sub-technique; empty if unknown."""
    known = _attack().techniques
    parent, _, below = technique.partition(".")
    names = [known[each][0] for each in (parent, technique) if each in known]
    return ": ".join(names) if below else "".join(names[:1])


def heat_map(detections: pa.Table, steps: pa.Table, rules: pa.Table) -> HeatMap:
    """Draw techniques (sub-techniques under their parents) by tactic."""
    seen = _seen(detections)
    in_stories = {_parent(each) for each in steps["technique"].to_pylist() if each}
    observable, blind = _looked_for(rules)
    states = dict.fromkeys(blind, "blind") | dict.fromkeys(observable, "observable")
    states |= {each: "intrusion" if each in in_stories else "detected" for each in seen}
    attack = _attack()
    tactics = tuple(_tactic(name, states, seen) for name in attack.tactics)
    counts = {state: sum(each == state for each in states.values()) for state in _ORDER}
    return HeatMap(
        tuple(each for each in tactics if each.cells), counts, attack.version, attack.notice,
        _reading(counts),
    )  # fmt: skip


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


def _tactic(name: str, states: dict[str, str], seen: dict[str, dict[str, int]]) -> Tactic:
    known = _attack().techniques
    members = sorted(
        (each for each in states if name in known.get(each, ())[1:]),
        key=lambda each: (_ORDER[states[each]], -len(seen.get(each, ())), each),
    )
    shown, rest = members[:_MOST_CELLS], [states[each] for each in members[_MOST_CELLS:]]
    return Tactic(
        name.replace("-", " "),
        tuple(_cells(shown, states, seen)),
        rest.count("observable"),
        rest.count("blind"),
    )


def _cells(
    shown: list[str], states: dict[str, str], seen: dict[str, dict[str, int]]
) -> Iterator[Cell]:
    words = {"observable": "looked for, not seen", "blind": "no log to look at"}
    for technique in shown:
        where = seen.get(technique, {})
        name = _attack().techniques[technique][0]
        told = words.get(
            states[technique],
            f"{counted(sum(where.values()), 'detection')} at {counted(len(where), 'organisation')}",
        )
        yield Cell(
            technique, clipped(name, 40), states[technique], len(where),
            f"{technique} {name}: {told}",
        )  # fmt: skip


def _reading(counts: dict[str, int]) -> str:
    seen = counts["intrusion"] + counts["detected"]
    looked = seen + counts["observable"]
    if not looked:
        return "No rule with a technique had a log to look at."
    return (
        f"{seen:,} of the {looked:,} techniques that could be looked for were seen; for "
        f"{counts['blind']:,} more there was no log to look at."
    )
