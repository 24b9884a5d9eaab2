"""Ids of STIX objects: the same content has the same id in every run and at every organisation.

Domain and relationship objects take a UUIDv5 in crossline's own namespace: the one of the
specification is for cyber-observables alone (STIX 2.1 section 2.9).
"""

from collections.abc import Mapping
from hashlib import blake2b
from uuid import UUID, uuid5

import msgspec

from crossline.kernel.ids import digest

__all__ = ["content_id", "name_id", "observable_id", "process_id"]

_NAMESPACE = UUID("3b1f8d52-6f0a-4f7e-9c46-2d5c0a8e71b4")
_OBSERVABLES = UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")
_HASHES = ("MD5", "SHA-1", "SHA-256", "SHA-512")


def content_id(kind: str, row: str) -> str:
    """The id of an object of that type for a row of a result table, from the row's own id."""
    return f"{kind}--{uuid5(_NAMESPACE, f'{kind}:{row}')}"


def name_id(kind: str, *names: str) -> str:
    """The id of an object of that type that stands for a name: an organisation, a host, a rule.

    Unlike a row's id a name can be guessed and its id tried. This is the one place where builds
    for an audience put their key.
    """
    return content_id(kind, digest("name", *names))


def observable_id(kind: str, contributing: Mapping[str, object]) -> str:
    """The id of a cyber-observable from its contributing properties.

    STIX 2.1 section 2.9: a UUIDv5 over their canonical JSON (RFC 8785); of several hashes the
    first of MD5, SHA-1, SHA-256, SHA-512 counts.

    Args:
        kind: type of the observable.
        contributing: the contributing properties that are there: texts, whole numbers, lists and
            mappings of them.
    """
    named = dict(contributing)
    hashes = named.get("hashes")
    if isinstance(hashes, Mapping):
        first = next(name for name in _HASHES if name in hashes)
        named["hashes"] = {first: hashes[first]}
    return f"{kind}--{uuid5(_OBSERVABLES, msgspec.json.encode(named, order='sorted').decode())}"


def process_id(event: str, role: str) -> str:
    """The id of a process seen in an event.

    A process has no contributing properties and so must have a UUIDv4 (STIX 2.1 section 6.13),
    whose bits are random or pseudo-random (RFC 9562 section 5.4): here those of a hash of the
    event's id, so that two runs agree.
    """
    seed = blake2b(f"process:{role}:{event}".encode(), digest_size=16).digest()
    return f"process--{UUID(bytes=seed, version=4)}"
