"""Zeek's TSV logs conn, http and ssl: declared fields and types, UTC as seconds, `#close` last.

Fields by Zeek's names (`id.orig_h`, `conn_state` …); what a record leaves out is unset (`-`),
except what the kind of log always has. Setting `no_close`: the sensor died, the file has no
`#close`.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import BinaryIO

from crossline.scenario.formats.filling import drawn, token
from crossline.scenario.record import LogSource, Record, Value

__all__ = ["write"]

_START = "ts:time uid:string id.orig_h:addr id.orig_p:port id.resp_h:addr id.resp_p:port "
_FIELDS = {
    "zeek_conn": _START + "proto:enum service:string duration:interval orig_bytes:count "
    "resp_bytes:count conn_state:string local_orig:bool local_resp:bool missed_bytes:count "
    "history:string orig_pkts:count orig_ip_bytes:count resp_pkts:count resp_ip_bytes:count "
    "tunnel_parents:set[string]",
    "zeek_http": _START + "trans_depth:count method:string host:string uri:string "
    "referrer:string version:string user_agent:string request_body_len:count "
    "response_body_len:count status_code:count status_msg:string info_code:count "
    "info_msg:string tags:set[enum] username:string password:string proxied:set[string] "
    "orig_fuids:vector[string] orig_mime_types:vector[string] resp_fuids:vector[string] "
    "resp_mime_types:vector[string]",
    "zeek_ssl": _START + "version:string cipher:string curve:string server_name:string "
    "resumed:bool last_alert:string next_protocol:string established:bool "
    "cert_chain_fuids:vector[string] client_cert_chain_fuids:vector[string] subject:string "
    "issuer:string",
}
_DEFAULTS: dict[str, Mapping[str, Value]] = {
    "zeek_conn": {"proto": "tcp", "conn_state": "SF", "missed_bytes": 0},
    "zeek_http": {"trans_depth": 1, "method": "GET", "version": "1.1", "status_code": 200,
                  "status_msg": "OK", "tags": "(empty)", "request_body_len": 0},
    "zeek_ssl": {"version": "TLSv12", "cipher": "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
                 "curve": "secp256r1", "resumed": False, "established": True,
                 "client_cert_chain_fuids": "(empty)"},
}  # fmt: skip
_SERVICE_PORTS: Mapping[str, Value] = {"zeek_conn": 443, "zeek_http": 80, "zeek_ssl": 443}
_HISTORY = {"SF": "ShADadFf", "S0": "S", "REJ": "Sr", "RSTO": "ShADadR"}
_PAYLOAD = 1200
_HEADER = 40


def write(records: Iterable[Record], source: LogSource, out: BinaryIO) -> Iterator[int]:
    """Write one log; yields each record's line."""
    pairs = [pair.split(":", 1) for pair in _FIELDS[source.format].split()]
    names = [name for name, _ in pairs]
    last: datetime | None = None
    for line, record in enumerate(records, 9):
        if last is None:
            out.write(_head(record, names, [kind for _, kind in pairs]).encode())
        last = record.time
        out.write(_line(record, names).encode())
        yield line
    if last and not source.setting("no_close", last):
        out.write(f"#close\t{last:%Y-%m-%d-%H-%M-%S}\n".encode())


def _head(first: Record, names: list[str], kinds: list[str]) -> str:
    path = first.source.format.removeprefix("zeek_")
    return (
        "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n"
        f"#path\t{path}\n#open\t{first.time:%Y-%m-%d-%H-%M-%S}\n"
        "#fields\t" + "\t".join(names) + "\n#types\t" + "\t".join(kinds) + "\n"
    )


def _line(record: Record, names: list[str]) -> str:
    kind, number = record.source.format, drawn(record)
    made: dict[str, Value] = {
        "ts": f"{record.time.timestamp():.6f}",
        "uid": "C" + token(number, 17),
        "id.orig_p": 1024 + number % 60_000,
        "id.resp_p": _SERVICE_PORTS[kind],
        **_DEFAULTS[kind],
        **record.fields,
    }
    if kind == "zeek_conn":
        made = _counted(made, number) | made
    elif kind == "zeek_ssl":
        made.setdefault("cert_chain_fuids", "F" + token(number >> 20, 16))
    elif "response_body_len" not in made:
        made["response_body_len"] = 100 + number % 40_000
    return "\t".join([_text(made[name]) if name in made else "-" for name in names]) + "\n"


def _counted(made: Mapping[str, Value], number: int) -> dict[str, Value]:
    state = str(made["conn_state"])
    if state in ("S0", "REJ"):
        answered = int(state == "REJ")
        return {"history": _HISTORY[state], "orig_pkts": 1, "orig_ip_bytes": 52,
                "resp_pkts": answered, "resp_ip_bytes": 40 * answered}  # fmt: skip
    sent = int(str(made.get("orig_bytes", 200 + number % 3000)))
    received = int(str(made.get("resp_bytes", 400 + (number >> 16) % 60_000)))
    packets = [3 + size // _PAYLOAD for size in (sent, received)]
    return {
        "duration": f"{0.01 + (number >> 40) % 90_000 / 1000:.6f}",
        "orig_bytes": sent,
        "resp_bytes": received,
        "history": _HISTORY.get(state, "ShADad"),
        "orig_pkts": packets[0],
        "orig_ip_bytes": sent + _HEADER * packets[0],
        "resp_pkts": packets[1],
        "resp_ip_bytes": received + _HEADER * packets[1],
    }


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "T" if value else "F"
    if isinstance(value, tuple):
        return ",".join(value) or "(empty)"
    return (str(value) or "(empty)").replace("\t", "\\x09").replace("\n", "\\x0a")
