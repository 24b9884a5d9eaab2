"""Where both were and by whose accounts: organisations, hosts, accounts.

Co-presence in one organisation is common and says little. More shared hosts than chance tells of
one living off the other; fewer than chance tells of two that keep out of each other's way. Fewer
counts only as far as it would have been seen.
"""

from collections.abc import Mapping
from math import log

import numpy as np

from crossline.coordination.activity import Item, Pair
from crossline.coordination.drawing import Chance, by_chance, popularity

__all__ = ["shared_accounts", "shared_hosts", "shared_organisations"]


def shared_organisations(pair: Pair) -> Item:
    """The same organisations entered, against draws weighted by how many others entered them."""
    null = "organisations drawn, weighted by how many other clusters were there"
    every = pair.x.organisations | pair.y.organisations | pair.around.seen.keys()
    strata = dict.fromkeys(every, "organisation")
    weights = popularity(strata, [other.organisations for other in pair.around.others])
    chance = by_chance(pair.x.organisations, pair.y.organisations, weights, strata)
    return Item(
        "shared_organisations",
        {"organisations_excess": log((chance.observed + 0.5) / (chance.expected + 0.5))},
        chance.p_more,
        null,
        f"both in {chance.observed} organisations, {chance.expected:.1f} expected by chance",
        tuple(sorted(pair.shared_organisations)),
    )


def _within(values: Mapping[str, object], pair: Pair) -> set[str]:
    """Those hosts or accounts that lie in an organisation where both were."""
    home, shared = pair.around.home, pair.shared_organisations
    return {value for value in values if home.get(value) in shared}


def _chance(pair: Pair, part: str, kinds: Mapping[str, str]) -> Chance | None:
    """What is shared by chance inside the shared organisations; None where nothing can be."""
    home, others = pair.around.home, pair.around.others
    x, y = (_within(getattr(side, part), pair) for side in (pair.x, pair.y))
    if not x or not y:
        return None
    present = {
        place: sum(place in other.organisations for other in others)
        for place in pair.shared_organisations
    }
    could = {value: present.get(home.get(value, ""), 0) for value in kinds}
    weights = popularity(kinds, [getattr(other, part) for other in others], could)
    inside = {value: weights[value] for value in _within(kinds, pair)}
    return by_chance(x, y, inside, home)


def _excess(chance: Chance, seen: float) -> float:
    """Log of observed over expected; a lack counts only as far as it would have been seen."""
    value = log((chance.observed + 1) / (chance.expected + 1))
    return value if value > 0 else value * seen


def _wide(pair: Pair) -> float:
    """How many more hosts the wider side uses a shared organisation than other clusters use.

    A guest spreads over what its host had opened as well as over what it opens itself.
    """
    usual = [
        len(other.hosts) / len(other.organisations)
        for other in pair.around.others
        if other.organisations
    ]
    sides = [len(_within(side.hosts, pair)) for side in (pair.x, pair.y)]
    wider = max(sides) / len(pair.shared_organisations)
    return log((wider + 1) / (sum(usual) / len(usual) + 1)) if usual else 0.0


def shared_hosts(pair: Pair) -> Item:
    """The same hosts used inside shared organisations, also the ordinary ones apart.

    Ordinary hosts are those of the kinds that other clusters seldom touch: sharing a domain
    controller says little, sharing a workstation much.
    """
    null = "hosts drawn within the shared organisation, weighted by how many others use them"
    kinds = pair.around.host_kind
    chance = _chance(pair, "hosts", kinds)
    if chance is None:
        return Item("shared_hosts", {}, None, null, "no organisation with hosts of both")
    rates = popularity(kinds, [other.hosts for other in pair.around.others])
    plain = {
        host: kind for host, kind in kinds.items() if rates[host] < np.median([*rates.values()]) * 2
    }
    ordinary = _chance(pair, "hosts", plain)
    beyond = ordinary.observed - ordinary.expected if ordinary else 0.0
    return Item(
        "shared_hosts",
        {
            "hosts_excess": _excess(chance, pair.seen),
            "hosts_ordinary": float(np.sign(beyond) * log(1 + abs(beyond))),
            "hosts_wide": _wide(pair),
        },
        min(1.0, 2 * min(chance.p_more, chance.p_fewer)),
        null,
        f"{chance.observed} hosts used by both, {chance.expected:.1f} expected by chance",
        tuple(sorted(pair.x.hosts.keys() & pair.y.hosts.keys())),
    )


def shared_accounts(pair: Pair) -> Item:
    """The same accounts used inside shared organisations; leaked ones are expected to be shared."""
    null = "accounts drawn within the shared organisation, weighted by how many others use them"
    chance = _chance(pair, "accounts", pair.around.account_kind)
    if chance is None:
        return Item("shared_accounts", {}, None, null, "no organisation with accounts of both")
    return Item(
        "shared_accounts",
        {"accounts_excess": log((chance.observed + 0.5) / (chance.expected + 0.5))},
        chance.p_more,
        null,
        f"{chance.observed} accounts used by both, {chance.expected:.1f} expected by chance",
        tuple(sorted(pair.x.accounts.keys() & pair.y.accounts.keys())),
    )
