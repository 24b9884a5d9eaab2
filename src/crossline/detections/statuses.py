"""What became of each rule: ran, refused, not applicable, degraded; and why."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from crossline.detections.hunting import Hunted
from crossline.detections.indicators import Swept
from crossline.detections.rules import Chosen, holds, load, plan_of
from crossline.kernel.ids import row_id
from crossline.sigma import Correlation, Plan, Refused, Rule, fields_lacking
from crossline.store import Tables
from crossline.tables import TABLES

__all__ = ["Ran", "state_rules"]

_Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ran:
    """A run of rules: which, what they found, all detections, and what came of all else."""

    rules: Chosen
    hunted: Hunted
    detections: list[_Row]
    swept: Swept
    detectors: list[_Row]


def state_rules(tables: Tables, ran: Ran) -> None:
    """Write `rule_status`, and into `problems` the rule files that are none."""
    ruleset, swept = load(ran.rules), ran.swept
    stated = [*_ran(ran), *_filters(ran), *map(_refused, ruleset.refused), *swept.feeds]
    stated += ran.detectors
    stated = list({(row["rule_id"], row["pack"]): row for row in stated}.values())
    tables.replace("rule_status", pa.Table.from_pylist(stated, TABLES["rule_status"].schema))
    problems = [*_problems(ruleset.refused), *swept.problems]
    schema = TABLES["problems"].schema
    tables.replace("problems", pa.Table.from_pylist(problems, schema), ("found_by", "rules"))


def _ran(ran: Ran) -> Iterator[_Row]:
    plan = plan_of(ran.rules)
    states = _States(plan, ran.hunted)
    hits = Counter(row["rule_id"] for row in ran.detections)
    for number, rule in enumerate(plan.rules):
        status, reason = states.of(number)
        yield {
            "rule_id": rule.rule_id,
            "rule_title": rule.title,
            "pack": rule.pack,
            "status": status,
            "reason": reason,
            "events_checked": states.checked(number),
            "hits": hits[rule.rule_id],
            "level": rule.level,
            "techniques": list(rule.techniques),
            "rule_hash": rule.rule_hash,
            "kind": "rule" if isinstance(rule, Rule) else "correlation",
            "rests_on": [],
        }


def _filters(ran: Ran) -> Iterator[_Row]:
    """One row for each filter that applies to some rule, or did until it expired."""
    stopped = Counter(row["suppressed_by"] for row in ran.detections)
    for item in load(ran.rules).filters:
        holding = holds(item, ran.rules.day)
        until = f"{'until' if holding else 'expired on'} {item.expires}" if item.expires else ""
        owner = f"by {item.owner}" if item.owner else "its owner is not named"
        why = item.reason or "no reason is given"
        yield {
            "rule_id": item.rule_id,
            "rule_title": item.title,
            "pack": item.pack,
            "status": "ran" if holding else "not_applicable",
            "reason": "; ".join(part for part in ("filter", owner, why, until) if part),
            "events_checked": 0,
            "hits": stopped[item.rule_id],
            "techniques": [],
            "rule_hash": item.rule_hash,
            "kind": "filter",
            "rests_on": [],
        }


class _States:
    """Status and reason of each rule; a correlation has those of the rules that it refers to."""

    def __init__(self, plan: Plan, hunted: Hunted) -> None:
        self._plan = plan
        self._checked = hunted.found.checked
        self._lacking = fields_lacking(plan, hunted.seen)
        self._numbers = {rule.rule_id: number for number, rule in enumerate(plan.rules)}

    def of(self, number: int) -> tuple[str, str | None]:
        """Status, and the reason if it is not `ran`."""
        rule = self._plan.rules[number]
        if isinstance(rule, Correlation):
            return self._of_correlation(rule)
        if number in self._plan.unmapped:
            return "not_applicable", f"no log is mapped to its log source ({rule.logsource})"
        if not self._checked[number]:
            return "not_applicable", f"its log source ({rule.logsource}) is not in the evidence"
        if fields := self._lacking.get(number):
            names = ", ".join(fields)
            return "degraded", f"never seen in its log source ({rule.logsource}): {names}"
        return "ran", None

    def _of_correlation(self, rule: Correlation) -> tuple[str, str | None]:
        states = [(each, self.of(self._numbers[each])[0]) for each in rule.referred]
        poor = [f"{each} is {state.replace('_', ' ')}" for each, state in states if state != "ran"]
        if not poor:
            return "ran", None
        applies = any(state != "not_applicable" for _, state in states)
        status = "degraded" if applies else "not_applicable"
        return status, f"of the rules that it refers to, {', '.join(poor)}"

    def checked(self, number: int) -> int:
        """Events of the rule's log source; for a correlation those of its rules, summed."""
        rule = self._plan.rules[number]
        if isinstance(rule, Rule):
            return int(self._checked[number])
        return sum(self.checked(self._numbers[each]) for each in dict.fromkeys(rule.referred))


def _refused(refused: Refused) -> _Row:
    return {
        "rule_id": refused.rule_id,
        "rule_title": refused.title,
        "pack": refused.pack,
        "status": "refused",
        "reason": refused.reason,
        "events_checked": 0,
        "hits": 0,
        "kind": "rule",
        "rests_on": [],
    }


def _problems(refused: tuple[Refused, ...]) -> Iterator[_Row]:
    """Rows of `problems` for files that hold no rule at all."""
    for each in refused:
        if each.unparsable:
            yield {
                "problem_id": row_id("pr", ("rule", each.pack, each.path, each.reason)),
                "kind": "rule",
                "evidence_path": each.pack,
                "member": each.path or None,
                "reason": each.reason,
                "count": 1,
                "found_by": "rules",
            }
