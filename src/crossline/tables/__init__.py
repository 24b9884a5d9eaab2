"""Every table of crossline: what a row is, its columns, its key and what it rests on.

This package is data, one module for each part of the way. Stages meet only here and in
`crossline.store`; the command line, the documentation, the exports and the schema tests are derived
from `TABLES`. Tables marked `public` are exported by the report under `report/tables/`, with the
columns named here.
"""

from crossline.tables.assessment import ASSESSMENT
from crossline.tables.clusters import CLUSTERS
from crossline.tables.declaring import Column, Table
from crossline.tables.detections import DETECTIONS
from crossline.tables.evidence import EVIDENCE
from crossline.tables.intrusions import INTRUSIONS
from crossline.tables.judgements import JUDGEMENTS

__all__ = ["TABLES", "Column", "Table", "table_of_id"]

TABLES: dict[str, Table] = {
    table.name: table
    for table in (*EVIDENCE, *DETECTIONS, *INTRUSIONS, *ASSESSMENT, *CLUSTERS, *JUDGEMENTS)
}

_BY_PREFIX = {table.prefix: table for table in TABLES.values() if table.prefix}


def table_of_id(row_id: str) -> Table | None:
    """The table that an id such as `ev_1f…` belongs to, by its prefix; None if it has none."""
    return _BY_PREFIX.get(row_id.partition("_")[0])
