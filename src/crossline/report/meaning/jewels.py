"""Section 7: which crown jewels were reached at which organisation."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crossline.report.facts import Facts
from crossline.report.meaning.tables import rows_of_table
from crossline.report.wording import day
from crossline.tables import TABLES

__all__ = ["CLASSES", "Jewel", "Jewels", "jewels"]

_ORDER = ("reached", "attempted", "reachable")
CLASSES = {
    "domain": "domain",
    "mail": "mail",
    "billing": "billing",
    "cdr": "call records",
    "mediation": "mediation",
    "register": "register",
    "packet_core": "packet core",
    "routing": "routing",
    "crm": "customer care",
    "li": "interception",
    "sim_ota": "SIM and OTA",
    "nms": "network mgmt",
    "backup": "backup",
    "bastion": "bastion",
    "aaa": "AAA",
}


@dataclass(frozen=True, slots=True)
class Jewel:
    """One class of asset at one organisation: how far it came, with what, when, by whom.

    `state`: `reached`, `attempted`, `reachable`, `no sign` (there are logs of such hosts), or
    `not visible` (there are none).
    """

    asset_class: str
    state: str
    privilege: str
    hosts: tuple[str, ...]
    first: str
    last: str
    stories: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Jewels:
    """The table: one line per organisation, one cell per class of `columns`."""

    reading: str
    columns: tuple[tuple[str, str], ...]
    lines: tuple[tuple[str, tuple[Jewel, ...]], ...]


def jewels(facts: Facts, labels: dict[str, str]) -> Jewels:
    """Only classes that some organisation has, or that something reached, get a column."""
    rows = rows_of_table(facts, "reach")
    visible = _visible(facts)
    present = {row["asset_class"] for row in rows} | {each for _, each in visible}
    columns = tuple((name, words) for name, words in CLASSES.items() if name in present)
    lines = tuple(
        (facts.name(each), tuple(_line(each, columns, rows, visible, labels)))
        for each in facts.organisations
    )
    reached = sum(jewel.state == "reached" for _, cells in lines for jewel in cells)
    where = sum(any(jewel.state == "reached" for jewel in cells) for _, cells in lines)
    reading = (
        f"{reached} kinds of crown jewel were reached at {where} of {len(lines)} organisations."
        if reached
        else "No crown jewel is seen to be reached; that is what these logs show, not more."
    )
    return Jewels(reading, columns, lines)


def _line(
    organisation: str,
    columns: tuple[tuple[str, str], ...],
    rows: list[dict[str, Any]],
    visible: set[tuple[str, str]],
    labels: dict[str, str],
) -> Iterator[Jewel]:
    for name, _ in columns:
        mine = [
            row
            for row in rows
            if row["organisation"] == organisation and row["asset_class"] == name
        ]
        yield _jewel(name, mine, (organisation, name) in visible, labels)


def _visible(facts: Facts) -> set[tuple[str, str]]:
    """(organisation, class) of the declared assets of which some log is held."""
    assets = facts.case.side_table("assets")
    logged = {
        (row["organisation"], (row["host"] or "").partition(".")[0].lower())
        for row in facts.coverage.to_pylist()
        if row["events"]
    }
    return {
        (row["organisation"], row["asset_class"])
        for row in assets
        if row.get("asset_class")
        and (row["organisation"], row["host"].partition(".")[0].lower()) in logged
    }


def _jewel(name: str, rows: list[dict[str, Any]], visible: bool, labels: dict[str, str]) -> Jewel:
    if not rows:
        return Jewel(name, "no sign" if visible else "not visible", "", (), "", "", ())
    state = min((row["status"] for row in rows), key=_ORDER.index)
    telling = [row for row in rows if row["status"] == state]
    privileges = next(c.values for c in TABLES["reach"].columns if c.name == "privilege")
    times = [row[key] for row in telling for key in ("first_time", "last_time") if row[key]]
    touching = {row["intrusion_id"] for row in telling}
    stories = [each for each in labels if each in touching]
    return Jewel(
        name,
        state,
        max((row["privilege"] or "none" for row in telling), key=privileges.index),
        tuple(sorted({row["host"] for row in telling})),
        _day(min(times, default=None)),
        _day(max(times, default=None)),
        tuple((each, labels.get(each, each)) for each in stories),
    )


def _day(time: datetime | None) -> str:
    return day(time) if time else ""
