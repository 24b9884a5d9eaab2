"""Which techniques could be seen: by the rules that ran, and by the logs of each organisation."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from crossline.report.facts import Facts
from crossline.report.techniques import known
from crossline.store import connect

__all__ = ["Sight", "sight_of"]

_RAN = ("ran", "degraded")
_LISTS = """
SELECT hash(techniques_blind) AS list, any_value(techniques_blind) AS techniques
FROM coverage GROUP BY 1
"""
# Host-months are counted by the lists that they have, as few lists stand in many rows.
_MONTHS = """
SELECT organisation, lists, count(*) AS months FROM (
  SELECT organisation, list(DISTINCT hash(techniques_blind)) AS lists FROM coverage
  GROUP BY organisation, host, month)
GROUP BY ALL
"""


@dataclass(frozen=True)
class Sight:
    """What could be looked for.

    `looked_for` are techniques of rules that ran, `not_looked_for` those of other rules alone;
    `host_months` and, by technique, `blind` count months of hosts by organisation.
    """

    looked_for: tuple[str, ...]
    not_looked_for: tuple[str, ...]
    host_months: Mapping[str, int]
    blind: Mapping[str, Counter[str]]

    def observable(self, technique: str, organisation: str) -> bool:
        """Whether a rule that ran had a log of the organisation that could have shown it."""
        blind = self.blind.get(organisation, Counter())[technique]
        return technique in self.looked_for and blind < self.host_months.get(organisation, 0)


def sight_of(facts: Facts) -> Sight:
    """Read it from the rules and the coverage of a case."""
    ran: set[str] = set()
    tagged: set[str] = set()
    for row in facts.rules.select(["status", "techniques"]).to_pylist():
        techniques = known(row["techniques"] or ())
        tagged.update(techniques)
        if row["status"] in _RAN:
            ran.update(techniques)
    return Sight(tuple(sorted(ran)), tuple(sorted(tagged - ran)), *_host_months(facts))


def _host_months(facts: Facts) -> tuple[Counter[str], dict[str, Counter[str]]]:
    tables = connect({"coverage": facts.tables.dataset("coverage")})
    lists = {
        row["list"]: known(row["techniques"] or ())
        for row in tables.sql(_LISTS).to_arrow_table().to_pylist()
    }
    total = Counter[str]()
    blind: dict[str, Counter[str]] = {}
    for row in tables.sql(_MONTHS).to_arrow_table().to_pylist():
        total[row["organisation"]] += row["months"]
        counts = blind.setdefault(row["organisation"], Counter())
        for technique in {each for key in row["lists"] for each in lists[key]}:
            counts[technique] += row["months"]
    return total, blind
