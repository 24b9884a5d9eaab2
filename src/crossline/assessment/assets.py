"""What each host is: from `assets.csv`, else from the logs that only such a host writes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address

import pyarrow.compute as pc

from crossline.assessment.vocabulary import signs
from crossline.store import Tables, select

__all__ = ["Assets", "read_assets", "short_name"]

_OTHER = "other"
# A host that writes so few records of a kind may only have been named in them.
_SEEN = """
SELECT organisation, host, format, event_code, count(*) AS events
FROM events WHERE host IS NOT NULL GROUP BY ALL ORDER BY ALL
"""


def short_name(host: str) -> str:
    """A host's name without domain, in lower case; an address stays whole."""
    try:
        return str(ip_address(host))
    except ValueError:
        return host.partition(".")[0].lower()


@dataclass(frozen=True, slots=True)
class Assets:
    """Classes and addresses of hosts by organisation; hosts by their short names."""

    classes: Mapping[tuple[str, str], str]
    addresses: Mapping[tuple[str, str], str]
    declared: frozenset[tuple[str, str]] = field(default_factory=frozenset)

    def class_of(self, organisation: str, host: str) -> str:
        """The host's class, `other` where nothing says more."""
        return self.classes.get((organisation, self.name_of(organisation, host)), _OTHER)

    def name_of(self, organisation: str, host: str) -> str:
        """The short name of a host that may be given by its address."""
        name = short_name(host)
        return self.addresses.get((organisation, name), name)

    def of_class(self, organisation: str, asset_class: str) -> list[str]:
        """The organisation's hosts of a class, sorted."""
        return sorted(
            host
            for (owner, host), known in self.classes.items()
            if owner == organisation and known == asset_class
        )


def read_assets(tables: Tables, rows: Iterable[Mapping[str, str]]) -> Assets:
    """Join what `assets.csv` says with what the stored events show; the file wins.

    Args:
        tables: the store, with `events`.
        rows: rows of `assets.csv`.
    """
    classes = dict(_inferred(tables))
    addresses: dict[tuple[str, str], str] = {}
    declared = set()
    for row in rows:
        organisation, host = row.get("organisation", ""), short_name(row.get("host", ""))
        names = {host, short_name(row.get("fqdn", ""))} - {""}
        declared |= {(organisation, name) for name in names}
        if row.get("asset_class"):
            classes |= dict.fromkeys(((organisation, name) for name in names), row["asset_class"])
        for address in row.get("address", "").replace(";", " ").split():
            addresses[organisation, address] = host
    return Assets(classes, addresses, frozenset(declared))


def _inferred(tables: Tables) -> Iterable[tuple[tuple[str, str], str]]:
    found = select({"events": tables.dataset("events")}, _SEEN)
    seen: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for row in found.filter(pc.is_valid(found["format"])).to_pylist():
        key = (row["organisation"], short_name(row["host"]))
        seen.setdefault(key, set()).add((row["format"], row["event_code"] or ""))
    for key, kinds in sorted(seen.items()):
        for sign in signs():
            if any(sign.fits(form, code, None, {}) for form, code in kinds):
                yield key, sign.asset_class
                break
