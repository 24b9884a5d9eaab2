"""Reads knowledge of any kind: tells by the content which reader it needs."""

import gzip
from pathlib import Path

import msgspec

from crossline.kernel.errors import UsageError
from crossline.knowledge.compact import decode_compact
from crossline.knowledge.misp import decode_misp
from crossline.knowledge.model import Knowledge
from crossline.knowledge.own import decode_profile
from crossline.knowledge.stix import decode_stix

__all__ = ["read_knowledge"]

_BY_FIELD = (("relations", decode_compact), ("objects", decode_stix), ("values", decode_misp))


def read_knowledge(path: Path) -> Knowledge:
    """Knowledge from a file: ATT&CK in STIX, compact JSON, a MISP galaxy, or a profile in TOML.

    Raises:
        UsageError: missing, of no known kind, or malformed; the message says where.
    """
    try:
        data = path.read_bytes()
        data = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
        if path.suffix == ".toml":
            return decode_profile(data)
        fields = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
        for field, decode in _BY_FIELD:
            if field in fields:
                return decode(data)
    except FileNotFoundError:
        raise UsageError(f"{path}: no such file") from None
    except (msgspec.MsgspecError, ValueError, OSError, EOFError) as error:
        raise UsageError(f"{path}: not readable as knowledge: {error}") from None
    raise UsageError(
        f"{path}: no known kind. Give ATT&CK as a STIX bundle, compact JSON, a MISP galaxy "
        "cluster, or a profile as .toml"
    )
