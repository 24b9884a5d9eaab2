"""What the detectors look at: the few kinds of events that they need, under common names.

Each table is made once for all detectors, of the events of its kinds only: the files of `events`
hold one source each, so the rest is not read.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa

from crossline.case import Case
from crossline.store import Tables, connect

__all__ = ["prepared"]

_TICKETS = pa.schema(
    [
        pa.field("organisation", pa.string()),
        pa.field("ticket_id", pa.string()),
        pa.field("opened", pa.timestamp("us", tz="UTC")),
        pa.field("closed", pa.timestamp("us", tz="UTC")),
        pa.field("supplier", pa.string()),
        pa.field("named", pa.string()),
    ]
)
_SUPPLIERS = pa.schema(
    [pa.field(name, pa.string()) for name in ("organisation", "supplier", "account")]
)
_HOSTS = pa.schema([pa.field(name, pa.string()) for name in ("organisation", "host")])
# Where subscribers' data and the network are; office systems have detectors of their own.
_TELECOM = frozenset(
    {"billing", "cdr", "mediation", "register", "packet_core", "routing", "li", "sim_ota", "nms",
     "bastion", "aaa"}
)  # fmt: skip
_STILL_OPEN = timedelta(days=1)

_TOLD = """
CREATE TEMP TABLE told AS
SELECT event_id, organisation, host, format, time, subscribers, fields FROM events
WHERE time IS NOT NULL AND (
  format IN ('ora_csv', 'ora_sys', 'pgaudit', 'teleport', 'mml', 'crm', 'linux_auth', 'ticket')
  OR (format = 'radius' AND fields['Acct-Status-Type'] = 'Start'
      AND regexp_full_match(fields['Calling-Station-Id'], '[0-9]{1,3}(\\.[0-9]{1,3}){3}|.*:.*:.*'))
  OR (format = 'winsec' AND event_code = '4624' AND fields['LogonType'] IN ('3', '10'))
  OR (format = 'httpproxy' AND contains(lower(fields['cs-uri-stem']), '/auth/logon.aspx'))
)
"""
# A ticket of the evidence states its end in the zone of its beginning.
_TICKET = """
CREATE TEMP TABLE ticket AS
SELECT organisation, ticket_id, opened, coalesce(closed, opened + INTERVAL 1 DAY) AS closed,
       supplier, list_filter(string_split_regex(lower(coalesce(named, '')), '[ ;,]+'),
                             lambda part: part <> '') AS accounts
FROM (
  SELECT * FROM side_tickets
  UNION ALL BY NAME
  SELECT organisation, fields['ticket_id'] AS ticket_id, time AS opened,
         time + (TRY_CAST(fields['closed'] AS TIMESTAMP) - TRY_CAST(fields['opened'] AS TIMESTAMP))
           AS closed,
         fields['supplier'] AS supplier, fields['accounts'] AS named
  FROM told WHERE format = 'ticket'
)
WHERE opened IS NOT NULL
"""
_CALL_RECORD = "(^|[._])(cdr|xdr|ipdr|call_?(detail|record)s?)([._]|$)"
_ASKED = f"""
CREATE TEMP TABLE asked AS
WITH named AS (
  SELECT event_id, organisation, host, format, time, subscribers,
    CASE format WHEN 'mml' THEN 'mml' WHEN 'crm' THEN 'crm' ELSE 'db' END AS kind,
    coalesce(fields['DBUSERNAME'], fields['user_name'], fields['db_user'], fields['operator'],
             fields['user']) AS account,
    coalesce(fields['USERHOST'], regexp_extract(fields['connection_from'], '^(.*?)(:[0-9]+)?$', 1),
             fields['address'], fields['workstation']) AS place,
    coalesce(fields['SQL_TEXT'], fields['STATEMENT'], fields['db_query'], '') AS statement,
    concat_ws('.', fields['OBJECT_SCHEMA'], fields['OBJECT_NAME']) AS object,
    coalesce(fields['ACTION_NAME'], fields['COMMAND'], '') AS action,
    coalesce(fields['PARAMETER'], '') AS parameter,
    coalesce(fields['contact_id'], '') <> '' AS has_contact,
    contains(lower(coalesce(fields['reason_code'], '')), 'own line') AS is_own_line
  FROM told
  WHERE format IN ('ora_csv', 'ora_sys', 'pgaudit', 'mml', 'crm')
     OR (format = 'teleport' AND fields['db_query'] IS NOT NULL)
),
marked AS (
  SELECT *, CAST(time AS DATE) AS day,
    regexp_matches(lower(object), '{_CALL_RECORD}') AS is_call_record,
    statement = '' OR (contains(statement, '$1') AND parameter IN ('', '<not logged>'))
      AS is_unseen,
    upper(action) = 'EXPORT' OR (statement <> '' AND upper(action) IN ('SELECT', 'COPY')
      AND NOT regexp_matches(lower(statement), '\\bwhere\\b|\\bcount\\s*\\(|\\bgroup by\\b'))
      AS is_bulk
  FROM named WHERE account IS NOT NULL
),
relevant AS (SELECT * FROM marked WHERE len(subscribers) > 0 OR is_call_record),
days AS (
  SELECT organisation, kind, account, place, day,
    count(*) OVER (
      PARTITION BY organisation, kind, account, place ORDER BY day
      RANGE BETWEEN to_days($habit_window_d // 2) PRECEDING
                AND to_days($habit_window_d // 2) FOLLOWING) AS days
  FROM (SELECT DISTINCT organisation, kind, account, place, day FROM relevant)
),
spread AS (
  SELECT organisation, kind, account, place, count(DISTINCT who) AS persons,
    count(DISTINCT (who, day)) AS asked, count(DISTINCT day) AS on_days
  FROM (SELECT *, unnest(subscribers) AS who FROM relevant) GROUP BY ALL
),
logged AS (
  SELECT organisation, kind, day,
    count(*) OVER (
      PARTITION BY organisation, kind ORDER BY day
      RANGE BETWEEN to_days($habit_window_d // 2) PRECEDING
                AND to_days($habit_window_d // 2) FOLLOWING) AS logged
  FROM (SELECT DISTINCT organisation, kind, day FROM marked)
),
months AS (
  SELECT organisation, kind, account, place, month,
    greatest(
      count(*) OVER (before RANGE BETWEEN to_days(365) PRECEDING AND CURRENT ROW),
      count(*) OVER (before RANGE BETWEEN to_days(183) PRECEDING AND to_days(183) FOLLOWING),
      count(*) OVER (before RANGE BETWEEN CURRENT ROW AND to_days(365) FOLLOWING)) AS months
  FROM (SELECT DISTINCT organisation, kind, account, place, date_trunc('month', day) AS month
        FROM relevant)
  WINDOW before AS (PARTITION BY organisation, kind, account, place ORDER BY month)
)
SELECT relevant.*, days.days,
  days.days >= $habit_days OR months.months >= $habit_months
    OR (days.days >= $habit_days_least AND days.days >= $habit_share * logged.logged)
    OR coalesce(spread.on_days >= $habit_days AND spread.asked <= $habit_again * spread.persons,
                false) AS is_habit,
  has_contact OR is_own_line OR EXISTS (
    SELECT 1 FROM ticket WHERE ticket.organisation = relevant.organisation
      AND relevant.time BETWEEN ticket.opened - to_hours($ticket_slack_h)
                            AND ticket.closed + to_hours($ticket_slack_h)
      AND list_contains(ticket.accounts, lower(relevant.account))
  ) OR EXISTS (
    SELECT 1 FROM ticket WHERE ticket.organisation = relevant.organisation
      AND length(ticket.ticket_id) >= 6 AND contains(relevant.statement, ticket.ticket_id)
  ) AS explained
FROM relevant JOIN days
  ON days.organisation = relevant.organisation AND days.kind = relevant.kind
 AND days.account = relevant.account AND days.place IS NOT DISTINCT FROM relevant.place
 AND days.day = relevant.day
LEFT JOIN spread
  ON spread.organisation = relevant.organisation AND spread.kind = relevant.kind
 AND spread.account = relevant.account AND spread.place IS NOT DISTINCT FROM relevant.place
JOIN logged
  ON logged.organisation = relevant.organisation AND logged.kind = relevant.kind
 AND logged.day = relevant.day
JOIN months
  ON months.organisation = relevant.organisation AND months.kind = relevant.kind
 AND months.account = relevant.account AND months.place IS NOT DISTINCT FROM relevant.place
 AND months.month = date_trunc('month', relevant.day)
"""  # noqa: S608 - constants of this module, no input
_LOGON = """
CREATE TEMP TABLE logon AS
SELECT event_id, organisation, host, format, time,
  CASE format
    WHEN 'radius' THEN fields['User-Name']
    WHEN 'winsec' THEN fields['TargetUserName']
    WHEN 'teleport' THEN fields['user']
    ELSE regexp_extract(fields['message'], '^Accepted \\S+ for (\\S+) from', 1)
  END AS account,
  CASE format
    WHEN 'radius' THEN fields['Calling-Station-Id']
    WHEN 'winsec' THEN fields['IpAddress']
    WHEN 'teleport' THEN regexp_extract(fields['addr.remote'], '^(.*?)(:[0-9]+)?$', 1)
    ELSE regexp_extract(fields['message'], ' from (\\S+) port', 1)
  END AS place
FROM told
WHERE format IN ('radius', 'winsec')
   OR (format = 'teleport' AND fields['event'] = 'session.start')
   OR (format = 'linux_auth' AND fields['message'] LIKE 'Accepted % for % from %')
"""
_INSIDE = (
    r"^(10\.|127\.|169\.254\.|192\.168\.|172\.(1[6-9]|2[0-9]|3[01])\.|::1$|f[cd]|fe80|22[4-9]\.|23)"
)
_FLOW = f"""
CREATE TEMP TABLE flow AS
SELECT *, regexp_matches(lower(destination), '{_INSIDE}') AS is_inside FROM (
  SELECT event_id, organisation, host, format, time,
    coalesce(fields['id.orig_h'], fields['SourceIp']) AS source,
    coalesce(fields['id.resp_h'], fields['DestinationIp']) AS destination,
    coalesce(fields['id.resp_p'], fields['DestinationPort']) AS port,
    coalesce(TRY_CAST(fields['orig_bytes'] AS BIGINT), 0) AS sent,
    coalesce(TRY_CAST(fields['resp_bytes'] AS BIGINT), 0) AS received
  FROM events
  WHERE time IS NOT NULL AND (format IN ('zeek_conn', 'zeek_ssl')
    OR (format = 'sysmon' AND event_code = '3' AND fields['Initiated'] = 'true'))
) WHERE source IS NOT NULL AND destination IS NOT NULL
"""  # noqa: S608 - constants of this module, no input


def prepared(case: Case, tables: Tables) -> duckdb.DuckDBPyConnection:
    """A connection with the temporary tables that the detectors' queries read."""
    settings = case.settings.detectors
    connection = connect(
        {
            "events": tables.dataset("events"),
            "side_tickets": pa.Table.from_pylist([*_tickets(case)], _TICKETS),
            "supplier_accounts": pa.Table.from_pylist([*_supplier_accounts(case)], _SUPPLIERS),
            "telecom_hosts": pa.Table.from_pylist([*_telecom_hosts(case)], _HOSTS),
        }
    )
    connection.execute(_TOLD)
    connection.execute(_TICKET)
    names = re.findall(r"\$(\w+)", _ASKED)
    connection.execute(_ASKED, {name: getattr(settings, name) for name in names if name != "1"})
    connection.execute(_LOGON)
    connection.execute(_FLOW)
    return connection


def _tickets(case: Case) -> Iterator[dict[str, object]]:
    zones = {
        row["organisation"]: row.get("time_zone", "") for row in case.side_table("organisations")
    }
    for row in case.side_table("tickets"):
        zone = _zone(zones.get(row["organisation"], ""))
        opened, closed = (_moment(row.get(name, ""), zone) for name in ("opened", "closed"))
        if opened:
            yield {
                "organisation": row["organisation"],
                "ticket_id": row["ticket_id"],
                "opened": opened,
                "closed": closed or opened + _STILL_OPEN,
                "supplier": row.get("supplier") or None,
                "named": row.get("accounts", ""),
            }


def _zone(name: str) -> tzinfo:
    """The zone of an organisation; an unknown one counts as UTC, which `lint` complains of."""
    try:
        return datetime.fromisoformat(f"2000-01-01T00:00{name}").tzinfo or ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        try:
            return ZoneInfo(name)
        except (ValueError, OSError, KeyError):
            return UTC


def _moment(text: str, zone: tzinfo) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def _supplier_accounts(case: Case) -> Iterator[dict[str, str]]:
    for row in case.side_table("supplier_access"):
        for account in row.get("account", "").replace(";", " ").split():
            yield {
                "organisation": row["organisation"],
                "supplier": row["supplier"],
                "account": account.lower(),
            }


def _telecom_hosts(case: Case) -> Iterator[dict[str, str]]:
    for row in case.side_table("assets"):
        if row.get("asset_class") in _TELECOM:
            for name in {row["host"].lower(), row.get("fqdn", "").lower()} - {""}:
                yield {"organisation": row["organisation"], "host": name}
