"""Logs with a `#Fields` line: W3C extended (IIS, the firewall of Windows) and Exchange's CSV.

The directives hold for the lines after them and may come again with other fields (W3C working draft
WD-logfile-960323). IIS writes blanks inside a value as `+`, and `-` for a value that is not there.
"""

import csv
import re
from collections.abc import Iterator
from typing import BinaryIO

from crossline.evidence.formats.in_lines import first_lines, read_lines, without
from crossline.evidence.sources import Flaw, Parsed, Records

__all__ = ["read", "recognises"]

_HEADER = re.compile(r"cs\(([\w-]+)\)", re.IGNORECASE)
_WEB = re.compile(r"c-ip|cs-|sc-|cs\(")
_PROXY_LINE = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z,[0-9a-f]{8}-[0-9a-f-]{27},\d+,\d+,\d+,")
# The fields of a line of Exchange's HTTP proxy log whose head is lost (Exchange 2016 and 2019).
_PROXY_FIELDS = (
    "DateTime,RequestId,MajorVersion,MinorVersion,BuildVersion,RevisionVersion,ClientRequestId,"
    "Protocol,UrlHost,UrlStem,ProtocolAction,AuthenticationType,IsAuthenticated,AuthenticatedUser,"
    "Organization,AnchorMailbox,UserAgent,ClientIpAddress,ServerHostName,HttpStatus,"
    "BackEndStatus,ErrorCode,Method,ProxyAction,TargetServer,TargetServerVersion,RoutingType,"
    "RoutingHint,BackEndCookie,ServerLocatorHost,ServerLocatorLatency,RequestBytes,ResponseBytes,"
    "TargetOutstandingRequests,AuthModulePerfContext,HttpPipelineLatency,"
    "CalculateTargetBackEndLatency,GlsLatencyBreakup,TotalGlsLatency,AccountForestLatencyBreakup,"
    "TotalAccountForestLatency,ResourceForestLatencyBreakup,TotalResourceForestLatency,"
    "ADLatency,SharedCacheLatencyBreakup,TotalSharedCacheLatency,ActivityContextLifeTime,"
    "ModuleToHandlerSwitchingLatency,ClientReqStreamLatency,BackendReqInitLatency,"
    "BackendReqStreamLatency,BackendProcessingLatency,BackendRespInitLatency,"
    "BackendRespStreamLatency,ClientRespStreamLatency,KerberosAuthHeaderLatency,"
    "HandlerCompletionLatency,RequestHandlerLatency,HandlerToModuleSwitchingLatency,"
    "ProxyTime,CoreLatency,RoutingLatency,HttpProxyOverhead,TotalRequestTime,"
    "RouteRefresherLatency,UrlQuery,BackEndGenericInfo,GenericInfo,GenericErrors,EdgeTraceId,"
    "DatabaseGuid,UserADObjectGuid,PartitionEndpointLookupLatency,RoutingStatus"
)


def recognises(head: bytes) -> bool:
    """Whether one of the first lines states fields, or the first is one of an HTTP proxy log."""
    lines = first_lines(head)
    return any(line.startswith("#Fields:") for line in lines) or bool(
        lines and _PROXY_LINE.match(lines[0])
    )


def read(stream: BinaryIO) -> Iterator[Records | Flaw]:
    """Lines as records; directives and other comments are none."""
    return read_lines(stream, _Log().parse)


class _Log:
    """What the directives so far say."""

    def __init__(self) -> None:
        self._shape = "httpproxy"
        self._names = tuple(_PROXY_FIELDS.split(","))
        self._has_comma = True
        self._date = ""
        self._software: str | None = None
        self._is_local = False
        self._log_type = "HttpProxy"

    def parse(self, line: str) -> Parsed | str | None:
        if line.startswith("#"):
            self._direct(line)
            return None
        try:
            values = next(csv.reader([line])) if self._has_comma else line.split(" ")
        except csv.Error as error:
            return f"not a line of CSV: {error}"
        if len(values) != len(self._names) and not self._has_comma:
            values = line.split()
        if len(values) != len(self._names) and not self._may_be_short(values):
            return f"has {len(values)} fields where {len(self._names)} are stated before it"
        names = self._names[: len(values)]
        if self._has_comma:
            return Parsed(self._shape, *without("", names, values))
        return self._extended(*without("-", names, values))

    def _may_be_short(self, values: list[str]) -> bool:
        """Without its own head, a proxy log of another version has other fields at the end."""
        return self._has_comma and self._software is None and len(values) < len(self._names)

    def _direct(self, line: str) -> None:
        name, _, text = line[1:].partition(":")
        text = text.strip()
        if name == "Date":
            self._date = text.partition(" ")[0]
        elif name == "Software":
            self._software = text
        elif name == "Log-type":
            self._log_type = text
        elif name == "Time Format":
            self._is_local = text == "Local"
        elif name == "Fields":
            self._set_fields(text)

    def _set_fields(self, text: str) -> None:
        self._software = self._software or ""
        self._has_comma = "," in text
        if self._has_comma:
            self._names = tuple(text.split(","))
            is_proxy = "HttpProxy" in self._log_type and "UrlStem" in self._names
            self._shape = "httpproxy" if is_proxy else "exchange"
            return
        self._names = tuple(_HEADER.sub(_header_name, name) for name in text.split())
        self._shape = "w3c_local" if self._is_local else "w3c"
        if any(_WEB.match(name) for name in self._names):
            self._shape = "iis"

    def _extended(self, names: tuple[str, ...], values: list[str | None]) -> Parsed:
        """The record with date and time as one, the date perhaps from the last `#Date`."""
        parts = dict(zip(names, values, strict=True))
        time, date = parts.pop("time", None), parts.pop("date", None)
        if time:
            parts["@time"] = f"{date or self._date} {time}"
        if self._shape != "iis":
            parts["@software"] = self._software
        return Parsed(self._shape, tuple(parts), [*parts.values()])


def _header_name(found: re.Match[str]) -> str:
    """`cs(User-Agent)` as Sigma writes it: `cs-user-agent`."""
    return f"cs-{found[1].lower()}"
