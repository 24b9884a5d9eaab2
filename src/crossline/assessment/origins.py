"""Whose account and address an act came from: suppliers by their accounts and networks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from crossline.assessment.story_events import StoryEvent

__all__ = ["Access", "Origins", "is_foreign", "read_origins"]

_Network = IPv4Network | IPv6Network

# Where records of all kinds name the account that acts and the address it comes from.
_ACCOUNTS = (
    "TargetUserName", "SubjectUserName", "User-Name", "UserName", "user", "login",
    "AuthenticatedUser", "cs-username", "operator",
)  # fmt: skip
_ADDRESSES = (
    "IpAddress", "Calling-Station-Id", "CallingStationId", "addr.remote", "ClientIpAddress", "c-ip",
    "SourceIp", "client_ip", "rhost", "address", "ip",
)  # fmt: skip
_INTERNAL = tuple(
    ip_network(network)
    for network in (
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8",
        "169.254.0.0/16", "0.0.0.0/8", "::1/128", "fc00::/7", "fe80::/10",
    )
)  # fmt: skip


def _plain(address: str) -> str:
    """An address without port, brackets and mapping into IPv6."""
    text = address.strip("[]").removeprefix("::ffff:")
    return text.rpartition(":")[0] if text.count(":") == 1 else text


def is_foreign(address: str) -> bool:
    """Whether a text is an address outside all private, shared and local networks (RFC 6890)."""
    try:
        parsed = ip_address(_plain(address))
    except ValueError:
        return False
    return not any(parsed.version == each.version and parsed in each for each in _INTERNAL)


@dataclass(frozen=True, slots=True)
class Access:
    """One row of `supplier_access.csv`: an account or path of a supplier at an organisation."""

    supplier: str
    organisation: str
    account: str
    path: str
    networks: tuple[_Network, ...]
    valid_from: datetime | None
    valid_to: datetime | None


@dataclass(frozen=True, slots=True)
class Origins:
    """All access of suppliers, and the networks they work from."""

    access: tuple[Access, ...]
    networks: Mapping[str, tuple[_Network, ...]]

    def supplier_of(self, organisation: str, event: StoryEvent) -> str | None:
        """The supplier whose account or network acts in an event, or None.

        An account tells more than an address; an account is compared without domain and case.
        """
        accounts = {_account(event.account)} | {
            _account(event.fields[name]) for name in _ACCOUNTS if event.fields.get(name)
        }
        here = [each for each in self.access if each.organisation == organisation]
        for each in here:
            if each.account and _account(each.account) in accounts - {""}:
                return each.supplier
        address = event.first(*_ADDRESSES)
        for each in here:
            if _inside(address, (*each.networks, *self.networks.get(each.supplier, ()))):
                return each.supplier
        return None

    def accounts_of(self, supplier: str, organisation: str) -> list[Access]:
        """The supplier's access at an organisation, by account."""
        return sorted(
            (each for each in self.access
             if each.supplier == supplier and each.organisation == organisation),
            key=lambda each: each.account,
        )  # fmt: skip


def read_origins(
    access: Iterable[Mapping[str, str]], suppliers: Iterable[Mapping[str, str]]
) -> Origins:
    """From the rows of `supplier_access.csv` and `suppliers.csv`."""
    rows = [
        Access(
            row.get("supplier", ""),
            row.get("organisation", ""),
            account,
            row.get("path", ""),
            _networks(row.get("egress_addresses", "")),
            _time(row.get("valid_from", "")),
            _time(row.get("valid_to", "")),
        )
        for row in access
        for account in (row.get("account", "").replace(";", " ").split() or [""])
    ]
    networks = {
        row["supplier"]: _networks(row.get("egress_addresses", ""))
        for row in suppliers
        if row.get("supplier")
    }
    return Origins(tuple(rows), networks)


def _account(text: str) -> str:
    return text.rpartition("\\")[2].partition("@")[0].lower()


def _networks(text: str) -> tuple[_Network, ...]:
    return tuple(ip_network(part, strict=False) for part in text.replace(";", " ").split())


def _inside(address: str, networks: Iterable[_Network]) -> bool:
    try:
        parsed = ip_address(_plain(address))
    except ValueError:
        return False
    return any(parsed.version == each.version and parsed in each for each in networks)


def _time(text: str) -> datetime | None:
    if not text:
        return None
    parsed = datetime.fromisoformat(text)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
