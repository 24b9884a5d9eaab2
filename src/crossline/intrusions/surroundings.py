"""All that the undetected events say about the detected ones, ready to be asked by organisation."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from crossline.intrusions.context import Context, read_context
from crossline.intrusions.detected import Detected
from crossline.intrusions.frequencies import Frequencies, read_frequencies
from crossline.intrusions.machines import Machines
from crossline.intrusions.sessions import Logon, read_logons
from crossline.intrusions.values import plain_address
from crossline.store import Tables

__all__ = ["Surroundings", "read_surroundings"]

Holders = Mapping[tuple[str, str], tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What one look at the stored events found around the detected ones."""

    context: Context
    logons: tuple[Logon, ...]
    frequencies: Frequencies

    def holders(self, detected: Detected) -> Holders:
        """Nodes by the (kind, text) that they, or their processes, hold; see `_holders`."""
        return _holders(detected, self.context)

    def days(self, detected: Detected) -> dict[tuple[str, str], frozenset[tuple[str, int]]]:
        """Host-days of the organisation's values, by (kind, text)."""
        return {
            (kind, text): days
            for (organisation, kind, text), days in self.frequencies.items()
            if organisation == detected.organisation
        }


def read_surroundings(
    tables: Tables, machines: Machines, detected: Iterable[Detected]
) -> Surroundings:
    """Look twice through the stored events: around the nodes, then for how common values are."""
    detected = list(detected)
    nodes = [node for one in detected for node in one.nodes]
    accounts = {text for one in detected for kind, text in one.holders if kind == "account"}
    context = read_context(tables, machines, nodes, accounts)
    values = {
        (one.organisation, *value)
        for one in detected
        for value, members in _holders(one, context).items()
        if len(members) > 1
    }
    return Surroundings(
        context,
        tuple(read_logons(context.logons, context.arrivals, context.owners, machines)),
        read_frequencies(tables, machines, values),
    )


def _holders(detected: Detected, context: Context) -> Holders:
    """The values of the detected events and the connections of their processes and parents.

    Addresses of the estate's own machines are left out: everybody talks to those, and a machine's
    own address says no more than its name.
    """
    holders = {value: set(members) for value, members in detected.holders.items()}
    by_guid: dict[str, list[int]] = {}
    for index, node in enumerate(detected.nodes):
        for process in (node.process, node.parent):
            if process.guid:
                by_guid.setdefault(process.guid, []).append(index)
    for row in context.connections.to_pylist():
        if row["organisation"] == detected.organisation:
            value = (row["kind"], row["text"])
            holders.setdefault(value, set()).update(by_guid.get(row["guid"], ()))
    return {
        (kind, text): tuple(sorted(members))
        for (kind, text), members in holders.items()
        if kind != "address" or (detected.organisation, plain_address(text)) not in context.owners
    }
