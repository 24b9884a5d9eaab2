"""ATT&CK technique ids of any version, as those of the version that crossline ships."""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources

__all__ = ["CROSSWALK", "current", "currents"]

_FILE = resources.files("crossline") / "content" / "attack" / "crosswalk.json"

CROSSWALK = _FILE.read_text("utf-8")
"""The text of the crosswalk, for what must notice that it changed."""


@cache
def _names() -> Mapping[str, str]:
    table = json.loads(CROSSWALK)
    return {**table["older"], **table["newer"]}


def current(technique: str) -> str:
    """The id of a technique in the shipped version; one that the crosswalk has not stays."""
    return _names().get(technique.upper(), technique.upper())


def currents(techniques: Iterable[str]) -> tuple[str, ...]:
    """The ids of several techniques, each once, in their order."""
    return tuple(dict.fromkeys(map(current, techniques)))
