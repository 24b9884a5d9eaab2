"""From the fields of a record to cyber-observables: what file, process, account, address it names.

Which field names what is data: `content/stix/observables.toml`. A value is written as the record
has it or not at all, so that a search for it finds it.
"""

import ipaddress
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import resources

import msgspec

from crossline.report.machines.ids import observable_id, process_id
from crossline.report.machines.objects import (
    Directory,
    DomainName,
    File,
    IPv4Address,
    IPv6Address,
    NetworkTraffic,
    Observable,
    Process,
    RegistryKey,
    RegistryValue,
    UserAccount,
)

__all__ = ["file_of", "observables", "telling"]

# The longest command line that Windows knows (CreateProcessW); no path or key is longer.
_LONGEST = 32_767
_LARGEST_PID, _LARGEST_PORT = 2**32 - 1, 2**16 - 1
_DOMAIN = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")
_HEX = re.compile(r"[0-9a-f]+")


class _Account(msgspec.Struct, frozen=True):
    name: str
    domain: str = ""
    sid: str = ""


class _Process(msgspec.Struct, frozen=True):
    image: str
    command_line: str = ""
    cwd: str = ""
    pid: str = ""
    account: str = ""
    parent_image: str = ""
    parent_command_line: str = ""
    parent_pid: str = ""


class _Service(msgspec.Struct, frozen=True):
    command_line: str
    name: str


class _Registry(msgspec.Struct, frozen=True):
    key: str
    data: str


class _Traffic(msgspec.Struct, frozen=True):
    source: str
    source_port: str
    target: str
    target_port: str
    protocol: str


class _Map(msgspec.Struct, frozen=True):
    empty: frozenset[str]
    hashed: tuple[str, ...]
    file: tuple[str, ...]
    address: tuple[str, ...]
    domain: tuple[str, ...]
    account: tuple[_Account, ...]
    process: tuple[_Process, ...]
    service: tuple[_Service, ...]
    registry: tuple[_Registry, ...]
    traffic: tuple[_Traffic, ...]
    hives: dict[str, str]
    algorithms: dict[str, tuple[str, int]]


Fields = Mapping[str, str]


@cache
def _map() -> _Map:
    path = resources.files("crossline") / "content" / "stix" / "observables.toml"
    return msgspec.toml.decode(path.read_bytes(), type=_Map)


def telling(fields: Iterable[tuple[str, str | None]]) -> Fields:
    """The fields that say something: no empty, dash or endless values."""
    return {
        name: value
        for name, value in fields
        if value is not None and value.strip() not in _map().empty and len(value) <= _LONGEST
    }


def observables(fields: Fields, event: str) -> list[Observable]:
    """What the fields of one event name, each observable once, those it refers to before it.

    Args:
        fields: fields that say something, see `telling`.
        event: id of the event; a process is known by it alone.
    """
    accounts = dict(_accounts(fields))
    found: list[Observable] = [*accounts.values()]
    for name in _map().file:
        if name in fields:
            found += file_of(fields[name], _hashes(fields, name))
    for process in _map().process:
        found += _process(process, fields, accounts, event)
    for service in _map().service:
        found += _service(service, fields, event)
    for registry in _map().registry:
        found += _registry(registry, fields)
    for name in _map().address:
        found += _address(fields.get(name, ""))
    for traffic in _map().traffic:
        found += _traffic(traffic, fields)
    for name in _map().domain:
        found += _domain(fields.get(name, ""))
    return list({each.id: each for each in found}.values())


def file_of(path: str, hashes: Mapping[str, str] | None = None) -> list[Observable]:
    """A file and, before it, the folder that its path names; nothing for a path without a name."""
    cut = max(path.rfind("\\"), path.rfind("/"))
    folder, name = path[: max(cut, 0)], path[cut + 1 :]
    if not name:
        return []
    found: list[Observable] = []
    contributing: dict[str, object] = {"name": name}
    if hashes:
        contributing["hashes"] = hashes
    above = None
    if folder:
        folder += "\\" if folder.endswith(":") else ""
        above = observable_id("directory", {"path": folder})
        found.append(Directory(id=above, path=folder))
        contributing["parent_directory_ref"] = above
    key = observable_id("file", contributing)
    return [*found, File(id=key, name=name, hashes=hashes or None, parent_directory_ref=above)]


def _hashes(fields: Fields, name: str) -> dict[str, str]:
    """The hashes of the file that a field names, if `Hashes` is about that file."""
    if name != next((each for each in _map().hashed if each in fields), None):
        return {}
    found = {}
    for part in fields.get("Hashes", "").split(","):
        algorithm, _, value = part.strip().partition("=")
        called, length = _map().algorithms.get(algorithm.upper(), ("", 0))
        if called and len(value) == length and _HEX.fullmatch(value.lower()):
            found[called] = value.lower()
    return found


def _accounts(fields: Fields) -> Iterator[tuple[str, UserAccount]]:
    for each in _map().account:
        name, domain = fields.get(each.name, ""), fields.get(each.domain, "")
        sid = fields.get(each.sid, "")
        login = f"{domain}\\{name}" if domain and name else name
        told = {"account_login": login, "user_id": sid if sid.startswith("S-1-") else ""}
        there = {key: value for key, value in told.items() if value}
        if there:
            yield (
                each.name,
                UserAccount(
                    id=observable_id("user-account", there),
                    account_login=there.get("account_login"),
                    user_id=there.get("user_id"),
                ),
            )


def _process(
    names: _Process, fields: Fields, accounts: Mapping[str, UserAccount], event: str
) -> list[Observable]:
    if names.image not in fields:
        return []
    image = file_of(fields[names.image], _hashes(fields, names.image))
    parent = _parent(names, fields, event)
    account = accounts.get(names.account)
    process = Process(
        id=process_id(event, names.image),
        pid=_whole(fields.get(names.pid), _LARGEST_PID),
        command_line=fields.get(names.command_line),
        cwd=fields.get(names.cwd),
        image_ref=image[-1].id if image else None,
        creator_user_ref=account.id if account else None,
        parent_ref=parent[-1].id if parent else None,
    )
    return [*image, *parent, process]


def _parent(names: _Process, fields: Fields, event: str) -> list[Observable]:
    if names.parent_image not in fields:
        return []
    image = file_of(fields[names.parent_image])
    process = Process(
        id=process_id(event, names.parent_image),
        pid=_whole(fields.get(names.parent_pid), _LARGEST_PID),
        command_line=fields.get(names.parent_command_line),
        image_ref=image[-1].id if image else None,
    )
    return [*image, process] if image else []


def _service(names: _Service, fields: Fields, event: str) -> list[Observable]:
    if names.command_line not in fields or names.name not in fields:
        return []
    return [
        Process(
            id=process_id(event, names.command_line),
            command_line=fields[names.command_line],
            extensions={"windows-service-ext": {"service_name": fields[names.name]}},
        )
    ]


def _registry(names: _Registry, fields: Fields) -> list[Observable]:
    if names.key not in fields:
        return []
    hive, _, path = fields[names.key].partition("\\")
    key = f"{_map().hives.get(hive.upper(), hive)}\\{path}"
    values: tuple[RegistryValue, ...] = ()
    contributing: dict[str, object] = {"key": key}
    if names.data in fields:
        key, _, name = key.rpartition("\\")
        values = (RegistryValue(name=name, data=fields[names.data]),)
        contributing = {"key": key, "values": values}
    return [
        RegistryKey(id=observable_id("windows-registry-key", contributing), key=key, values=values)
    ]


def _address(text: str) -> list[Observable]:
    try:
        address = ipaddress.ip_address(text.strip().partition("%")[0])
    except ValueError:
        return []
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    kind, form = ("ipv4-addr", IPv4Address) if address.version == 4 else ("ipv6-addr", IPv6Address)
    value = str(address)
    return [form(id=observable_id(kind, {"value": value}), value=value)]


def _traffic(names: _Traffic, fields: Fields) -> list[Observable]:
    source, target = _address(fields.get(names.source, "")), _address(fields.get(names.target, ""))
    if not source or not target:
        return []
    told: dict[str, object] = {
        "protocols": (fields.get(names.protocol, "ip").lower(),),
        "src_ref": source[0].id,
        "dst_ref": target[0].id,
        "src_port": _whole(fields.get(names.source_port), _LARGEST_PORT),
        "dst_port": _whole(fields.get(names.target_port), _LARGEST_PORT),
    }
    there = {key: value for key, value in told.items() if value is not None}
    key = observable_id("network-traffic", there)
    return [
        *source,
        *target,
        msgspec.convert({"id": key, "type": "network-traffic"} | there, NetworkTraffic),
    ]


def _domain(text: str) -> list[Observable]:
    value = text.strip().lower().rstrip(".")
    if not _DOMAIN.fullmatch(value):
        return []
    return [DomainName(id=observable_id("domain-name", {"value": value}), value=value)]


def _whole(text: str | None, most: int) -> int | None:
    """A number written in decimal or as `0x…`; None if it is none or too large to be one."""
    try:
        number = int(text or "", 0)
    except ValueError:
        return None
    return number if 0 <= number <= most else None
