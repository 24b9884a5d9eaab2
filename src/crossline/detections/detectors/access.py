"""Ways into telecom's systems that no ticket, habit or neighbour explains."""

__all__ = ["ACCESS_FROM_NEW_NETWORK", "NEW_PLACE_WITHOUT_TICKET", "SUPPLIER_WITHOUT_TICKET"]

SUPPLIER_WITHOUT_TICKET = """
SELECT logon.organisation, any_value(logon.host ORDER BY logon.time) AS host,
       any_value(logon.format ORDER BY logon.time) AS format, min(logon.time) AS time,
       MAP {'account': logon.account, 'supplier': any_value(supplier_accounts.supplier)} AS matched,
       list(DISTINCT event_id ORDER BY event_id) AS events
FROM logon JOIN supplier_accounts
  ON supplier_accounts.organisation = logon.organisation
 AND supplier_accounts.account = lower(logon.account)
WHERE NOT EXISTS (
  SELECT 1 FROM ticket WHERE ticket.organisation = logon.organisation
    AND logon.time BETWEEN ticket.opened - to_hours($ticket_slack_h)
                       AND ticket.closed + to_hours($ticket_slack_h)
    AND (list_contains(ticket.accounts, lower(logon.account))
         OR ticket.supplier = supplier_accounts.supplier)
)
GROUP BY logon.organisation, logon.account, CAST(logon.time AS DATE)
"""

# A network is the first three octets, or the first four groups of IPv6: what a provider gives one
# customer or one pool.
ACCESS_FROM_NEW_NETWORK = """
WITH remote AS (
  SELECT *, CASE WHEN place LIKE '%:%' THEN array_to_string(string_split(place, ':')[1:4], ':')
                 ELSE array_to_string(string_split(place, '.')[1:3], '.') END AS network
  FROM logon WHERE format = 'radius' AND place IS NOT NULL
),
networks AS (
  SELECT organisation, network, count(DISTINCT account) AS accounts FROM remote GROUP BY ALL
),
days AS (
  SELECT organisation, account, network, count(DISTINCT CAST(time AS DATE)) AS days
  FROM remote GROUP BY ALL
)
SELECT organisation, any_value(host ORDER BY time) AS host, 'radius' AS format, min(time) AS time,
       MAP {'account': account, 'network': network} AS matched,
       list(DISTINCT event_id ORDER BY event_id) AS events
FROM remote JOIN networks USING (organisation, network)
            JOIN days USING (organisation, account, network)
WHERE accounts = 1 AND days < $habit_days
  AND NOT EXISTS (SELECT 1 FROM supplier_accounts
                  WHERE supplier_accounts.organisation = remote.organisation
                    AND supplier_accounts.account = lower(remote.account))
GROUP BY organisation, account, network
"""

NEW_PLACE_WITHOUT_TICKET = """
WITH inside AS (
  SELECT * FROM logon WHERE format IN ('teleport', 'linux_auth') AND place IS NOT NULL
    AND lower(host) IN (SELECT host FROM telecom_hosts
                        WHERE telecom_hosts.organisation = logon.organisation)
),
habit AS (
  SELECT organisation, account, place, count(DISTINCT CAST(time AS DATE)) AS days
  FROM inside GROUP BY ALL
)
SELECT organisation, host, any_value(format ORDER BY time) AS format, min(time) AS time,
       MAP {'account': account, 'place': place} AS matched,
       list(DISTINCT event_id ORDER BY event_id) AS events
FROM inside JOIN habit USING (organisation, account, place)
WHERE days < $habit_days AND NOT EXISTS (
  SELECT 1 FROM ticket WHERE ticket.organisation = inside.organisation
    AND inside.time BETWEEN ticket.opened - to_hours($ticket_slack_h)
                        AND ticket.closed + to_hours($ticket_slack_h)
    AND list_contains(ticket.accounts, lower(inside.account))
)
GROUP BY organisation, host, account, place, CAST(time AS DATE)
"""
