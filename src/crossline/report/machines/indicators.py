"""Indicators: one for each Sigma rule that fired."""

from datetime import datetime

import msgspec
import pyarrow as pa
import yaml

from crossline.kernel.words import counted
from crossline.report.facts import Facts
from crossline.report.machines.frame import Frame, numbers, timestamp, words
from crossline.report.machines.identities import LONGEST_NAME
from crossline.report.machines.ids import name_id
from crossline.report.machines.objects import ExternalReference, Indicator, KillChainPhase
from crossline.report.techniques import known, technique_tactics
from crossline.report.wording import clipped
from crossline.store import connect

__all__ = ["indicator_id", "indicators"]

_QUERY = """
SELECT rule_id, min(rule_title) AS title, min(rule_author) AS author, min(level) AS level,
       min(rule_hash) AS rule_hash, min(kind) AS kind, count(*) AS detections, min(time) AS first,
       list_distinct(flatten(list(techniques))) AS techniques
FROM detections GROUP BY rule_id ORDER BY rule_id
"""
_REFERENCE = "# Names a rule and does not hold it: the rule is in the rule pack under this id.\n"


def indicator_id(rule: str) -> str:
    """The id of the indicator of a rule."""
    return name_id("indicator", rule)


def indicators(facts: Facts, frame: Frame) -> list[Indicator]:
    """The rules that fired, in the order of their ids."""
    found: pa.Table = connect({"detections": facts.detections}).sql(_QUERY).to_arrow_table()
    return [_indicator(row, frame) for row in found.to_pylist()]


def _indicator(row: dict[str, object], frame: Frame) -> Indicator:
    rule = msgspec.convert(row, _Rule)
    techniques = known(rule.techniques or ())
    tactics = sorted({tactic for each in techniques for tactic in technique_tactics(each)})
    title = clipped(rule.title or rule.rule_id, LONGEST_NAME)
    return Indicator(
        id=indicator_id(rule.rule_id),
        name=title,
        description=(
            f"Sigma {rule.kind} of level {rule.level or 'not given'} by "
            f"{clipped(rule.author or 'an author not named', LONGEST_NAME)}; "
            f"{counted(rule.detections, 'detection')} in this case. The pattern names the rule and "
            "does not hold it."
        ),
        indicator_types=(words().indicator_types.get(rule.level or "", "unknown"),),
        pattern=_pattern(rule, title),
        pattern_type="sigma",
        valid_from=timestamp(rule.first) if rule.first else frame.created,
        kill_chain_phases=tuple(
            KillChainPhase(kill_chain_name="mitre-attack", phase_name=each) for each in tactics
        ),
        external_references=tuple(
            ExternalReference(source_name="mitre-attack", external_id=each) for each in techniques
        ),
        extensions=numbers(
            rule_id=rule.rule_id,
            rule_hash=rule.rule_hash,
            level=rule.level,
            detections=rule.detections,
        ),
    )


def _pattern(rule: "_Rule", title: str) -> str:
    """The rule's identity as a Sigma rule writes it."""
    told = {
        "title": title,
        "id": clipped(rule.rule_id, LONGEST_NAME),
        "author": clipped(rule.author or "", LONGEST_NAME),
        "level": rule.level,
    }
    there = {name: value for name, value in told.items() if value}
    return _REFERENCE + yaml.safe_dump(there, sort_keys=False, allow_unicode=True, width=10_000)


class _Rule(msgspec.Struct, frozen=True):
    rule_id: str
    title: str | None
    author: str | None
    level: str | None
    rule_hash: str | None
    kind: str
    detections: int
    first: datetime | None
    techniques: tuple[str | None, ...] | None
