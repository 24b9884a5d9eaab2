"""What the report was made from: hashes, versions, settings, counts. No clock, no paths."""

import hashlib
from importlib.metadata import version
from pathlib import Path

import msgspec

import crossline
from crossline.case import recorded_key_id
from crossline.kernel.ids import digest
from crossline.report.facts import Facts
from crossline.settings import RunSettings, Settings

__all__ = ["settings_fingerprint", "write_manifest"]

_LIBRARIES = ("deltalake", "duckdb", "evtx", "google-re2", "pyarrow", "pysigma")


def settings_fingerprint(settings: Settings) -> str:
    """A digest of the settings that can change a result; the number of workers cannot."""
    same = msgspec.structs.replace(settings, run=RunSettings())
    return digest(msgspec.json.encode(same, order="sorted"))


def write_manifest(facts: Facts, folder: Path, counts: dict[str, int], as_of: str) -> None:
    """Write `manifest.json`: every file of evidence and of the report with its SHA-256."""
    content = {
        "crossline": crossline.__version__,
        "libraries": {name: version(name) for name in _LIBRARIES},
        "case": facts.case.name,
        "as_of": as_of,
        "tlp": facts.case.settings.case.tlp,
        "key_id": recorded_key_id(facts.case),
        "settings_fingerprint": settings_fingerprint(facts.case.settings),
        "evidence": facts.sources.select(
            ["organisation", "evidence_path", "member", "also_at", "sha256", "size", "container",
             "read", "kept", "rejected", "withheld", "reader_version"]
        ).to_pylist(),
        "tables": counts,
        "not_assessed": sorted(facts.not_assessed),
        "files": [_file(path, folder) for path in sorted(folder.rglob("*")) if path.is_file()],
    }  # fmt: skip
    text = msgspec.json.format(msgspec.json.encode(content, order="deterministic"), indent=2)
    (folder / "manifest.json").write_bytes(text + b"\n")


def _file(path: Path, folder: Path) -> dict[str, object]:
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return {
        "path": path.relative_to(folder).as_posix(),
        "sha256": sha256,
        "bytes": path.stat().st_size,
    }
