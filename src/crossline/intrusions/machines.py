"""One machine under its several names: short, fully qualified, address."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address

__all__ = ["Machines", "machine_names"]


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


@dataclass(frozen=True)
class Machines:
    """Names to machines, organisation by organisation.

    Two names with the same first label are one machine, unless `assets.csv` gives them to two.
    `known` holds what that table says, in lower case.
    """

    known: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def of(self, organisation: str, name: str) -> str:
        """The machine of a name, in lower case; `` for no name."""
        lower = name.strip().rstrip(".").lower()
        found = self.known.get((organisation, lower))
        if found or not lower or _is_address(lower):
            return found or lower
        label = lower.partition(".")[0]
        return self.known.get((organisation, label), label)

    def inside(self, organisation: str, address: str) -> str:
        """The machine of an address of the estate, else the address if it is private; `` if not."""
        known = self.known.get((organisation, address))
        return known or (address if address and ip_address(address).is_private else "")


def machine_names(assets: Iterable[Mapping[str, str]]) -> Machines:
    """Machines from the rows of `assets.csv` (columns organisation, host, fqdn, address)."""
    known: dict[tuple[str, str], str] = {}
    for row in assets:
        organisation, host = row.get("organisation", ""), row.get("host", "").strip().lower()
        for column in ("host", "fqdn", "address"):
            for name in row.get(column, "").lower().replace(";", " ").split():
                known.setdefault((organisation, name), host)
    return Machines(known)
