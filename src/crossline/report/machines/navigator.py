"""Layers for the ATT&CK Navigator: what could be seen, and what each intrusion did.

Format: MITRE ATT&CK Navigator layer file, version 4.5.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from crossline.kernel.words import counted
from crossline.report.facts import Facts
from crossline.report.machines.identities import LONGEST_NAME
from crossline.report.machines.rows import IntrusionRow, StepRow, typed
from crossline.report.machines.sight import Sight, sight_of
from crossline.report.summary import as_of
from crossline.report.techniques import attack_version, known, technique_name
from crossline.report.wording import clipped, plain, stamp
from crossline.store import connect

__all__ = ["coverage_layer", "intrusion_layers"]

# From white to the blue of the page.
_LIGHT, _DARK = (0xFF, 0xFF, 0xFF), (0x1F, 0x5F, 0xA6)
_NOT_OBSERVABLE = "#d9d9d9"


class _Pair(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    value: str


class _Legend(msgspec.Struct, frozen=True, kw_only=True):
    label: str
    color: str


class _Gradient(msgspec.Struct, frozen=True, kw_only=True):
    colors: tuple[str, ...] = ("#ffffff", "#1f5fa6")
    minValue: int = 0  # noqa: N815
    maxValue: int = 100  # noqa: N815


class _Versions(msgspec.Struct, frozen=True, kw_only=True):
    attack: str
    navigator: str = "4.9.0"
    layer: str = "4.5"


class _Layout(msgspec.Struct, frozen=True, kw_only=True):
    layout: str = "side"
    expandedSubtechniques: str = "annotated"  # noqa: N815


class Technique(msgspec.Struct, frozen=True, kw_only=True, rename={"technique": "techniqueID"}):
    """One technique; `score` is unset where it is not enabled."""

    technique: str
    comment: str
    enabled: bool = True
    score: int | msgspec.UnsetType = msgspec.UNSET
    metadata: tuple[_Pair, ...] = ()


class Layer(msgspec.Struct, frozen=True, kw_only=True, rename={"legend": "legendItems"}):
    """One layer file."""

    name: str
    description: str
    techniques: tuple[Technique, ...]
    legend: tuple[_Legend, ...]
    metadata: tuple[_Pair, ...]
    versions: _Versions
    domain: str = "enterprise-attack"
    gradient: _Gradient = _Gradient()
    layout: _Layout = _Layout()


def coverage_layer(facts: Facts) -> Layer:
    """For each technique that a loaded rule looks for, in which share of host-months it could.

    A host-month counts as blind where no log of that host in that month would have shown the
    technique to the rules that ran. Techniques that no rule could look for are not enabled.
    """
    sight = sight_of(facts)
    seen = _detections(facts)
    techniques = [_covered(facts, each, sight, seen.get(each, {})) for each in sight.looked_for]
    return _layer(
        facts,
        f"{facts.case.name}: what could be seen",
        "Score: share of host-months (one host in one month) with a log that the rules could look "
        "at, in percent. Not enabled: no rule that looks for the technique had a log to look at.",
        [*techniques, *map(_not_observable, sight.not_looked_for)],
        (("observable in no host-month", 0), ("observable in every host-month", 100)),
    )


def _covered(facts: Facts, technique: str, sight: Sight, where: dict[str, int]) -> Technique:
    total = sum(sight.host_months.values())
    visible = total - sum(blind[technique] for blind in sight.blind.values())
    if not visible and not where:
        return _not_observable(technique)
    told = "looked for, not seen"
    if where:
        number = counted(sum(where.values()), "detection")
        told = f"{number} at {counted(len(where), 'organisation')}"
    return Technique(
        technique=technique,
        comment=f"{technique_name(technique)}: {told}; observable in {visible:,} of "
        f"{counted(total, 'host-month')}",
        score=_percent(visible, total),
        metadata=_pairs(
            detections=f"{sum(where.values()):,}",
            organisations=", ".join(sorted(map(facts.name, where))),
        ),
    )


def intrusion_layers(facts: Facts) -> Iterator[tuple[str, Layer]]:
    """For each intrusion its techniques, those not seen, and those not observable there."""
    sight, steps = sight_of(facts), defaultdict[str, list[StepRow]](list)
    for step in typed(facts.steps, StepRow):
        steps[step.intrusion_id].append(step)
    tagged = _tagged(facts, steps)
    for row in typed(facts.intrusions, IntrusionRow):
        shown: dict[str, list[StepRow]] = defaultdict(list)
        for step in steps[row.intrusion_id]:
            for technique in known([step.technique, *(tagged.get(step.event_id) or ())]):
                shown[technique].append(step)
        yield row.intrusion_id, _intrusion_layer(facts, row, shown, sight)


def _tagged(facts: Facts, steps: Mapping[str, list[StepRow]]) -> dict[str, set[str]]:
    """By event the techniques of the rules that fired on it: a step names but one of them."""
    below = {step.event_id: step.rests_on for each in steps.values() for step in each}
    wanted = pa.array(sorted({row for rows in below.values() for row in rows}), pa.string())
    rows = facts.detections.filter(pc.is_in(facts.detections["detection_id"], wanted))
    columns = (rows[name].to_pylist() for name in ("detection_id", "techniques"))
    techniques = dict(zip(*columns, strict=True))
    return {
        event: {each for row in rests_on for each in techniques.get(row) or ()}
        for event, rests_on in below.items()
    }


def _intrusion_layer(
    facts: Facts, row: IntrusionRow, shown: Mapping[str, list[StepRow]], sight: Sight
) -> Layer:
    techniques = [_shown(each, shown[each], facts.name(row.organisation)) for each in shown]
    for each in (*sight.looked_for, *sight.not_looked_for):
        if each not in shown:
            there = sight.observable(each, row.organisation)
            techniques.append(_not_seen(each) if there else _not_observable(each))
    return _layer(
        facts,
        f"{facts.case.name}: {row.title or row.intrusion_id}",
        f"An intrusion at {plain(facts.name(row.organisation))}, {stamp(row.first_seen)} to "
        f"{stamp(row.last_seen)}. Score: {_score(1)} for one record that shows the technique, 30 "
        "more for each tenfold, at most 100.",
        techniques,
        (("looked for, not seen", 0), ("shown by 1 record", _score(1)), ("by 100 or more", 100)),
        intrusion=row.intrusion_id,
        status=row.status or "unknown",
    )


def _score(records: int) -> int:
    """On a logarithmic scale, so that one record can be told from none."""
    return min(100, round(40 + 30 * math.log10(records)))


def _shown(technique: str, steps: list[StepRow], organisation: str) -> Technique:
    times = sorted(step.time for step in steps if step.time)
    hosts = sorted({step.host for step in steps if step.host})
    span = f"{stamp(times[0])} to {stamp(times[-1])}" if times else "no usable time"
    return Technique(
        technique=technique,
        comment=f"{technique_name(technique)}: shown by {counted(len(steps), 'record')} on "
        f"{counted(len(hosts), 'host')}, {span}",
        score=_score(len(steps)),
        metadata=_pairs(
            records=f"{len(steps):,}", organisations=organisation, hosts=", ".join(hosts)
        ),
    )


def _not_seen(technique: str) -> Technique:
    comment = f"{technique_name(technique)}: looked for, not seen in this intrusion"
    return Technique(technique=technique, comment=comment, score=0)


def _not_observable(technique: str) -> Technique:
    comment = f"{technique_name(technique)}: not observable, no log to look at"
    return Technique(technique=technique, comment=comment, enabled=False)


def _layer(
    facts: Facts,
    name: str,
    description: str,
    techniques: list[Technique],
    scale: tuple[tuple[str, int], ...],
    **metadata: str,
) -> Layer:
    settings = facts.case.settings.case
    legend = [_Legend(label=label, color=_color(score)) for label, score in scale]
    return Layer(
        name=clipped(name, LONGEST_NAME),
        description=description,
        techniques=tuple(sorted(techniques, key=lambda each: each.technique)),
        legend=(*legend, _Legend(label="not observable (not enabled)", color=_NOT_OBSERVABLE)),
        metadata=_pairs(**{"as of": as_of(facts), "TLP": settings.tlp.upper(), **metadata}),
        versions=_Versions(attack=attack_version().partition(".")[0]),
    )


def _color(score: int) -> str:
    """The colour that the gradient gives to a score."""
    parts = (
        round(low + (high - low) * score / 100) for low, high in zip(_LIGHT, _DARK, strict=True)
    )
    return "#" + "".join(f"{part:02x}" for part in parts)


def _pairs(**values: str) -> tuple[_Pair, ...]:
    """Metadata; the Navigator refuses a pair without a value."""
    return tuple(
        _Pair(name=name, value=clipped(value, LONGEST_NAME))
        for name, value in values.items()
        if value
    )


def _detections(facts: Facts) -> dict[str, dict[str, int]]:
    """By technique the detections of each organisation."""
    rows = connect({"detections": facts.detections}).sql(
        """
        SELECT upper(technique) AS technique, organisation, count(*) AS count
        FROM (SELECT organisation, unnest(techniques) AS technique FROM detections)
        GROUP BY ALL ORDER BY ALL
        """
    )
    seen: dict[str, dict[str, int]] = defaultdict(dict)
    for row in rows.to_arrow_table().to_pylist():
        seen[row["technique"]][row["organisation"]] = row["count"]
    return seen


def _percent(part: int, whole: int) -> int:
    """A share in percent; 0 and 100 stand for none and all alone."""
    if not whole or part in (0, whole):
        return 100 if whole and part == whole else 0
    return min(99, max(1, round(100 * part / whole)))
