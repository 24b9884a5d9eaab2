"""The columns of the truth tables: names as the specification lists them, then the world's own."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

__all__ = ["COLUMNS", "schema_of", "write_table"]

_TYPES = {
    "": pa.string(),
    "bool": pa.bool_(),
    "int": pa.int64(),
    "float": pa.float64(),
    "time": pa.timestamp("us", tz="UTC"),
    "list": pa.list_(pa.string()),
}

COLUMNS: Mapping[str, str] = {
    "truth_events": (
        "event_uid world org host_uid format file line_or_record:int position:int "
        "true_time_utc:time logged_time_utc:time label actor intrusion step play technique:list "
        "lookalike duplicate_of visible:bool why_invisible"
    ),
    "truth_intrusions": (
        "world intrusion actor org first_true_utc:time last_true_utc:time first_visible_utc:time "
        "last_visible_utc:time way_in vector before_disclosure:bool way_in_event_uid "
        "parent_intrusion supplier n_events:int n_visible:int open_at_end:bool grade_possible "
        "grade_used"
    ),
    "truth_clusters": "world intrusion cluster like_group like_is_known:bool",
    "truth_targets": (
        "world subscriber_pseudonym kind person watched:bool actors:list orgs:list "
        "first_query_utc:time last_query_utc:time n_queries:int n_determinable:int "
        "why_not_determinable added_day:int decoy_kind"
    ),
    "truth_supplier": (
        "world supplier actor intrusion compromised_from:time compromised_to:time org_reached "
        "first_use_utc:time account logs_held:bool"
    ),
    "truth_mitigations": (
        "world mitigation org day:int time_utc:time actor_affected intrusion response_kind "
        "responses:list response_first_utc:time response_steps:list lag_days:int censored:bool "
        "decoy:bool"
    ),
    "truth_access": (
        "world intrusion org host_uid role crown asset_class privilege grade_possible grade_used "
        "first_utc:time last_utc:time evidence_event_uids:list"
    ),
    "truth_gaps": (
        "gap org host_uid format from_utc:time to_utc:time kind loss_kind caused_by_actor:bool "
        "seconds_offset:float drift_ppm:float detectable:bool"
    ),
    "truth_lookalikes": (
        "world lookalike org first_utc:time n_events:int resembles_play "
        "legit_evidence_event_uids:list"
    ),
    "truth_coordination": (
        "world actor_x actor_y relation orgs:list first_utc:time last_utc:time tell_event_uids:list"
    ),
}
"""Columns by table, each `name` (text) or `name:type`; times are UTC, organisations by label."""


def schema_of(name: str) -> pa.Schema:
    """The Arrow schema of a truth table."""
    columns = (column.partition(":") for column in COLUMNS[name].split())
    return pa.schema([pa.field(column, _TYPES[kind]) for column, _, kind in columns])


def write_table(folder: Path, name: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write one truth table as Parquet; a row may leave columns out."""
    table = pa.Table.from_pylist(list(rows), schema=schema_of(name))
    pq.write_table(table, folder / f"{name}.parquet")
