"""Which rules a case runs, where they lie, and where their compiled form is kept."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import resources
from pathlib import Path

import msgspec

import crossline.content
from crossline.case import Case
from crossline.kernel.errors import UsageError
from crossline.kernel.ids import digest
from crossline.sigma import Filter, Plan, Rule, RuleSet, load_rules, plan, rule_files

__all__ = [
    "Chosen",
    "cache_folder",
    "holds",
    "load",
    "plan_of",
    "rule_paths",
    "rules_fingerprint",
    "rules_of",
]

BUILTIN = "builtin"


def cache_folder() -> Path:
    """Where compiled rules are kept: `CROSSLINE_CACHE`, else the user's cache folder."""
    stated = os.environ.get("CROSSLINE_CACHE")
    if stated:
        return Path(stated)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "crossline"


def rule_paths(rules: Iterable[str], base: Path) -> tuple[Path, ...]:
    """Files, folders and zips of rules; relative ones are looked for under `base`.

    Raises:
        UsageError: one of them is not there.
    """
    paths = []
    for each in rules:
        if each == BUILTIN:
            path = Path(str(resources.files(crossline.content))) / "rules"
        else:
            path = base / each
        if not path.exists():
            raise UsageError(f"{path}: no such rules. Give a file, folder or zip, or `{BUILTIN}`")
        paths.append(path)
    return tuple(paths)


def rules_fingerprint(case: Case) -> str:
    """A text that changes with the content of the case's rules and filters."""
    parts: list[str | bytes] = []
    for file in rule_files(_paths(case)):
        parts += [file.pack, file.path, file.data, file.fault]
    return digest(*parts)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Rules to run: where they lie, and the day on which filters are looked at (None: any).

    `content` tells apart what lay there at different times of one process; empty: it is not asked.
    """

    paths: tuple[Path, ...]
    day: date | None = None
    content: str = ""


def rules_of(case: Case, day: date | None) -> Chosen:
    """The rules of a case, and the filters of its site.

    Raises:
        UsageError: one of them is not there.
    """
    return Chosen(_paths(case), day, rules_fingerprint(case))


def _paths(case: Case) -> tuple[Path, ...]:
    detect = case.settings.detect
    return rule_paths((*detect.rules, *detect.filters), case.root)


@lru_cache(maxsize=2)
def load(rules: Chosen) -> RuleSet:
    """Load rules, compiled ones from the cache; filters that have expired apply to none of them."""
    ruleset = load_rules(rules.paths, cache_folder())
    kept = tuple(
        msgspec.structs.replace(rule, filters=tuple(f for f in rule.filters if holds(f, rules.day)))
        if isinstance(rule, Rule)
        else rule
        for rule in ruleset.rules
    )
    return msgspec.structs.replace(ruleset, rules=kept)


def holds(item: Filter, day: date | None) -> bool:
    """Whether a filter has not expired on that day."""
    return not item.expires or day is None or date.fromisoformat(item.expires) >= day


@lru_cache(maxsize=1)
def plan_of(rules: Chosen) -> Plan:
    """The plan of these rules, once a process."""
    return plan(load(rules))
