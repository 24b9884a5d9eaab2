"""A nested document to paths and texts: the form in which shapes are told apart and mapped."""

from typing import Any

import msgspec

from crossline.events.documents import Document, Unreadable

__all__ = ["Flattener"]

MOST_DEPTH = 32
"""What is nested more deeply stays one JSON text."""
MOST_NAME_CHARACTERS = 1024
# How EVTX and XML converters mark what was an attribute: {"#attributes": {"Name": …}}.
_ATTRIBUTES = ("#attributes", "@attributes")

_Object = dict[str, Any]  # decoded JSON: the types are looked at, value by value


class _Names(dict[str, str]):
    """The paths below one prefix by key, each joined and hashed once."""

    def __init__(self, prefix: str) -> None:
        super().__init__()
        self._prefix = prefix

    def __missing__(self, key: str) -> str:
        if len(key) > MOST_NAME_CHARACTERS:
            raise Unreadable(f"a field's name is longer than {MOST_NAME_CHARACTERS:,} characters")
        path = self[key] = self._prefix + key
        return path


class Flattener:
    """Flattens documents, and keeps the paths it met: most records of a file have the same ones.

    To be made anew for each batch, as what it keeps grows with the different names in the evidence.
    """

    def __init__(self) -> None:
        self._names: dict[str, _Names] = {}

    def flat(self, document: Document) -> tuple[tuple[str, ...], list[str | None]]:
        """Paths and texts of a document in its order; further values of a list repeat their path.

        Numbers and booleans are written as in JSON. An empty object or list has no field.

        Raises:
            Unreadable: a name is longer than any log's.
        """
        paths: list[str] = []
        texts: list[str | None] = []
        self._walk(document, "", 0, paths, texts)
        return tuple(paths), texts

    def _walk(
        self, document: _Object, prefix: str, depth: int, paths: list[str], texts: list[str | None]
    ) -> None:
        # The innermost loop of reading: most frequent types first, no call for a plain value.
        names = self._names.get(prefix)
        if names is None:
            names = self._names[prefix] = _Names(prefix)
        for key, value in document.items():
            kind = type(value)
            if kind is str or value is None:
                paths.append(names[key])
                texts.append(value)
            elif kind is int:
                paths.append(names[key])
                texts.append(str(value))
            elif kind is bool:
                paths.append(names[key])
                texts.append("true" if value else "false")
            elif kind is dict and len(value) == 1 and type(value.get("#attributes")) is dict:
                # Two steps at once: half of all objects in EVTX stand for attributes alone.
                self._walk(value["#attributes"], names[key] + ".@", depth + 2, paths, texts)
            elif depth >= MOST_DEPTH:
                paths.append(names[key])
                texts.append(msgspec.json.encode(value).decode())
            elif kind is list:
                for element in value:
                    self._walk({key: element}, prefix, depth + 1, paths, texts)
            elif key in _ATTRIBUTES:
                self._walk(value, prefix + "@", depth + 1, paths, texts)
            elif key == "Data" and (name := _data_name(value)):
                self._walk({name: value.get("#text", "")}, prefix, depth + 1, paths, texts)
            else:
                self._walk(value, names[key] + ".", depth + 1, paths, texts)


def _data_name(value: _Object) -> str | None:
    """The name that converters of XML leave beside the text of a Data element."""
    attributes = value.get("#attributes", value.get("@attributes"))
    name = attributes.get("Name") if isinstance(attributes, dict) else value.get("@Name")
    return name if isinstance(name, str) else None
