"""What evidence there is now, and what its stored events depend on besides its bytes."""

from crossline.case import Case
from crossline.events import ReadSettings, reader_version
from crossline.evidence import Fault, Source, inventory
from crossline.kernel.ids import digest
from crossline.kernel.progress import Progress
from crossline.settings import IngestSettings

__all__ = ["look", "read_settings", "version"]

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


def read_settings(case: Case, path: str) -> ReadSettings:
    """The settings for the file at this path of the tables: its entry's, else the case's."""
    entry = case.entry_for(case.root / path)
    zone = entry.time_zone if entry and entry.time_zone else case.settings.ingest.time_zone
    stated = bool(entry and entry.time_zone) or zone != IngestSettings().time_zone
    correction = entry.clock_correction_s if entry else 0.0
    return ReadSettings(time_zone=zone, zone_is_stated=stated, clock_correction_s=correction)


def version(case: Case, path: str) -> str:
    """What the stored events of the file at this path depend on besides its bytes."""
    settings = read_settings(case, path)
    stated = f"{settings.time_zone} {settings.zone_is_stated} {settings.clock_correction_s}"
    return f"{reader_version()}+{digest(stated)[:8]}"
