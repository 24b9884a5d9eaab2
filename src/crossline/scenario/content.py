"""The world's data files, read once."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

__all__ = ["table"]

_FOLDER = files("crossline.content") / "scenario"


@cache
def table(name: str) -> dict[str, Any]:
    """The data file of that name (without its ending); callers leave it as it is."""
    return tomllib.loads((_FOLDER / f"{name}.toml").read_text("utf-8"))
