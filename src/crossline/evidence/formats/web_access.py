"""Access logs of Apache and nginx in common or combined format, with or without a virtual host.

Source: Apache HTTP Server documentation, "Log Files", sections "Common Log Format" and "Combined
Log Format"; nginx, ngx_http_log_module, the predefined format `combined`.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO

from crossline.evidence.formats.in_lines import first_lines, read_lines, without
from crossline.evidence.sources import Flaw, Parsed, Records

__all__ = ["read", "recognises"]

_QUOTED = r'"((?:[^"\\]|\\.)*)"'
_LINE = re.compile(
    r"(?:(\S+:\d+) )?(\S+) \S+ (.{1,256}?) \[(\d\d/[A-Z][a-z]{2}/\d{4}:[\d:]{8} [+-]\d{4})\] "
    + _QUOTED
    + r" (\d{3}|-) (\d+|-)"
    + rf"(?: {_QUOTED} {_QUOTED})?(.*)"
)
_NAMES = (
    "@host", "c-ip", "cs-username", "@time", "cs-method", "cs-uri-stem", "cs-uri-query",
    "cs-version", "sc-status", "sc-bytes", "cs-referer", "cs-user-agent", "rest", "request",
)  # fmt: skip


def recognises(head: bytes) -> bool:
    """Whether the first line, or else the second, is one of an access log."""
    return any(_LINE.match(line) for line in first_lines(head)[:2])


def read(stream: BinaryIO) -> Iterator[Records | Flaw]:
    """Lines as records; one that is none is a flaw."""
    return read_lines(stream, _parse)


def _parse(line: str) -> Parsed | str:
    found = _LINE.match(line)
    if not found:
        return "not a line of an access log in common or combined format"
    host, client, user, time, request, status, size, referrer, agent, rest = found.groups("-")
    method, target, version = _request(request)
    stem, _, query = target.partition("?")
    values = [
        host, client, user, time, method, stem, query or "-", version, status, size,
        referrer, agent, rest.strip() or "-", "-" if stem != "-" else request,
    ]  # fmt: skip
    return Parsed("webaccess", *without("-", _NAMES, values))


def _request(text: str) -> tuple[str, str, str]:
    """Method, target and version of a request line; "-" for what is not there."""
    parts = text.split(" ")
    if len(parts) < 2 or not parts[0].isupper():
        return "-", "-", "-"
    if parts[-1].startswith("HTTP/") and len(parts) > 2:
        return parts[0], " ".join(parts[1:-1]) or "-", parts[-1]
    return parts[0], " ".join(parts[1:]) or "-", "-"
