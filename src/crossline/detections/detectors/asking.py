"""Who asks about subscribers, and who does so out of habit.

A process (billing, court orders, customer care, probes) asks day after day from the same place; an
intruder who borrows an account asks on few days, or from elsewhere. Habit is therefore counted for
each account and place: on how many days within a window it asked, in how many months of a year,
and whether it asked about ever new persons, as they come, or about the same ones again.
What a ticket or a contact with the customer explains is left out.
"""

__all__ = [
    "BULK_OUT_OF_HABIT",
    "PERSONS_IN_DATABASES",
    "PERSONS_IN_REGISTERS",
    "REPEATED_INTEREST",
    "UNSEEN_IN_DATABASES",
]

# One finding for each account, place, host and day.
_BY_DAY = """
SELECT organisation, host, format, min(time) AS time,
       MAP {{'account': account, 'place': coalesce(place, 'not logged'),
            'subscribers': CAST(count(DISTINCT who) AS VARCHAR),
            'days of habit': CAST(max(days) AS VARCHAR)}} AS matched,
       list(DISTINCT event_id ORDER BY event_id) AS events
FROM (SELECT *, unnest(CASE WHEN len(subscribers) > 0 THEN subscribers ELSE [NULL] END) AS who
      FROM asked WHERE {condition})
GROUP BY organisation, host, format, account, place, day
"""

PERSONS_IN_DATABASES = _BY_DAY.format(
    condition="kind = 'db' AND len(subscribers) BETWEEN 1 AND $persons_most "
    "AND NOT is_habit AND NOT explained"
)
UNSEEN_IN_DATABASES = _BY_DAY.format(
    condition="kind = 'db' AND is_call_record AND len(subscribers) = 0 AND is_unseen "
    "AND NOT is_habit AND NOT explained"
)
PERSONS_IN_REGISTERS = _BY_DAY.format(
    condition="kind = 'mml' AND len(subscribers) > 0 AND NOT is_habit AND NOT explained"
)
BULK_OUT_OF_HABIT = _BY_DAY.format(
    condition="kind = 'db' AND is_call_record AND is_bulk AND NOT is_habit AND NOT explained"
)

# Days on which somebody asked about a subscriber without a process that explains it, against what
# the subscriber's share of the explained look-ups lets expect. The bound of Chernoff,
# P(X >= k) <= exp(k - m) * (m/k)^k for a Poisson mean m < k, stands for the probability, and the
# false discovery rate is held by Benjamini and Hochberg's procedure over all subscribers.
REPEATED_INTEREST = """
WITH single AS (
  SELECT organisation, host, format, time, day, account, place, event_id, explained, days,
         is_habit, unnest(subscribers) AS who
  FROM asked WHERE len(subscribers) BETWEEN 1 AND $persons_most
),
told AS (SELECT *, explained OR is_habit AS is_process FROM single),
people AS (
  SELECT who, count(DISTINCT (organisation, host, day)) FILTER (NOT is_process) AS odd,
         count(DISTINCT (organisation, host, day)) FILTER (is_process) AS usual,
         count(DISTINCT day) FILTER (NOT is_process) AS odd_days
  FROM told GROUP BY who
),
totals AS (SELECT sum(odd) AS odd, sum(usual) + count(*) AS usual FROM people),
expected AS (
  SELECT people.*, greatest(totals.odd * (people.usual + 1) / totals.usual, 1e-6) AS mean
  FROM people, totals
),
judged AS (
  SELECT *, CASE WHEN odd <= mean THEN 1.0
                 ELSE exp(odd - mean + odd * (ln(mean) - ln(odd))) END AS p
  FROM expected
),
ranked AS (
  SELECT *, row_number() OVER (ORDER BY p, who) AS rank, count(*) OVER () AS tried FROM judged
),
cut AS (SELECT max(p) AS p FROM ranked WHERE p <= $interest_false_rate * rank / tried),
chosen AS (
  SELECT ranked.* FROM ranked, cut WHERE ranked.p <= cut.p AND odd_days >= $interest_days_least
)
SELECT organisation, any_value(host ORDER BY time) AS host,
       any_value(format ORDER BY time) AS format, max(time) AS time,
       MAP {'subscriber': who, 'days': CAST(count(DISTINCT day) AS VARCHAR),
            'accounts': CAST(count(DISTINCT account) AS VARCHAR),
            'systems': CAST(count(DISTINCT host) AS VARCHAR),
            'expected': CAST(round(any_value(mean), 2) AS VARCHAR)} AS matched,
       list(DISTINCT event_id ORDER BY event_id) AS events
FROM told JOIN chosen USING (who) WHERE NOT is_process
GROUP BY organisation, who
"""
