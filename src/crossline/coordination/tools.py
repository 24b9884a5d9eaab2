"""What both hold: builds and infrastructure, and whether third clusters hold them too.

What nobody else holds points to one operator; what a few others hold as well points to a shared
source; what many hold is the market and says nothing.
"""

from collections import Counter

from crossline.coordination.activity import Item, Pair
from crossline.coordination.drawing import by_chance, popularity

__all__ = ["shared_builds", "shared_infrastructure"]

_FEW = 2
"""Third clusters that may hold a build before it counts as market (reasoned, not validated)."""

_AT_MOST = 3
"""Shared values counted: the fourth of one kind says nothing new (reasoned, not validated)."""


def _holding(pair: Pair, part: str) -> tuple[tuple[str, ...], Counter[str], float | None]:
    """Shared values, third clusters that hold each, and the p-value of sharing so many."""
    x, y = getattr(pair.x, part), getattr(pair.y, part)
    others = [getattr(other, part) for other in pair.around.others]
    strata = dict.fromkeys(x.union(y, *others), part)
    if not x or not y:
        return (), Counter(), None
    chance = by_chance(x, y, popularity(strata, others), strata)
    return tuple(sorted(x & y)), Counter(v for each in others for v in each), chance.p_more


def shared_builds(pair: Pair) -> Item:
    """Builds of tools held by both: exclusive, or with a few third clusters."""
    null = "builds drawn from all builds seen, weighted by how many other clusters hold them"
    shared, holders, p_value = _holding(pair, "builds")
    if p_value is None:
        return Item("shared_builds", {}, None, null, "no build known of one side at least")
    alone = sum(holders[build] == 0 for build in shared)
    few = sum(0 < holders[build] <= _FEW for build in shared)
    return Item(
        "shared_builds",
        {
            "builds_exclusive": float(min(alone, _AT_MOST)),
            "builds_with_third": float(min(few, _AT_MOST)),
        },
        p_value,
        null,
        f"{alone} builds held by nobody else, {few} also by one or two third clusters, "
        f"{len(shared) - alone - few} common",
        shared,
    )


def shared_infrastructure(pair: Pair) -> Item:
    """Addresses and domains used by both and by nobody else; leased ones pass from hand to hand."""
    null = "addresses drawn from all seen, weighted by how many other clusters use them"
    shared, holders, p_value = _holding(pair, "infrastructure")
    if p_value is None:
        return Item("shared_infrastructure", {}, None, null, "no address known of one side")
    alone = sum(holders[address] == 0 for address in shared)
    return Item(
        "shared_infrastructure",
        {"infrastructure_exclusive": float(min(alone, _AT_MOST))},
        p_value,
        null,
        f"{alone} addresses used by nobody else, {len(shared) - alone} also by others",
        shared,
    )
