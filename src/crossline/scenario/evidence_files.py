"""Puts each record into the file that its host hands over, in that file's shape and packing."""

import gzip
import tomllib
import zipfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from crossline.scenario.formats import SHAPES
from crossline.scenario.history import since_clear
from crossline.scenario.records import WindowsEvent
from crossline.scenario.world import content

__all__ = ["write_evidence"]

_ZIP_DATE = (2025, 11, 18, 0, 0, 0)
"""One date for all members, so that the same content gives the same bytes."""

_Place = tuple[int, str, str]
"""Which declared file, its path, and the member inside a zip (empty: none)."""


def write_evidence(folder: Path, events: Sequence[WindowsEvent]) -> None:
    """Write the evidence files of the demo below a folder.

    Args:
        folder: the evidence folder of the case; made if absent.
        events: the records that the hosts kept, by time.
    """
    layout = tomllib.loads(content("files.toml").read_text("utf-8"))
    places: dict[_Place, list[WindowsEvent]] = defaultdict(list)
    for event in events:
        places[_place(layout["file"], event)].append(event)
    zips: dict[str, list[tuple[str, bytes]]] = defaultdict(list)
    for (number, path, member), records in sorted(places.items()):
        data = _text(layout["file"][number], _broken(layout["damage"], path), records).encode()
        if member:
            zips[path].append((member, data))
        else:
            _write(folder / path, gzip.compress(data, mtime=0) if path.endswith(".gz") else data)
    for path, members in zips.items():
        _write_zip(folder / path, members)
    for copy in layout["copy"]:
        _write(folder / copy["path"], content(copy["content"]).read_bytes())


def _place(declared: Sequence[Mapping[str, Any]], event: WindowsEvent) -> _Place:
    for number, row in enumerate(declared):
        channels = row.get("channels", [event.log.channel])
        if event.host in row["hosts"] and event.log.channel in channels:
            names = {"host": event.host, "month": f"{event.time:%Y-%m}"}
            return number, row["path"].format_map(names), row.get("member", "").format_map(names)
    raise LookupError(f"files.toml names no file for {event.log.channel} of {event.host}")


def _broken(declared: Sequence[Mapping[str, Any]], path: str) -> dict[int, str]:
    """Lines that are no records, by the line before which they stand."""
    return {row["line"]: row["text"] for row in declared if row["path"] == path}


def _text(row: Mapping[str, Any], broken: Mapping[int, str], records: list[WindowsEvent]) -> str:
    kept = since_clear(records) if row.get("after_clear") else records
    lines: list[str] = []
    for line in SHAPES[row["shape"]](kept):
        while len(lines) + 1 in broken:
            lines.append(broken[len(lines) + 1])
        lines.append(line)
    return "\n".join(lines) + "\n"


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _write_zip(path: Path, members: Sequence[tuple[str, bytes]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            entry = zipfile.ZipInfo(name, _ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            archive.writestr(entry, data)
