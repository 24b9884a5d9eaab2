"""What evidence there is now, and what its stored events depend on besides its bytes."""

import re
from collections.abc import Iterable

from crossline.case import Case
from crossline.events import Identities, NumberPlan, ReadSettings, number_plan, reader_version
from crossline.evidence import Fault, Source, inventory
from crossline.kernel.ids import digest
from crossline.kernel.keys import CaseKey
from crossline.kernel.progress import Progress
from crossline.settings import IngestSettings

__all__ = ["Conditions", "identities_at", "look", "needs_key", "number_plans"]

# A host in a file's name stands alone or before what tells the log: `bill01.audit.csv`.
_WORDS = re.compile(r"[^._]+")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:[-_.]?(0[1-9]|1[0-2]))?(?:[-_.]?[0-3]\d)?(?!\d)")
_WITH_SUBSCRIBERS = frozenset({"headed_csv", "csvlog", "mml", "radius_detail"})
_NOWHERE = "lies in no organisation's folder: put it under evidence/ORGANISATION/"


def look(case: Case, progress: Progress) -> tuple[list[tuple[Source, list[str]]], list[Fault]]:
    """Each distinct source at its first place, with its further places; and what is no source."""
    progress.start("Looking through the evidence", None, "file")
    first: dict[str, Source] = {}
    others: dict[str, list[str]] = {}
    faults = [
        Fault("file", f"evidence/{path.name}", None, None, _NOWHERE) for path in case.stray_files()
    ]
    for root in case.evidence_roots():
        for item in inventory(root.path, case.root, root.organisation):
            progress.advance(1)
            if isinstance(item, Fault):
                faults.append(item)
            elif item.source_id in first:
                others[item.source_id].append(_place_text(item.path, item.member))
            else:
                first[item.source_id] = item
                others[item.source_id] = []
    return [(source, sorted(others[source.source_id])) for source in first.values()], faults


def _place_text(path: str, member: str | None) -> str:
    return path if member is None else f"{path}!{member}"


class Conditions:
    """What the case says of reading its sources: settings, organisations.csv and assets.csv."""

    def __init__(self, case: Case, key: CaseKey | None) -> None:
        """Look at the side tables, once for all sources.

        Raises:
            UsageError: one of them cannot be read.
        """
        self._case = case
        self._key = key
        self._plans = number_plans(case)
        rows = case.side_table("organisations")
        self._zones = {row["organisation"]: row.get("time_zone", "") for row in rows}
        self._hosts: dict[str, dict[str, str]] = {}
        for row in case.side_table("assets"):
            hosts = self._hosts.setdefault(row["organisation"], {})
            hosts[row["host"].lower()] = row["host"]

    def settings(self, source: Source) -> ReadSettings:
        """How one source is to be read: as its entry says, else its organisation, else the case."""
        entry = self._case.entry_for(self._case.root / source.path)
        general = self._case.settings.ingest.time_zone
        own = entry.time_zone if entry else ""
        of_organisation = self._zones.get(source.organisation, "")
        return ReadSettings(
            time_zone=own or of_organisation or general,
            zone_is_stated=bool(own or of_organisation) or general != IngestSettings().time_zone,
            zone_is_of_organisation=bool(not own and of_organisation),
            clock_correction_s=entry.clock_correction_s if entry else 0.0,
            year=(entry.year if entry else 0) or None,
            year_in_name=_year_in(source.member or source.path),
            host=(entry.host if entry else "") or self._host_in(source),
            identities=identities_at(source.organisation, self._plans, self._key),
        )

    def version(self, source: Source) -> str:
        """What the stored events of a source depend on besides its bytes."""
        return f"{reader_version()}+{digest(repr(self.settings(source)))[:8]}"

    def _host_in(self, source: Source) -> str | None:
        """The one host of assets.csv that the path names, None if it names none or several."""
        path = f"{source.path}/{source.member or ''}".lower()
        named = {word for part in path.split("/") for word in (part, *_WORDS.findall(part))}
        hosts = self._hosts.get(source.organisation, {})
        found = [hosts[name] for name in named if name in hosts]
        return found[0] if len(found) == 1 else None


def number_plans(case: Case) -> dict[str, NumberPlan]:
    """The numbering plans that organisations.csv declares, by organisation."""
    found = ((row["organisation"], number_plan(row)) for row in case.side_table("organisations"))
    return {organisation: plan for organisation, plan in found if plan}


def identities_at(
    organisation: str, plans: dict[str, NumberPlan], key: CaseKey | None
) -> Identities:
    """What turns identities into pseudonyms at one organisation of a case."""
    others = tuple(plan for name, plan in sorted(plans.items()) if name != organisation)
    return Identities(key, plans.get(organisation), others)


def needs_key(case: Case, sources: Iterable[Source]) -> bool:
    """Whether the case can hold subscribers' identities: by its plans or its kinds of logs."""
    if number_plans(case):
        return True
    return any(source.container in _WITH_SUBSCRIBERS for source in sources)


def _year_in(path: str) -> tuple[int, int] | None:
    """The year and month (0: none) in a file's name, as rotation leaves them there."""
    found = _YEAR.search(path.rpartition("/")[2])
    return (int(found[1]), int(found[2] or 0)) if found else None
