"""What the nodes of an organisation share: each shared thing once, with the nodes that have it.

A tie is a star: nodes hang on the thing that they share, never on each other, so that their number
grows with the records and not with the pairs.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from crossline.intrusions.movement import Move
from crossline.intrusions.nodes import Node
from crossline.intrusions.processes import Births, kinship
from crossline.intrusions.sessions import Sessions
from crossline.intrusions.vocabulary import KINDS, Kind
from crossline.settings import IntrusionSettings

__all__ = ["Family", "Tie", "movement_ties", "process_ties", "session_ties", "value_ties"]

Family = str
_SHOWN = 80  # letters of a value in a sentence
_KINDS: Mapping[str, Kind] = {kind.name: kind for kind in KINDS}


@dataclass(frozen=True, slots=True)
class Tie:
    """A thing that nodes share.

    `bits` weighs it where that does not hang on rarity; otherwise `days` holds the host-days with
    it in the whole estate and `cap` the most that it counts. `members` are indices of nodes with
    the bits that each member's own link takes off (generations between).
    """

    family: Family
    words: str
    members: tuple[int, ...]
    bits: float = 0.0
    cap: float = 0.0
    days: frozenset[tuple[str, int]] = frozenset()
    costs: tuple[float, ...] = ()


def process_ties(nodes: Sequence[Node], births: Births, settings: IntrusionSettings) -> list[Tie]:
    """Processes that at least two nodes are, or descend from."""
    stars: dict[str, list[tuple[int, int, str]]] = {}
    for index, node in enumerate(nodes):
        for kin in kinship(node, births, settings.generations):
            stars.setdefault(kin.key, []).append((index, kin.generation, kin.process.program))
    return [
        _process_tie(key, star, settings) for key, star in sorted(stars.items()) if len(star) > 1
    ]


def _process_tie(
    key: str, star: Sequence[tuple[int, int, str]], settings: IntrusionSettings
) -> Tie:
    sure = key.startswith("guid")
    program = max(name for _, _, name in star) or "without a name"
    return Tie(
        family="process",
        words=f"same process {program}" + ("" if sure else ", by process id and time"),
        members=tuple(index for index, _, _ in star),
        bits=settings.process_bits if sure else settings.process_id_bits,
        costs=tuple(settings.generation_bits * generation for _, generation, _ in star),
    )


def session_ties(
    nodes: Sequence[Node], sessions: Sessions, settings: IntrusionSettings
) -> list[Tie]:
    """Logon sessions that at least two nodes ran in."""
    stars: dict[str, list[int]] = {}
    for index, node in enumerate(nodes):
        key = sessions.key(node)
        if key:
            stars.setdefault(key, []).append(index)
    return [
        Tie(
            "session",
            f"same logon session 0x{nodes[star[0]].session}",
            tuple(star),
            bits=settings.session_bits,
        )
        for key, star in sorted(stars.items())
        if len(star) > 1
    ]


def movement_ties(moves: Iterable[tuple[Move, float]]) -> list[Tie]:
    """Logons that lead from a node to a node, each with its bits."""
    return [
        Tie(
            "movement",
            f"logon of {move.logon.account} from {move.logon.source} to {move.logon.host}"
            + (f", a way first taken after the attack on {move.logon.source}" * move.new_way),
            (move.source, move.target),
            bits=bits,
        )
        for move, bits in moves
    ]


def value_ties(
    holders: Mapping[tuple[str, str], Sequence[int]],
    days: Mapping[tuple[str, str], frozenset[tuple[str, int]]],
    host_days: int,
    settings: IntrusionSettings,
) -> list[Tie]:
    """Values that at least two nodes hold and that are rare enough in the estate.

    Args:
        holders: nodes by (kind, text).
        days: the host-days of the whole estate by (kind, text).
        host_days: host-days of the organisation.
        settings: bounds and caps.
    """
    bound = max(settings.common_floor, settings.common_share * host_days)
    ties = []
    for (name, text), members in sorted(holders.items()):
        kind, seen = _KINDS[name], days.get((name, text), frozenset())
        if len(members) < 2 or (kind.family != "account" and len(seen) > bound):
            continue
        words = f"{kind.words} {text if len(text) <= _SHOWN else text[:_SHOWN] + '…'}"
        cap = _cap(kind, settings)
        ties.append(Tie(kind.family, words, tuple(members), cap=cap, days=seen))
    return ties


def _cap(kind: Kind, settings: IntrusionSettings) -> float:
    if kind.name in ("hash", "encoded"):
        return settings.hash_cap_bits
    return {
        "artefact": settings.artefact_cap_bits,
        "network": settings.network_cap_bits,
        "account": settings.account_cap_bits,
    }[kind.family]
