"""The shapes in which people hand over Windows records: one abstract record in, one text out.

Each shape is a function from records in order to the lines of a file, without line ends.
"""

from collections.abc import Callable, Iterable, Iterator

from crossline.scenario.formats.nxlog import flat_lines, nxlog_lines
from crossline.scenario.formats.raw import raw_lines
from crossline.scenario.formats.winlogbeat import winlogbeat_lines
from crossline.scenario.formats.xml import xml_lines
from crossline.scenario.records import WindowsEvent

__all__ = ["SHAPES"]

SHAPES: dict[str, Callable[[Iterable[WindowsEvent]], Iterator[str]]] = {
    "raw": raw_lines,
    "winlogbeat": winlogbeat_lines,
    "flat": flat_lines,
    "nxlog": nxlog_lines,
    "xml": xml_lines,
}
"""Every shape by the name that files.toml uses."""
