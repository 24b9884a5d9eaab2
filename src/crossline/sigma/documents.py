"""Rule files to YAML documents: read in place, each document by itself, nothing reinterpreted.

YAML 1.1 as Python's loaders read it would turn `2024-01-01` into a date, `no` into false and
`010` into 8, and would let the second of two equal keys win. Sigma asks for YAML 1.2 with unique
keys, so scalars are resolved by the 1.2 core schema here and double keys are reported.
"""

import re
from dataclasses import dataclass, field
from typing import TypeAlias

import yaml

__all__ = ["Document", "DocumentError", "Value", "read_documents"]

Value: TypeAlias = "str | int | float | bool | list[Value] | dict[str, Value] | None"

_SEPARATOR = re.compile(r"^(?:---(?=\s|$)|\.\.\.[ \t]*$)", re.MULTILINE)
_MAX_NODES = 200_000
"""Nodes of one document, aliases counted as often as they are used (against alias bombs)."""

_MOST_DEPTH = 100
# Brackets or dashes one after another, or a very deep indent: else nothing can nest that deep.
_MAY_NEST = re.compile(r"(?:[\[{]\s*){20}|(?:[-?] ){20}|^ {100}", re.MULTILINE)


class DocumentError(ValueError):
    """A document that is no YAML mapping."""


@dataclass(frozen=True)
class Document:
    """One YAML document: its text, its mapping, and the keys that stand twice in some mapping.

    Where `fault` is set there is no mapping that could be trusted; `content` is then what single
    lines of the text say about id, name and title.
    """

    text: str
    content: dict[str, Value]
    double_keys: tuple[str, ...] = ()
    fault: str = ""


def read_documents(data: bytes) -> list[Document]:
    """The documents of one file; a bad one is in the list with its fault, the others unharmed.

    Raises:
        DocumentError: the file is not UTF-8 text.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DocumentError(f"not UTF-8 text (byte {error.start})") from error
    return [_read_one(part) for part in _SEPARATOR.split(text) if _has_content(part)]


def _has_content(text: str) -> bool:
    return any(
        line.strip() and not line.lstrip().startswith(("#", "%")) for line in text.split("\n")
    )


def _read_one(text: str) -> Document:
    if _is_too_deep(text):
        return Document(text, _headlines(text), fault="not a rule: nested too deeply")
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        content = loader.plain(node)
    except (yaml.YAMLError, RecursionError, DocumentError, ValueError) as error:
        return Document(text, _headlines(text), fault=f"not a YAML document: {_one_line(error)}")
    finally:
        loader.dispose()
    if not isinstance(content, dict):
        return Document(text, {}, fault="not a rule: the document is no mapping")
    return Document(text, content, tuple(loader.double_keys))


def _is_too_deep(text: str) -> bool:
    """Whether the text nests deeper than a rule ever does; libyaml's composer would overflow."""
    if not _MAY_NEST.search(text):
        return False
    depth = 0
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > _MOST_DEPTH:
                return True
    except yaml.YAMLError:
        return False
    return False


def _headlines(text: str) -> dict[str, Value]:
    found = re.findall(r"^(id|name|title):[ \t]*(\S.*?)[ \t]*$", text, re.MULTILINE)
    return {key: value.strip("'\"") for key, value in reversed(found)}


def _one_line(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error) or type(error).__name__
    return f"{problem} (line {mark.line + 1})" if mark else " ".join(problem.split())


@dataclass
class _Loader:
    """Builds plain values from the nodes of the fast C parser."""

    text: str
    double_keys: list[str] = field(default_factory=list)
    _nodes: int = 0

    def __post_init__(self) -> None:
        self._parser = yaml.CSafeLoader(self.text)

    def get_single_node(self) -> yaml.Node | None:
        return self._parser.get_single_node()

    def dispose(self) -> None:
        self._parser.dispose()

    def plain(self, node: yaml.Node | None) -> Value:
        self._nodes += 1
        if self._nodes > _MAX_NODES:
            raise DocumentError(f"more than {_MAX_NODES} nodes")
        if isinstance(node, yaml.ScalarNode):
            return _scalar(node)
        if isinstance(node, yaml.SequenceNode):
            return [self.plain(item) for item in node.value]
        return self._mapping(node) if isinstance(node, yaml.MappingNode) else None

    def _mapping(self, node: yaml.MappingNode) -> dict[str, Value]:
        result: dict[str, Value] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise DocumentError(f"a key is no text (line {key_node.start_mark.line + 1})")
            key = key_node.value
            if key in result:
                self.double_keys.append(f"{key} (line {key_node.start_mark.line + 1})")
            result[key] = self.plain(value_node)
        return result


_NULL = re.compile(r"(?:null|Null|NULL|~|)")
_TRUE = re.compile(r"(?:true|True|TRUE)")
_FALSE = re.compile(r"(?:false|False|FALSE)")
_INTEGER = re.compile(r"[-+]?[0-9]+")
_PREFIXED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_REAL = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_MAX_DIGITS = 4000


def _scalar(node: yaml.ScalarNode) -> Value:
    """A scalar by the core schema of YAML 1.2 (section 10.3.2); quoted and block text is text."""
    text: str = node.value
    if node.style or len(text) > _MAX_DIGITS:
        return text
    if _NULL.fullmatch(text):
        return None
    if _TRUE.fullmatch(text) or _FALSE.fullmatch(text):
        return text[0] in "tT"
    if _INTEGER.fullmatch(text):
        return int(text)
    if _PREFIXED.fullmatch(text):
        return int(text, 0)
    return float(text) if _REAL.fullmatch(text) else text
