"""A nested document to paths and texts: the form in which shapes are told apart and mapped."""

import msgspec

from crossline.events.documents import Document, Unreadable

__all__ = ["Flattener"]

MOST_DEPTH = 32
"""What is nested more deeply stays one JSON text."""
MOST_NAME_CHARACTERS = 1024
# How EVTX and XML converters mark what was an attribute: {"#attributes": {"Name": …}}.
_ATTRIBUTES = ("#attributes", "@attributes")
_TRUTH = {True: "true", False: "false"}


class _Names(dict[str, str]):
    """The paths below one prefix by key, each joined once."""

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
        self._walk(document, "", paths, texts, 0)
        return tuple(paths), texts

    def _walk(
        self, document: Document, prefix: str, paths: list[str], texts: list[str | None], depth: int
    ) -> None:
        names = self._names.get(prefix)
        if names is None:
            names = self._names[prefix] = _Names(prefix)
        for key, value in document.items():
            if type(value) is str:
                paths.append(names[key])
                texts.append(value)
            elif value is None:
                paths.append(names[key])
                texts.append(None)
            elif isinstance(value, int):
                paths.append(names[key])
                texts.append(_TRUTH[value] if isinstance(value, bool) else str(value))
            elif key in _ATTRIBUTES and isinstance(value, dict):
                self._walk(value, prefix + "@", paths, texts, depth + 1)
            else:
                self._nested(key, value, prefix, paths, texts, depth + 1)

    def _nested(
        self,
        key: str,
        value: object,
        prefix: str,
        paths: list[str],
        texts: list[str | None],
        depth: int,
    ) -> None:
        """A value that holds others, or an element of a list."""
        path = self._names[prefix][key]
        if isinstance(value, list) and depth < MOST_DEPTH:
            for element in value:
                self._nested(key, element, prefix, paths, texts, depth + 1)
        elif isinstance(value, dict) and depth < MOST_DEPTH:
            if key == "Data" and (name := _data_name(value)):
                self._walk({name: value.get("#text", "")}, prefix, paths, texts, depth + 1)
            else:
                self._walk(value, path + ".", paths, texts, depth + 1)
        else:
            paths.append(path)
            texts.append(_text(value))


def _data_name(value: Document) -> str | None:
    """The name that converters of XML leave beside the text of a Data element."""
    attributes = value.get("#attributes", value.get("@attributes"))
    name = attributes.get("Name") if isinstance(attributes, dict) else value.get("@Name")
    return name if isinstance(name, str) else None


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return msgspec.json.encode(value).decode()
