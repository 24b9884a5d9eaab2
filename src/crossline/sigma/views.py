"""Views: records of one kind under the names that rules for another kind use (`views.toml`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import cast

from crossline.sigma.conversions import CONVERSIONS
from crossline.sigma.folding import fold
from crossline.sigma.logsources import content

__all__ = ["GivenField", "View", "view"]


@dataclass(frozen=True)
class GivenField:
    """A field that a view gives: the recorded fields it is made from, and how."""

    sources: tuple[str, ...]
    conversion: str
    argument: str = ""

    def value(self, texts: Sequence[str | None]) -> str | None:
        """The text for the recorded texts of `sources`; None: the view has none to give."""
        return CONVERSIONS[self.conversion](texts, self.argument)


@dataclass(frozen=True)
class View:
    """The fields that a view gives, and the folded values by which it chooses records."""

    name: str
    given: Mapping[str, GivenField]
    only: Mapping[str, frozenset[str]]

    @property
    def sources(self) -> tuple[str, ...]:
        """All recorded fields that the view reads."""
        read = [source for given in self.given.values() for source in given.sources]
        return tuple(dict.fromkeys([*read, *self.only]))


@cache
def view(name: str) -> View:
    """The view of that name; the empty name shows records as recorded."""
    if not name:
        return View("", {}, {})
    table = dict(content("views.toml")[name])
    base = view(str(table.pop("like", "")))
    only = cast("Mapping[str, list[str]]", table.pop("only", {}))
    given = cast("Mapping[str, Mapping[str, object]]", table)
    return View(
        name,
        {**base.given, **{field: _given(entry) for field, entry in given.items()}},
        {field: frozenset(map(fold, values)) for field, values in only.items()},
    )


def _given(entry: Mapping[str, object]) -> GivenField:
    sources = tuple(map(str, cast("list[object]", entry["from"])))
    return GivenField(sources, str(entry["by"]), str(entry.get("with", "")))
