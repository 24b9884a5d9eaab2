"""Sightings: where and when each rule fired, added up so that a bundle stays importable.

A sighting stands for one rule on one host on one day. A rule with more than `MOST` of these is
added up by host, and one with more than `MOST` hosts by organisation: 100,000 detections of a noisy
rule are a few sightings with a count, and no detection is left out of the counts.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb
import msgspec
import pyarrow as pa

from crossline.report.facts import Facts
from crossline.report.machines.frame import numbers, timestamp
from crossline.report.machines.identities import host_id, organisation_id
from crossline.report.machines.ids import name_id
from crossline.report.machines.indicators import indicator_id
from crossline.report.machines.objects import Sighting
from crossline.report.machines.observed import Observed
from crossline.store import connect

__all__ = ["MOST", "Sightings", "sightings"]

MOST = 100
# The queries are made of constants alone.
_DAY_US = 86_400_000_000
# The largest `count` that STIX allows (section 5.2).
_LARGEST = 999_999_999

_KEYED = f"""
CREATE TEMP VIEW keyed AS
WITH days AS (
  SELECT detection_id, rule_id, organisation, host, time, rests_on,
         epoch_us(time) // {_DAY_US} AS day
  FROM detections
), grains AS (
  SELECT rule_id, CASE
    WHEN count(DISTINCT (organisation, host, day)) <= {MOST} THEN 'host_day'
    WHEN count(DISTINCT (organisation, host)) <= {MOST} THEN 'host'
    ELSE 'organisation' END AS grain
  FROM days GROUP BY rule_id
)
SELECT detection_id, rule_id, grain, organisation, time, rests_on,
       CASE WHEN grain <> 'organisation' THEN host END AS host,
       CASE WHEN grain = 'host_day' THEN day END AS day
FROM days JOIN grains USING (rule_id)
"""  # noqa: S608
_KEY = "rule_id, grain, organisation, host, day"
_GROUPS = f"""
SELECT {_KEY}, count(*) AS count, min(time) AS first, max(time) AS last
FROM keyed GROUP BY ALL ORDER BY ALL
"""  # noqa: S608
_RECORDS = f"""
SELECT {_KEY}, list(DISTINCT observed_id ORDER BY observed_id) AS ids
FROM (SELECT {_KEY}, unnest(rests_on) AS event_id FROM keyed) JOIN observed USING (event_id)
GROUP BY ALL
"""  # noqa: S608
_STORIES = f"""
SELECT DISTINCT {_KEY}, intrusion_id FROM keyed JOIN members USING (detection_id)
"""  # noqa: S608


_Key = tuple[str, str, str, str | None, int | None]


class _Group(msgspec.Struct, frozen=True):
    rule_id: str
    grain: str
    organisation: str
    host: str | None
    day: int | None
    count: int
    first: datetime | None
    last: datetime | None

    @property
    def key(self) -> _Key:
        return self.rule_id, self.grain, self.organisation, self.host, self.day


@dataclass(frozen=True)
class Sightings:
    """All sightings, the hosts that they name, and the ids of those of each intrusion."""

    all: tuple[Sighting, ...]
    hosts: frozenset[tuple[str, str]]
    of_intrusion: dict[str, tuple[str, ...]]


def sightings(facts: Facts, observed: Observed) -> Sightings:
    """Add up the detections of the case."""
    connection = connect(
        {
            "detections": facts.detections,
            "observed": pa.table(
                {
                    "event_id": pa.array(observed.data, pa.string()),
                    "observed_id": pa.array(
                        [each.id for each in observed.data.values()], pa.string()
                    ),
                }
            ),
            "members": _members(facts),
        }
    )
    connection.execute(_KEYED)
    groups = msgspec.convert(connection.sql(_GROUPS).to_arrow_table().to_pylist(), list[_Group])
    records: dict[_Key, tuple[str, ...]] = {}
    for *key, ids in _rows(connection, _RECORDS):
        records[tuple(key)] = tuple(ids)
    stories: dict[str, list[str]] = defaultdict(list)
    for *key, intrusion in _rows(connection, _STORIES):
        stories[intrusion].append(_sighting_id(tuple(key)))
    return Sightings(
        all=tuple(_sighting(group, records.get(group.key, ())) for group in groups),
        hosts=frozenset((group.organisation, group.host) for group in groups if group.host),
        of_intrusion={story: tuple(sorted(ids)) for story, ids in stories.items()},
    )


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    table: pa.Table = connection.sql(query).to_arrow_table()
    return list(zip(*(column.to_pylist() for column in table.columns), strict=True))


def _members(facts: Facts) -> pa.Table:
    """Which detection stands in which intrusion: by the intrusion itself or by its steps."""
    query = """
    SELECT DISTINCT intrusion_id, unnest(rests_on) AS detection_id FROM (
      SELECT intrusion_id, rests_on FROM intrusions UNION ALL
      SELECT intrusion_id, rests_on FROM steps)
    """
    tables = {"intrusions": facts.intrusions, "steps": facts.steps}
    found: pa.Table = connect(tables).sql(query).to_arrow_table()
    return found


def _sighting_id(key: _Key) -> str:
    return name_id("sighting", *("" if part is None else str(part) for part in key))


def _sighting(group: _Group, records: tuple[str, ...]) -> Sighting:
    where = [organisation_id(group.organisation)]
    if group.host:
        where.append(host_id(group.organisation, group.host))
    return Sighting(
        id=_sighting_id(group.key),
        sighting_of_ref=indicator_id(group.rule_id),
        count=min(group.count, _LARGEST),
        first_seen=timestamp(group.first) if group.first else None,
        last_seen=timestamp(group.last) if group.last else None,
        where_sighted_refs=tuple(where),
        observed_data_refs=records,
        extensions=numbers(grain=group.grain, detections=group.count),
    )
