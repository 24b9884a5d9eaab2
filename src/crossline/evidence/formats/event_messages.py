"""Messages of Windows Security events, in any language, to the names of their parameters.

The labels of a message are translated, but not their order: `content/events/messages.toml` lists
the parameters of each event as its message shows them.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

__all__ = ["security_fields"]

# A label, its colon (French has a blank before it), then tabs and the value; what has neither
# indent nor value is a heading.
_VALUE = re.compile(r"(?P<indent>\t*)[^\t:：]{1,100}?\s?[:：](?:\s*\t\s*(?P<value>.*))?")
_AND_MORE = "…"


@cache
def _orders() -> Mapping[str, Mapping[int, tuple[str, ...]]]:
    """By event id and number of parameters, their names; a list with an open end stands under 0."""
    place = resources.files("crossline.content") / "events" / "messages.toml"
    table = tomllib.loads(place.read_text("utf-8"))
    return {
        code: dict(_order(names, table["subjects"]) for names in lists)
        for code, lists in table["events"].items()
    }


def _order(
    names: Sequence[str], groups: Mapping[str, Sequence[str]]
) -> tuple[int, tuple[str, ...]]:
    whole = [each for name in names for each in (groups[name[1:]] if name[:1] == "+" else [name])]
    if whole[-1] == _AND_MORE:
        return 0, tuple(whole[:-1])
    return len(whole), tuple(whole)


def security_fields(code: str, message: str) -> dict[str, str]:
    """The parameters of a Security event by their names; none where its form is not known."""
    orders = _orders().get(code)
    if orders is None:
        return {}
    values = _values(message)
    names = orders.get(len(values)) or orders.get(0, ())
    return dict(zip(names, values, strict=False)) if len(values) >= len(names) else {}


def _values(message: str) -> list[str]:
    """The values behind labels, in order; lines under a value that have no label belong to it."""
    values: list[str] = []
    is_open = False
    for line in message.split("\n")[1:]:
        found = _VALUE.fullmatch(line)
        value = (found["value"] or "").strip() if found else ""
        if found and (found["indent"] or value):
            values.append(value)
            is_open = True
        elif is_open and line.startswith("\t\t") and line.strip():
            values[-1] += f"\n{line.strip()}"
        else:
            is_open = False
    return values
