"""Write a report for one organisation, or for everybody."""

import csv
import shutil
import tempfile
from pathlib import Path

import msgspec
import pyarrow as pa

from crossline import judgements, report
from crossline.case import SIDE_TABLES, Case
from crossline.kernel.errors import UsageError
from crossline.kernel.ids import digest
from crossline.kernel.progress import Progress
from crossline.sharing.extract import extract_of
from crossline.sharing.hiding import Hiding
from crossline.store import Store, Tables
from crossline.tables import TABLES

__all__ = ["share"]

_CLEAR = "clear"
# Side tables that name hosts, persons or suppliers; a report for everybody goes without them.
_NOT_FOR_ALL = frozenset({"assets", "tickets", "suppliers", "supplier_access", "decisions"})


def share(case: Case, organisation: str, tlp: str, place: Path, progress: Progress) -> None:
    """Write `place` as a report of the case with one organisation's rows only.

    Counts, sentences and pictures are made anew from those rows. With `tlp` "clear" no host,
    account, file or text of a record is named either.

    Args:
        case: a case that was run.
        organisation: whose rows.
        tlp: the marking of the new report.
        place: the folder to write; it must not exist.
        progress: where to tell how far it is.

    Raises:
        UsageError: there is no such organisation in the case, or the folder exists.
    """
    store = Store(case.store)
    known = sorted(set(store.read("sources", ["organisation"])["organisation"].to_pylist()))
    if organisation not in known:
        raise UsageError(f"{organisation}: no such organisation. The case has {', '.join(known)}")
    if place.exists():
        raise UsageError(f"{place} exists. Give a folder that does not")
    with tempfile.TemporaryDirectory(prefix="crossline-") as folder:
        own = _case(case, organisation, tlp, Path(folder) / "case")
        _copy(store, Store(own.store), organisation, tlp, case.side_table("assets"))
        everything = Tables(Store(own.store), frozenset(TABLES), frozenset(TABLES))
        judgements.run(own, everything, progress)
        report.run(own, everything, progress)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(own.report, place)


def _case(case: Case, organisation: str, tlp: str, root: Path) -> Case:
    """A case folder with the settings, and the side tables' rows of the organisation."""
    root.mkdir()
    (root / "store").mkdir()
    for name, table in SIDE_TABLES.items():
        if tlp == _CLEAR and name in _NOT_FOR_ALL:
            continue
        rows = [
            row
            for row in case.side_table(name)
            if row.get("organisation", organisation) == organisation
        ]
        if rows:
            _write(root / f"{table.name}.csv", rows)
    settings = msgspec.structs.replace(case.settings.case, tlp=tlp, name=case.name)
    return Case(root, msgspec.structs.replace(case.settings, case=settings, evidence=()))


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(dict.fromkeys(key for row in rows for key in row)))
        table.writeheader()
        table.writerows(rows)


def _copy(
    store: Store, to: Store, organisation: str, tlp: str, names: list[dict[str, str]]
) -> None:
    extract = extract_of(store, organisation)
    hiding = _hiding(store, names) if tlp == _CLEAR else None
    for rows in extract.events(store):
        to.append("events", _shown(rows, hiding))
    for name in TABLES:
        if name != "events" and store.exists(name):
            to.replace(name, _shown(extract.rows(store, name), hiding))


def _shown(rows: pa.Table, hiding: Hiding | None) -> pa.Table:
    return rows if hiding is None else hiding.table(rows)


def _hiding(store: Store, assets: list[dict[str, str]]) -> Hiding:
    """Knows every host and account of the case beforehand: sentences may name any of them."""
    hiding = Hiding(_secret(store))
    for host in store.read("coverage", ["host"])["host"].to_pylist():
        hiding.hidden("host", host or "")
    for row in assets:
        for column in ("host", "fqdn"):
            hiding.hidden("host", row.get(column, ""))
    for account in store.read("intrusion_events", ["account"])["account"].to_pylist():
        hiding.hidden("account", account or "")
    return hiding


def _secret(store: Store) -> bytes:
    """A key that the evidence's own hashes make: who has not all the evidence cannot make it."""
    return digest(*sorted(store.read("sources", ["sha256"])["sha256"].to_pylist())).encode()
