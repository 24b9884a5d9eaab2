"""Reads ATT&CK in STIX, of any version: bundles of groups, software, campaigns and relations.

Revoked and deprecated objects are left out; relations of a revoked object go to its successor.
Reports are known by the name under which ATT&CK cites them; their year is read from the citation.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from crossline.knowledge.model import (
    Campaign,
    Claim,
    Group,
    Knowledge,
    Relation,
    Report,
    Software,
    Technique,
)

__all__ = ["decode_stix"]

_KINDS = {
    "intrusion-set": "group",
    "malware": "software",
    "tool": "software",
    "campaign": "campaign",
    "attack-pattern": "technique",
}
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")

_Object = Mapping[str, Any]


class _Bundle(msgspec.Struct):
    objects: list[dict[str, Any]]


def decode_stix(data: bytes) -> Knowledge:
    """Knowledge from the bytes of a STIX 2.0 or 2.1 bundle of ATT&CK.

    Raises:
        msgspec.MsgspecError: not JSON, or no bundle of objects.
    """
    objects = msgspec.json.decode(data, type=_Bundle).objects
    by_id = {each.get("id", ""): each for each in objects}
    follow = _successors(objects)
    ids = {
        key: attack_id
        for key, each in by_id.items()
        if each.get("type") in _KINDS and _in_use(each) and (attack_id := _attack_id(each))
    }
    of = {
        kind: {ids[key]: by_id[key] for key in ids if _KINDS[by_id[key]["type"]] == kind}
        for kind in set(_KINDS.values())
    }
    links = list(_links(objects, ids, follow))
    return Knowledge(
        groups={key: Group(_name(each), _names(each)) for key, each in of["group"].items()},
        software={
            key: Software(_name(each), each["type"], _names(each))
            for key, each in of["software"].items()
        },
        campaigns={key: _campaign(key, each, links) for key, each in of["campaign"].items()},
        techniques={key: _technique(key, each) for key, each in of["technique"].items()},
        reports=dict(_reports(objects)),
        relations=tuple(
            Relation(source, target, cited)
            for kind, source, target, cited in links
            if kind == "uses"
        ),
    )


def _in_use(each: _Object) -> bool:
    return not (each.get("revoked") or each.get("x_mitre_deprecated"))


def _references(each: _Object) -> list[_Object]:
    return [ref for ref in each.get("external_references") or () if isinstance(ref, dict)]


def _attack_id(each: _Object) -> str:
    sources = [ref for ref in _references(each) if ref.get("source_name") == "mitre-attack"]
    return str(sources[0].get("external_id", "")) if sources else ""


def _name(each: _Object) -> str:
    return str(each.get("name", ""))


def _names(each: _Object) -> tuple[Claim, ...]:
    names = each.get("aliases") or each.get("x_mitre_aliases") or ()
    date = str(each.get("modified", ""))[:10] or None
    return tuple(Claim(str(name), "ATT&CK", date) for name in names if name != _name(each))


def _successors(objects: list[dict[str, Any]]) -> dict[str, str]:
    return {
        each.get("source_ref", ""): each.get("target_ref", "")
        for each in objects
        if each.get("relationship_type") == "revoked-by"
    }


def _links(
    objects: list[dict[str, Any]], ids: Mapping[str, str], follow: Mapping[str, str]
) -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
    """Relations between objects in use: kind, source, target, names of the reports cited."""
    for each in objects:
        if each.get("type") != "relationship" or not _in_use(each):
            continue
        ends = [each.get("source_ref", ""), each.get("target_ref", "")]
        source, target = (ids.get(follow.get(end, end), "") for end in ends)
        if source and target:
            cited = tuple(sorted({str(ref.get("source_name")) for ref in _references(each)}))
            yield str(each.get("relationship_type", "")), source, target, cited


def _campaign(
    key: str, each: _Object, links: list[tuple[str, str, str, tuple[str, ...]]]
) -> Campaign:
    by = tuple(
        sorted(
            target for kind, source, target, _ in links if (kind, source) == ("attributed-to", key)
        )
    )
    first, last = (str(each.get(name) or "")[:10] or None for name in ("first_seen", "last_seen"))
    return Campaign(_name(each), first, last, by)


def _technique(key: str, each: _Object) -> Technique:
    tactics = tuple(
        str(phase.get("phase_name"))
        for phase in each.get("kill_chain_phases") or ()
        if isinstance(phase, dict)
    )
    parent = key.partition(".")[0] if "." in key else None
    return Technique(_name(each), parent, tactics)


def _reports(objects: list[dict[str, Any]]) -> Iterator[tuple[str, Report]]:
    for each in objects:
        if each.get("type") != "relationship":
            continue
        for ref in _references(each):
            text = f"{ref.get('description', '')} {ref.get('source_name', '')}"
            years = _YEAR.findall(text)
            name = str(ref.get("source_name"))
            yield name, Report(name, None, int(years[0]) if years else None)
