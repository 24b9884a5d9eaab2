"""What became of each rule: ran, refused, not applicable, degraded; and why."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from crossline.detections.hunting import Hunted
from crossline.detections.indicators import Swept
from crossline.kernel.ids import row_id
from crossline.sigma import Correlation, Plan, Refused, Rule, fields_lacking
from crossline.store import Tables
from crossline.tables import TABLES

__all__ = ["state_rules"]

_Row = dict[str, Any]


def state_rules(
    tables: Tables,
    plan: Plan,
    refused: tuple[Refused, ...],
    hunted: Hunted,
    rows: list[_Row],
    swept: Swept,
) -> None:
    """Write `rule_status`, and into `problems` the rule files that are none.

    Args:
        tables: the case's tables.
        plan: the rules that ran.
        refused: the documents that cannot be honoured.
        hunted: what was found, with the fields met.
        rows: all detections.
        swept: what was made of indicators.
    """
    hits: dict[str, int] = defaultdict(int)
    for row in rows:
        hits[row["rule_id"]] += 1
    stated = [*_ran(plan, hunted, hits), *map(_refused, refused), *swept.feeds]
    stated = list({(row["rule_id"], row["pack"]): row for row in stated}.values())
    tables.replace("rule_status", pa.Table.from_pylist(stated, TABLES["rule_status"].schema))
    problems = [*_problems(refused), *swept.problems]
    schema = TABLES["problems"].schema
    tables.replace("problems", pa.Table.from_pylist(problems, schema), ("found_by", "rules"))


def _ran(plan: Plan, hunted: Hunted, hits: Mapping[str, int]) -> Iterator[_Row]:
    states = _States(plan, hunted)
    for number, rule in enumerate(plan.rules):
        status, reason = states.of(number)
        yield {
            "rule_id": rule.rule_id,
            "rule_title": rule.title,
            "pack": rule.pack,
            "status": status,
            "reason": reason,
            "events_checked": states.checked(number),
            "hits": hits.get(rule.rule_id, 0),
            "level": rule.level,
            "techniques": list(rule.techniques),
            "rule_hash": rule.rule_hash,
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
