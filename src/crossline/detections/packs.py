"""Which rules are loaded, by pack; and what another set of rules would change."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import crossline
from crossline.detections.rules import BUILTIN, Chosen, load, rule_paths
from crossline.kernel.ids import digest
from crossline.sigma import Rule, RuleFile, pack_notes, rule_files

__all__ = ["Document", "Pack", "compared", "documents", "packs"]


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a pack: what it is called, what it is, and why it is refused, if it is."""

    rule_id: str
    title: str
    pack: str
    path: str
    kind: str
    level: str
    author: str
    rule_hash: str
    refused: str | None


@dataclass(frozen=True, slots=True)
class Pack:
    """One pack: where it is from, and how many documents of each kind it holds.

    `version` is what the pack states, else the hash of its content.
    """

    name: str
    path: str
    version: str
    licence: str
    kinds: Mapping[str, int]


def documents(rules: Iterable[str], base: Path) -> list[Document]:
    """Every document of the rules, in the order of packs and paths.

    Raises:
        UsageError: rules that are not there.
    """
    loaded = load(Chosen(rule_paths(rules, base)))
    found = [
        Document(
            rule.rule_id, rule.title, rule.pack, rule.path,
            "rule" if isinstance(rule, Rule) else "correlation",
            rule.level, rule.author, rule.rule_hash, None,
        )
        for rule in loaded.rules
    ]  # fmt: skip
    found += [
        Document(
            item.rule_id, item.title, item.pack, item.path, "filter", "", item.owner,
            item.rule_hash, None,
        )
        for item in loaded.filters
    ]  # fmt: skip
    found += [
        Document(each.rule_id, each.title, each.pack, each.path, "refused", "", "", "", each.reason)
        for each in loaded.refused
    ]
    return sorted(found, key=lambda each: (each.pack, each.path, each.rule_id))


def packs(rules: Iterable[str], base: Path) -> list[Pack]:
    """The packs of the rules, in the order in which they are named.

    Raises:
        UsageError: rules that are not there.
    """
    names = list(rules)
    every = documents(names, base)
    result = []
    for name, path in zip(names, rule_paths(names, base), strict=True):
        notes = pack_notes(path)
        kinds = Counter(each.kind for each in every if each.pack == notes.name)
        version, licence, place = notes.version, notes.licence, notes.path
        if name == BUILTIN:
            version, licence = f"crossline {crossline.__version__}", "Apache-2.0, as crossline"
            place = BUILTIN
        version = version or f"content {_content(rule_files([path]))[:12]}"
        result.append(Pack(notes.name, place, version, licence or "not stated", kinds))
    return result


def _content(files: Iterable[RuleFile]) -> str:
    return digest(*(part for file in files for part in (file.path, file.data)))


def compared(before: Iterable[Document], after: Iterable[Document]) -> list[tuple[str, Document]]:
    """What another set of rules would change: documents that are new, changed or removed.

    Rules are the same by id, and changed by any byte of their document.
    """
    old, new = _usable(before), _usable(after)
    changes = [
        ("changed" if rule_id in old else "new", document)
        for rule_id, document in new.items()
        if rule_id not in old or old[rule_id].rule_hash != document.rule_hash
    ]
    changes += [("removed", document) for rule_id, document in old.items() if rule_id not in new]
    order = {"new": 0, "changed": 1, "removed": 2}
    return sorted(changes, key=lambda each: (order[each[0]], each[1].title, each[1].rule_id))


def _usable(documents: Iterable[Document]) -> dict[str, Document]:
    return {each.rule_id: each for each in documents if each.refused is None}
