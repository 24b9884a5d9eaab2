"""The side tables of the demo's case: what an analyst would have been told about the estate."""

import csv
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from crossline.scenario.world import content

__all__ = ["write_side_tables"]

_COLUMNS = {
    "organisations": (
        "organisation", "name", "kind", "country", "time_zone", "country_code", "trunk_prefix",
        "national_number_length", "mcc", "mnc", "number_form_db", "number_form_mml",
        "number_form_radius", "number_form_crm", "subscribers",
    ),
    "assets": (
        "organisation", "host", "fqdn", "address", "role", "asset_class", "os", "valid_from",
        "valid_to", "log_formats",
    ),
    "suppliers": ("supplier", "name", "services", "country", "egress_addresses", "logs_in_case"),
    "mitigations": ("mitigation_id", "organisation", "time", "kind", "description"),
    "tickets": (
        "organisation", "ticket_id", "category", "opened", "closed", "requester", "supplier",
        "assets", "accounts", "summary",
    ),
}  # fmt: skip
_LOG_FORMATS = {
    "security": "winsec", "system": "winsystem", "sysmon": "sysmon", "powershell": "powershell",
    "exchange": "win_other",
}  # fmt: skip


def write_side_tables(folder: Path) -> None:
    """Write the five CSV files of the demo into a case folder (UTF-8, LF)."""
    world = tomllib.loads(content("world.toml").read_text("utf-8"))
    tables = tomllib.loads(content("side_tables.toml").read_text("utf-8"))
    rows = {
        "organisations": _organisations(world),
        "assets": _assets(world),
        **{name: tables[name] for name in ("suppliers", "mitigations", "tickets")},
    }
    for name, columns in _COLUMNS.items():
        _write(folder / f"{name}.csv", columns, rows[name])


def _organisations(world: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {**row, "organisation": name, "time_zone": row["zone"]}
        for name, row in world["organisation"].items()
    ]


def _assets(world: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            **row,
            "host": name,
            "fqdn": f"{name}.{world['organisation'][row['organisation']]['dns']}",
            "log_formats": " ".join(_LOG_FORMATS[log] for log in row["logs"]),
        }
        for name, row in world["host"].items()
    ]


def _write(path: Path, columns: tuple[str, ...], rows: Iterable[Mapping[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(
            file, columns, restval="", extrasaction="ignore", lineterminator="\n"
        )
        writer.writeheader()
        writer.writerows(rows)
