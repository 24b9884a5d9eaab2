"""Traffic that is regular, large, or out of proportion, to places that hardly anybody talks to."""

__all__ = ["BEACON", "LARGE_LOGON_REPLY", "OUTFLOW"]

# Half of the intervals lie between the quartiles: of a beacon they lie close to the median, even
# with jitter; people and caches do not keep to one interval for a day.
BEACON = """
WITH spaced AS (
  SELECT *, epoch(time) - lag(epoch(time)) OVER (
    PARTITION BY organisation, format, source, destination, port ORDER BY time, event_id) AS pause
  FROM flow WHERE NOT is_inside
),
rhythm AS (
  SELECT organisation, format, source, destination, port, count(*) AS n,
         epoch(max(time)) - epoch(min(time)) AS span,
         quantile_cont(pause, [0.25, 0.5, 0.75]) AS quarters
  FROM spaced GROUP BY ALL
),
reach AS (
  SELECT organisation, destination, count(DISTINCT source) AS sources FROM flow GROUP BY ALL
)
SELECT organisation, any_value(host ORDER BY time) AS host, format, min(time) AS time,
       MAP {'source': source, 'destination': destination,
            'interval_s': CAST(CAST(any_value(quarters)[2] AS BIGINT) AS VARCHAR),
            'connections': CAST(any_value(n) AS VARCHAR)} AS matched,
       list(DISTINCT event_id ORDER BY event_id) AS events
FROM flow JOIN rhythm USING (organisation, format, source, destination, port)
          JOIN reach USING (organisation, destination)
WHERE n >= $beacon_connections_least AND span >= 3600 * $beacon_span_h AND quarters[2] > 0
  AND (quarters[3] - quarters[1]) / quarters[2] <= $beacon_spread_most
  AND sources <= $rare_sources_most
GROUP BY organisation, format, source, destination, port
"""

OUTFLOW = """
WITH reach AS (
  SELECT organisation, destination, count(DISTINCT source) AS sources FROM flow GROUP BY ALL
)
SELECT organisation, any_value(host ORDER BY time) AS host, 'zeek_conn' AS format,
       min(time) AS time,
       MAP {'source': source, 'destination': destination,
            'megabytes': CAST(CAST(sum(sent) / 1e6 AS BIGINT) AS VARCHAR)} AS matched,
       list(DISTINCT event_id ORDER BY event_id) FILTER (sent > received) AS events
FROM flow JOIN reach USING (organisation, destination)
WHERE format = 'zeek_conn' AND NOT is_inside AND sources <= $rare_sources_most
GROUP BY organisation, source, destination, CAST(time AS DATE)
HAVING sum(sent) >= 1e6 * $outflow_mb AND sum(sent) >= $outflow_ratio * sum(received)
"""

LARGE_LOGON_REPLY = """
WITH page AS (
  SELECT organisation, host, time, event_id, fields['c-ip'] AS client,
         TRY_CAST(fields['ResponseBytes'] AS BIGINT) AS size
  FROM told WHERE format = 'httpproxy'
    AND contains(lower(fields['cs-uri-stem']), '/auth/logon.aspx')
    AND lower(coalesce(fields['IsAuthenticated'], 'false')) = 'false'
),
usual AS (
  SELECT organisation, median(size) AS size FROM page GROUP BY organisation
)
SELECT page.organisation, host, 'httpproxy' AS format, min(time) AS time,
       MAP {'client': client, 'bytes': CAST(max(page.size) AS VARCHAR)} AS matched,
       list(DISTINCT event_id ORDER BY event_id) AS events
FROM page JOIN usual USING (organisation)
WHERE page.size >= 1000 * $logon_reply_kb
  AND (page.size >= $logon_reply_times * usual.size OR usual.size >= 1000 * $logon_reply_kb)
GROUP BY page.organisation, host, client, CAST(time AS DATE)
"""
