"""Which rules a case runs, where they lie, and where their compiled form is kept."""

import os
from collections.abc import Iterable
from functools import lru_cache
from importlib import resources
from pathlib import Path

import crossline.content
from crossline.case import Case
from crossline.kernel.errors import UsageError
from crossline.kernel.ids import digest
from crossline.sigma import Plan, RuleSet, load_rules, plan

__all__ = ["cache_folder", "load", "plan_of", "rule_paths", "rules_fingerprint"]

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


def _files(path: Path) -> list[Path]:
    return sorted(each for each in path.rglob("*") if each.is_file()) if path.is_dir() else [path]


def rules_fingerprint(case: Case) -> str:
    """A text that changes with the content of the case's rules."""
    paths = rule_paths(case.settings.detect.rules, case.root)
    parts: list[str | bytes] = []
    for path in paths:
        for file in _files(path):
            parts.extend(
                (
                    file.name if file == path else file.relative_to(path).as_posix(),
                    file.read_bytes(),
                )
            )
    return digest(*parts)


@lru_cache(maxsize=1)
def load(paths: tuple[Path, ...]) -> RuleSet:
    """Load rules, compiled ones from the cache; once a process."""
    return load_rules(paths, cache_folder())


@lru_cache(maxsize=1)
def plan_of(paths: tuple[Path, ...]) -> Plan:
    """The plan of these rules, once a process."""
    return plan(load(paths))
