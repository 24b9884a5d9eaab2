"""All evidence on one pair: each item once, in a fixed order."""

from crossline.coordination.access import (
    shared_accounts,
    shared_hosts,
    shared_organisations,
)
from crossline.coordination.activity import Item, Pair
from crossline.coordination.order import handed_on, who_is_first
from crossline.coordination.rhythm import alike_hours, joint_pauses, same_days
from crossline.coordination.targets import alike_interest, shared_targets
from crossline.coordination.tools import shared_builds, shared_infrastructure

__all__ = ["evidence"]

_ITEMS = (
    shared_organisations,
    alike_interest,
    shared_targets,
    shared_hosts,
    shared_accounts,
    who_is_first,
    handed_on,
    shared_builds,
    shared_infrastructure,
    alike_hours,
    same_days,
    joint_pauses,
)


def evidence(pair: Pair) -> tuple[Item, ...]:
    """Every item on the pair; one that could not be seen has no measures and no p-value."""
    return tuple(item(pair) for item in _ITEMS)
