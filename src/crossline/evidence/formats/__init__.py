"""The formats that are read. A new one is a module beside these and a line in `FORMATS`."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from crossline.evidence.formats import (
    devices,
    event_viewer,
    evtx,
    headed_csv,
    json_lines,
    json_values,
    linux_audit,
    mml,
    pgaudit,
    radius_detail,
    syslog,
    tac_plus,
    w3c,
    web_access,
    xml,
    zeek,
)
from crossline.evidence.sources import Flaw, Records

__all__ = ["FORMATS", "Format"]


@dataclass(frozen=True, slots=True)
class Format:
    """A reader: what it recognises in the first bytes, and how it reads a stream to its end."""

    container: str
    recognises: Callable[[bytes], bool]
    read: Callable[[BinaryIO], Iterator[Records | Flaw]]


# The first that recognises the content reads it.
FORMATS = (
    Format("evtx", evtx.recognises, evtx.read),
    Format("xml", xml.recognises, xml.read),
    Format("json_array", json_values.recognises_array, json_values.read),
    Format("json_lines", json_lines.recognises, json_lines.read),
    Format("json", json_values.recognises, json_values.read),
    Format("zeek", zeek.recognises, zeek.read),
    Format("w3c", w3c.recognises, w3c.read),
    Format("linux_audit", linux_audit.recognises, linux_audit.read),
    Format("web_access", web_access.recognises, web_access.read),
    Format("devices", devices.recognises, devices.read),
    Format("tac_plus", tac_plus.recognises, tac_plus.read),
    Format("radius_detail", radius_detail.recognises, radius_detail.read),
    Format("mml", mml.recognises, mml.read),
    Format("csvlog", pgaudit.recognises, pgaudit.read),
    Format("headed_csv", headed_csv.recognises, headed_csv.read),
    Format("syslog", syslog.recognises, syslog.read),
    Format("event_viewer_csv", event_viewer.recognises, event_viewer.read),
)
