"""The side tables that an analyst may give: headers, and which cells must hold what."""

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_network
from pathlib import Path
from zoneinfo import ZoneInfo

__all__ = ["SIDE_TABLES", "SideTable", "read_side_table", "valid_zone"]

_OFFSET = re.compile(r"[+-]([01]\d|2[0-3]):[0-5]\d")
_LIST = re.compile(r"[ ;]+")


@dataclass(frozen=True, slots=True)
class SideTable:
    """One CSV file: its columns, those that no row may leave empty, and checks by column."""

    name: str
    columns: tuple[str, ...]
    required: tuple[str, ...]
    checks: tuple[tuple[str, str, Callable[[str], bool]], ...] = ()
    key: str = ""


def valid_zone(text: str) -> bool:
    """Whether a text is an IANA zone name or an offset such as +06:30."""
    if _OFFSET.fullmatch(text):
        return True
    try:
        ZoneInfo(text)
    except (ValueError, OSError):  # ZoneInfoNotFoundError is a KeyError and a ValueError in turn
        return False
    except KeyError:
        return False
    return True


def _is_time(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_networks(text: str) -> bool:
    try:
        for part in _LIST.split(text.strip()):
            ip_network(part, strict=False)
    except ValueError:
        return False
    return True


def _one_of(*words: str) -> Callable[[str], bool]:
    return lambda text: text in words


_ZONE = ("time_zone", "an IANA zone name or ±hh:mm", valid_zone)
_ASSET_CLASSES = (
    "domain", "mail", "billing", "cdr", "mediation", "register", "packet_core", "routing",
    "crm", "li", "sim_ota", "nms", "backup", "bastion", "aaa", "other",
)  # fmt: skip
_DECISIONS = ("same_cluster", "different_cluster", "false_positive", "confirmed", "exclude")


def _time(column: str) -> tuple[str, str, Callable[[str], bool]]:
    return (column, "a time such as 2021-03-04T10:00:00Z, or a date", _is_time)


def _networks(column: str) -> tuple[str, str, Callable[[str], bool]]:
    return (column, "addresses or networks separated by blanks or `;`", _is_networks)


_DECLARED = (
    SideTable(
        "organisations",
        (
            "organisation", "name", "kind", "country", "time_zone", "country_code", "trunk_prefix",
            "national_number_length", "mcc", "mnc", "number_form_db", "number_form_mml",
            "number_form_radius", "number_form_crm", "subscribers",
        ),
        ("organisation",),
        (_ZONE,),
        key="organisation",
    ),
    SideTable(
        "assets",
        (
            "organisation", "host", "fqdn", "address", "role", "asset_class", "os", "valid_from",
            "valid_to", "log_formats",
        ),
        ("organisation", "host"),
        (
            ("asset_class", "one of " + ", ".join(_ASSET_CLASSES), _one_of(*_ASSET_CLASSES)),
            _networks("address"), _time("valid_from"), _time("valid_to"),
        ),
    ),
    SideTable(
        "suppliers",
        ("supplier", "name", "services", "country", "egress_addresses", "logs_in_case"),
        ("supplier",),
        (_networks("egress_addresses"),),
        key="supplier",
    ),
    SideTable(
        "supplier_access",
        (
            "supplier", "organisation", "account", "path", "egress_addresses", "valid_from",
            "valid_to",
        ),
        ("supplier", "organisation"),
        (_networks("egress_addresses"), _time("valid_from"), _time("valid_to")),
    ),
    SideTable(
        "mitigations",
        ("mitigation_id", "organisation", "time", "kind", "description"),
        ("mitigation_id", "organisation", "time"),
        (_time("time"),),
        key="mitigation_id",
    ),
    SideTable(
        "tickets",
        (
            "organisation", "ticket_id", "category", "opened", "closed", "requester", "supplier",
            "assets", "accounts", "summary",
        ),
        ("organisation", "ticket_id"),
        (_time("opened"), _time("closed")),
    ),
    SideTable(
        "decisions",
        ("decision_id", "kind", "subject", "object", "analyst", "time", "reason", "expires"),
        ("decision_id", "kind", "subject", "analyst", "reason"),
        (
            ("kind", "one of " + ", ".join(_DECISIONS), _one_of(*_DECISIONS)),
            _time("time"), _time("expires"),
        ),
        key="decision_id",
    ),
)  # fmt: skip

SIDE_TABLES: dict[str, SideTable] = {table.name: table for table in _DECLARED}


def read_side_table(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows of a side table with their first line (from 1); more columns than declared are kept.

    Raises:
        OSError: the file cannot be read. UnicodeDecodeError: it is not UTF-8.
        csv.Error: it is not CSV.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, strict=True, restval="")
        line = 2
        for row in reader:
            yield (
                line,
                {
                    key: value.strip()
                    for key, value in row.items()
                    if key and isinstance(value, str)
                },
            )
            line = reader.line_num + 1
