"""The case around the logs: its settings and the side tables that an analyst would be given.

Nothing here says what happened; what is true lies beside the case.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from crossline.scenario.content import table
from crossline.scenario.days import moment
from crossline.scenario.estate import Host, Organisation
from crossline.scenario.losses import Losses, renamed
from crossline.scenario.record import Truth
from crossline.scenario.scene import Emission, Scene

__all__ = ["announced", "write_case_files"]

_FORMS = {"tbcd": "nibble-swapped", "ton+tbcd": "nibble-swapped with type octet"}
"""Forms of numbers in an administrator's words; the others are their own."""
_SYSTEMS = ("db", "mml", "radius", "crm")
_EVENING = 18 * 3600
_MORNING = 9 * 3600

Row = Mapping[str, Any]


def write_case_files(case: Path, scene: Scene, losses: Losses) -> None:
    """Write `crossline.toml` and the side tables.

    `tickets.csv` repeats the exports of the service desks, which must be there already.
    """
    (case / "crossline.toml").write_text(_settings(case, scene), encoding="utf-8", newline="\n")
    tables: Mapping[str, Iterable[Row]] = {
        "organisations": _organisations(scene),
        "assets": _assets(scene, losses),
        "suppliers": _suppliers(scene),
        "supplier_access": _access(scene),
        "mitigations": _mitigations(scene),
        "tickets": _tickets(case, scene),
    }
    for name, rows in tables.items():
        _write(case / f"{name}.csv", list(rows))


def announced(scene: Scene) -> Iterator[Emission]:
    """The tickets of the plot as records of the service desks."""
    for row in table("tickets")["tickets"]:
        desk = scene.estate.host(row["organisation"], "desk")
        if desk is None or row.get("actor", "A") not in {step.actor for step in scene.steps}:
            continue
        day = scene.dates.moved(row["day"], row["moves_with"])
        opened = moment(day, _MORNING, desk.organisation.zone)
        closed = moment(day + row["days"], _MORNING)
        fields = {
            "category": row["category"],
            "closed": f"{closed:%Y-%m-%d %H:%M}",
            "requester": row["requester"],
            "summary": row["summary"].replace("{net}", _sources(scene, row)),
        }
        yield Emission(desk, "ticket", opened, fields, Truth("", "announced"))


def _sources(scene: Scene, row: Row) -> str:
    """The addresses from which announced work comes."""
    held = [
        infra
        for actor in scene.actors.values()
        for infra in actor.infrastructure
        if infra.id == row.get("infra")
    ]
    return " ".join(address for infra in held for address in infra.addresses)


def _settings(case: Path, scene: Scene) -> str:
    lines = [
        "# Settings of this case, as `crossline scenario build` wrote them.",
        "[case]",
        f'name = "Synthetic telecom world, seed {scene.seed}"',
    ]
    for org in scene.estate.organisations.values():
        if (case / "evidence" / org.label).is_dir():
            lines += [
                "",
                "[[evidence]]",
                f'path = "evidence/{org.label}"',
                f'organisation = "{org.label}"',
                f'time_zone = "{_zone(org.zone)}"',
            ]
    return "\n".join(lines) + "\n"


def _has_no_logs(org: Organisation) -> bool:
    """Whether an organisation never hands over anything."""
    return any(
        loss["organisation"] == org.id and loss["kind"] == "never_collected"
        and loss["formats"] == ["*"] and loss["days"] == [0, table("calendar")["last_day"]]
        for loss in table("losses")["losses"]
    )  # fmt: skip


def _zone(minutes: int) -> str:
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def _organisations(scene: Scene) -> Iterator[Row]:
    for org in scene.estate.organisations.values():
        country = org.country
        yield {
            "organisation": org.label,
            "name": org.name,
            "kind": "supplier" if org.is_supplier else "operator",
            "country": country.name,
            "time_zone": _zone(org.zone),
            "country_code": country.cc,
            "trunk_prefix": country.trunk,
            "national_number_length": country.nsn_length,
            "mcc": country.mcc,
            "mnc": org.mnc,
            **{f"number_form_{system}": _form(org, system) for system in _SYSTEMS},
            "subscribers": 0 if org.is_supplier else scene.people.of[org.id].count,
        }


def _form(org: Organisation, system: str) -> str:
    if org.is_supplier:
        return ""
    stated = org.numbers[system]
    text = _FORMS.get(stated, stated)
    if later := org.later_numbers.get(system):
        date = f"{moment(later['day']):%Y-%m-%d}"
        text += f"; from {date} {_FORMS.get(later['form'], later['form'])}"
    return text


def _assets(scene: Scene, losses: Losses) -> Iterator[Row]:
    for host in scene.estate.hosts.values():
        row = {
            "organisation": host.organisation.label,
            "host": host.name,
            "fqdn": host.fqdn,
            "address": host.address,
            "role": host.role,
            "asset_class": table("estate")["roles"][host.role]["asset_class"],
            "os": host.os,
            "valid_from": "",
            "valid_to": "",
            "log_formats": " ".join(host.logs),
        }
        yield from _names_of(row, host, losses)


def _names_of(row: Mapping[str, Any], host: Host, losses: Losses) -> Iterator[Row]:
    """One row, or two for a host that got another name; a host that was replaced ends."""
    for loss in losses.all:
        date = f"{loss.start:%Y-%m-%d}"
        own = loss.organisation == host.organisation.id and host.id.split(".")[1] in loss.hosts
        if loss.kind == "renamed_host" and own:
            yield {**row, "valid_to": date}
            new = renamed(host)
            yield {**row, "host": new.partition(".")[0], "fqdn": new, "valid_from": date}
            return
        if loss.kind == "replaced_host" and own:
            yield {**row, "valid_to": date}
            return
        if loss.kind == "replaced_host" and loss.stated["successor"] == host.id:
            yield {**row, "valid_from": date}
            return
    yield row


def _suppliers(scene: Scene) -> Iterator[Row]:
    for org in scene.estate.organisations.values():
        if org.is_supplier:
            yield {
                "supplier": org.label,
                "name": org.name,
                "services": org.kind,
                "country": org.country.name,
                "egress_addresses": org.public,
                "logs_in_case": "no" if _has_no_logs(org) else "in part",
            }


def _access(scene: Scene) -> Iterator[Row]:
    """Which account opens which operator to a supplier, and until when."""
    ends = {
        row["organisation"]: scene.dates.mitigations[row["id"]]
        for row in table("mitigations")["mitigations"]
        if row.get("closes") == "supplier"
    }
    for account in scene.estate.accounts.values():
        supplier = scene.estate.organisations[account.id.split(".")[0]]
        for name in account.organisations:
            if not supplier.is_supplier or name == supplier.id:
                continue
            end = ends.get(name) if supplier.id == "S1" else None
            yield {
                "supplier": supplier.label,
                "organisation": scene.estate.organisations[name].label,
                "account": account.logon,
                "path": "site VPN to the jump host" if supplier.id == "S1" else "RDP over VPN",
                "egress_addresses": supplier.public,
                "valid_from": "",
                "valid_to": f"{moment(end):%Y-%m-%d}" if end else "",
            }


def _mitigations(scene: Scene) -> Iterator[Row]:
    for row in table("mitigations")["mitigations"]:
        org = scene.estate.organisations[row["organisation"]]
        when = moment(scene.dates.mitigations[row["id"]], _EVENING, org.zone)
        yield {
            "mitigation_id": row["id"],
            "organisation": org.label,
            "time": f"{when:%Y-%m-%dT%H:%M:%SZ}",
            "kind": row["kind"],
            "description": row["kind"],
        }


def _tickets(case: Path, scene: Scene) -> Iterator[Row]:
    """The rows of the desks' exports; times with the zone of the desk."""
    for org in scene.estate.organisations.values():
        for path in sorted((case / "evidence" / org.label).glob("*/ticket/*.csv")):
            with path.open(encoding="utf-8", newline="") as file:
                for row in csv.DictReader(file):
                    yield {
                        "organisation": org.label,
                        "ticket_id": row["ticket_id"],
                        "category": row["category"],
                        "opened": _instant(row["opened"], org.zone),
                        "closed": _instant(row["closed"], org.zone),
                        "requester": row["requester"],
                        "supplier": row["supplier"],
                        "assets": row["assets"],
                        "accounts": row["accounts"],
                        "summary": row["summary"],
                    }


def _instant(text: str, zone: int) -> str:
    if not text:
        return ""
    there = datetime.fromisoformat(text) - timedelta(minutes=zone)
    return f"{there:%Y-%m-%dT%H:%M:%SZ}"


def _write(path: Path, rows: list[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
