"""Exchange HttpProxy logs: byte-order mark, directives, 74 columns or those of an older build.

Fields by the names of the columns. Setting `old_build`: fewer columns and otherwise placed, with
new directives where the build changes in mid-file.
"""

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from crossline.scenario.formats.filling import drawn, guid
from crossline.scenario.formats.lines import cell
from crossline.scenario.record import LogSource, Record, Value

__all__ = ["write"]

_LATENCIES = (
    "AuthModulePerfContext,HttpPipelineLatency,CalculateTargetBackEndLatency,GlsLatencyBreakup,"
    "TotalGlsLatency,AccountForestLatencyBreakup,TotalAccountForestLatency,"
    "ResourceForestLatencyBreakup,TotalResourceForestLatency,ADLatency,"
    "SharedCacheLatencyBreakup,TotalSharedCacheLatency,ActivityContextLifeTime,"
    "ModuleToHandlerSwitchingLatency,ClientReqStreamLatency,BackendReqInitLatency,"
    "BackendReqStreamLatency,BackendProcessingLatency,BackendRespInitLatency,"
    "BackendRespStreamLatency,ClientRespStreamLatency,KerberosAuthHeaderLatency,"
    "HandlerCompletionLatency,RequestHandlerLatency,HandlerToModuleSwitchingLatency,ProxyTime,"
    "CoreLatency,RoutingLatency,HttpProxyOverhead,TotalRequestTime,RouteRefresherLatency"
)
_BEFORE = (
    "DateTime,RequestId,MajorVersion,MinorVersion,BuildVersion,RevisionVersion,ClientRequestId,"
    "Protocol,UrlHost,UrlStem,ProtocolAction,AuthenticationType,IsAuthenticated,"
    "AuthenticatedUser,Organization,AnchorMailbox,UserAgent,ClientIpAddress,ServerHostName,"
    "HttpStatus,BackEndStatus,ErrorCode,Method,ProxyAction,TargetServer,TargetServerVersion,"
    "RoutingType,RoutingHint,BackEndCookie,ServerLocatorHost,ServerLocatorLatency,RequestBytes,"
    "ResponseBytes,TargetOutstandingRequests"
)
_NEW = (
    f"{_BEFORE},{_LATENCIES},UrlQuery,BackEndGenericInfo,GenericInfo,GenericErrors,EdgeTraceId,"
    "DatabaseGuid,UserADObjectGuid,PartitionEndpointLookupLatency,RoutingStatus"
).split(",")
_OLD = (
    f"{_BEFORE.replace('Organization,', '').replace(',ErrorCode', '')},TotalRequestTime,"
    "UrlQuery,ErrorCode,GenericInfo,GenericErrors"
).split(",")
_BUILDS = {True: ("15", "0", "1395", "4"), False: ("15", "1", "2106", "2")}
_VERSION_COLUMNS = ("MajorVersion", "MinorVersion", "BuildVersion", "RevisionVersion")


def write(records: Iterable[Record], source: LogSource, out: BinaryIO) -> Iterator[int]:
    """Write one log; yields each record's line."""
    line, built = 1, None
    for record in records:
        old = bool(source.settings and source.setting("old_build", record.time))
        if old is not built:
            mark = "\ufeff" if built is None else ""
            out.write((mark + _directives(record, old)).encode())
            built, line = old, line + 5
        out.write(_line(record, old).encode())
        yield line
        line += 1


def _directives(record: Record, old: bool) -> str:
    major, minor, build, revision = _BUILDS[old]
    return (
        f"#Software: Microsoft Exchange Server\n#Version: {major}.{int(minor):02d}.{build}."
        f"{int(revision):03d}\n#Log-type: HttpProxy Logs\n"
        f"#Date: {record.time.isoformat()[:19]}.000Z\n#Fields: {','.join(_OLD if old else _NEW)}\n"
    )


def _line(record: Record, old: bool) -> str:
    number = drawn(record)
    host = record.source.fqdn.split(".", 1)[0].upper()
    stamp = f"{record.time:%Y-%m-%dT%H:%M:%S}.{record.time.microsecond // 1000:03d}Z"
    made: dict[str, Value] = {
        "DateTime": stamp,
        "RequestId": guid(number),
        "ServerHostName": host,
        "IsAuthenticated": "false",
        "HttpStatus": "200",
        "Method": "GET",
        "RequestBytes": (number >> 20) % 4000,
        "ResponseBytes": 200 + (number >> 40) % 30_000,
        "TotalRequestTime": 1 + number % 300,
        **dict(zip(_VERSION_COLUMNS, _BUILDS[old], strict=True)),
        **record.fields,
    }
    columns = _OLD if old else _NEW
    return ",".join([cell(made[name]) if name in made else "" for name in columns]) + "\n"
