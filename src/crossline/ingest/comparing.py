"""Records of one file, read again, against those that are stored: which are as they were."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from crossline.events import ReadSettings, batches
from crossline.evidence import Source
from crossline.store import Store, connect
from crossline.tables import TABLES

__all__ = ["MOST_SHOWN", "Comparison", "Reading", "RecordChange", "compare"]

MOST_SHOWN = 1_000
"""Changed records named one by one for each source; all are counted."""

# What a record is, without where it stands: a log that grew moves nothing else.
_CONTENT = (
    "organisation", "month", "format", "host", "time_uncertainty_s", "time_basis", "time_raw",
    "channel", "provider", "event_code", "record_id", "fields", "subscribers", "subscriber_kinds",
)  # fmt: skip
_COLUMNS = ("event_id", "locator", "position", "time", *_CONTENT)

# A record that stands twice in a file has one id, so equal ones are counted off by position.
_COUNTED_OFF = f"""
CREATE TEMP TABLE counted AS
WITH digested AS (
  SELECT side, event_id, locator, position,
    CASE WHEN record_id IS NULL THEN 'at ' || position
         ELSE concat_ws('|', host, channel, record_id) END AS name,
    sha256(CAST(row(epoch_us(time), {", ".join(_CONTENT)}) AS VARCHAR)) AS content
  FROM (SELECT 'stored' AS side, * FROM stored UNION ALL SELECT 'found' AS side, * FROM found)
),
numbered AS (
  SELECT *, row_number() OVER (PARTITION BY side, event_id, content ORDER BY position) AS turn
  FROM digested
)
SELECT *, count(*) OVER (PARTITION BY event_id, content, turn) AS sides FROM numbered
"""  # noqa: S608 - column names of this module, no input
# What has no equal is paired by what names it: a Windows record by host, channel and record number,
# a line by its position.
_CHANGES = """
CREATE TEMP TABLE changes AS
WITH alone AS (
  SELECT *, row_number() OVER (PARTITION BY side, name ORDER BY position) AS number
  FROM counted WHERE sides = 1
)
SELECT
  CASE WHEN was.event_id IS NULL THEN 'added' WHEN here.event_id IS NULL THEN 'missing'
       ELSE 'altered' END AS kind,
  was.event_id, here.event_id AS event_id_now,
  coalesce(was.locator, here.locator) AS locator, coalesce(was.position, here.position) AS position
FROM (SELECT * FROM alone WHERE side = 'stored') AS was
FULL JOIN (SELECT * FROM alone WHERE side = 'found') AS here USING (name, number)
"""
_SHOWN = "SELECT * FROM changes ORDER BY position, kind, event_id, event_id_now LIMIT $most"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a worker is to compare: the file as it is now, and the source that was stored."""

    now: Source
    source_id: str
    base: Path
    settings: ReadSettings
    store: Path


@dataclass(frozen=True, slots=True)
class RecordChange:
    """One record that differs: `event_id` as stored, `event_id_now` of what stands there now."""

    kind: Literal["missing", "altered", "added"]
    event_id: str | None
    event_id_now: str | None
    locator: int
    position: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Records as stored, missing, altered and added, counted; the first changes one by one."""

    same: int
    missing: int
    altered: int
    added: int
    changes: tuple[RecordChange, ...]


def compare(reading: Reading) -> Comparison:
    """Read the file as it was read before and compare each record, whole; runs in a worker.

    Memory is flat: both sides are streamed, and DuckDB keeps a digest of each record.
    """
    schema = pa.schema([TABLES["events"].schema.field(name) for name in _COLUMNS])
    found = (
        batch.events.select(_COLUMNS)
        for batch in batches(reading.now, reading.base, reading.settings)
    )
    connection = connect(
        {
            "stored": _stored(Store(reading.store), reading.source_id, reading.now.organisation),
            "found": pa.RecordBatchReader.from_batches(schema, found),
        }
    )
    connection.execute(_COUNTED_OFF)
    connection.execute(_CHANGES)
    same = connection.sql("SELECT count(*) FROM counted WHERE sides = 2").fetchall()[0][0] // 2
    of_kind = dict(connection.sql("SELECT kind, count(*) FROM changes GROUP BY kind").fetchall())
    changes = connection.sql(_SHOWN, params={"most": MOST_SHOWN}).to_arrow_table().to_pylist()
    return Comparison(
        same,
        missing=of_kind.get("missing", 0),
        altered=of_kind.get("altered", 0),
        added=of_kind.get("added", 0),
        changes=tuple(RecordChange(**row) for row in changes),
    )


def _stored(store: Store, source_id: str, organisation: str) -> pa.RecordBatchReader:
    """The stored events of one source, a few row groups at a time."""
    where = (pc.field("organisation") == organisation) & (pc.field("source_id") == source_id)
    scanner = store.dataset("events").scanner(
        columns=list(_COLUMNS), filter=where, batch_readahead=1, fragment_readahead=1
    )
    return scanner.to_reader()
