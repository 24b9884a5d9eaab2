"""How rare each rule is in this estate: a rule that fires everywhere says little."""

import pyarrow as pa
import pyarrow.dataset as ds

from crossline.store import connect

__all__ = ["rarity"]

# bits = -log2((k + 1) / (K + 1)): k host-days on which the rule fired, K host-days on which a log
# that it fired in was there, both in the same organisation. The added one keeps a rule seen once in
# a small estate from looking rare (Laplace's rule of succession).
_QUERY = """
WITH days AS (
  SELECT DISTINCT organisation, host, format, CAST(time AS DATE) AS day
  FROM events WHERE time IS NOT NULL AND host IS NOT NULL
),
fired AS (
  SELECT DISTINCT organisation, rule_id, format, host, CAST(time AS DATE) AS day
  FROM found WHERE time IS NOT NULL AND host IS NOT NULL
),
there AS (
  SELECT rules.organisation, rules.rule_id, count(DISTINCT (days.host, days.day)) AS n
  FROM (SELECT DISTINCT organisation, rule_id, format FROM fired) AS rules
  JOIN days USING (organisation, format) GROUP BY ALL
),
hit AS (SELECT organisation, rule_id, count(DISTINCT (host, day)) AS n FROM fired GROUP BY ALL)
SELECT organisation, rule_id, -log2((hit.n + 1) / (there.n + 1)) AS bits
FROM hit JOIN there USING (organisation, rule_id) ORDER BY ALL
"""


def rarity(events: ds.Dataset, found: pa.Table) -> dict[tuple[str, str], float]:
    """Bits by organisation and rule.

    Args:
        events: the table `events`.
        found: one row a firing with organisation, rule_id, format, host and time.
    """
    rows = connect({"events": events, "found": found}).sql(_QUERY).fetchall()
    return {(organisation, rule_id): bits for organisation, rule_id, bits in rows}
