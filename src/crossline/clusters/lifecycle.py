"""The life of clusters from run to run: which old cluster a new group goes on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crossline.kernel.ids import row_id

__all__ = ["Lived", "live_on"]


@dataclass(frozen=True, slots=True)
class Lived:
    """A group of intrusions with its cluster id, and what became of the clusters before."""

    cluster_id: str
    state: str
    derived_from: tuple[str, ...]
    members: tuple[str, ...]


def live_on(
    groups: Sequence[Sequence[str]],
    before: Mapping[str, frozenset[str]],
    traces: Mapping[str, frozenset[str]],
) -> list[Lived]:
    """Give each group the id of the cluster that it goes on, or one of its own.

    Args:
        groups: ids of the intrusions of each group.
        before: by cluster id of the last run, what its intrusions were known by: their ids and
            the ids of their events, because an intrusion that grew may have a new id.
        traces: the same of each intrusion of this run.

    Returns:
        `stable` goes on one cluster (it may have grown), `merged` holds several, `split` is part
        of one that stands in several groups; `new` has none. The largest part keeps the id.
    """
    parts = {tuple(sorted(group)): _overlaps(group, before, traces) for group in groups}
    heirs: dict[str, list[tuple[str, ...]]] = {name: [] for name in before}
    for members, overlaps in parts.items():
        for name in overlaps:
            heirs[name].append(members)
    kept = {
        name: min(heirs[name], key=lambda members: (-parts[members][name], members))
        for name in before
        if heirs[name]
    }
    return [_lived(members, overlaps, heirs, kept) for members, overlaps in sorted(parts.items())]


def _overlaps(
    group: Sequence[str],
    before: Mapping[str, frozenset[str]],
    traces: Mapping[str, frozenset[str]],
) -> dict[str, int]:
    own = frozenset[str]().union(*(traces[member] | {member} for member in group))
    counts = {name: len(own & known) for name, known in before.items()}
    return {name: count for name, count in sorted(counts.items()) if count}


def _lived(
    members: tuple[str, ...],
    overlaps: Mapping[str, int],
    heirs: Mapping[str, Sequence[tuple[str, ...]]],
    kept: Mapping[str, tuple[str, ...]],
) -> Lived:
    own = [name for name in overlaps if kept[name] == members]
    own.sort(key=lambda name: (-overlaps[name], name))
    name = own[0] if own else row_id("cl", members)
    if len(overlaps) > 1:
        state = "merged"
    elif any(len(heirs[each]) > 1 for each in overlaps):
        state = "split"
    else:
        state = "stable" if overlaps else "new"
    return Lived(name, state, tuple(overlaps), members)
