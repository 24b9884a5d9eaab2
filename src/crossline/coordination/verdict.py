"""What may be said from weighed evidence: whether the leaders are separated, and by what."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

__all__ = ["Verdict", "verdict", "without"]

_LIKELY = 0.55
"""ICD 203: below it, no relation is likely."""

_TELL_BITS = 1.0
"""The evidence must separate the leader from its runner-up by so much; one item that outdoes
every rival by so much is a tell (reasoned, not validated)."""

_CAP_WITHOUT_TELL = 0.9
"""No relation is surer than this unless one item tells it from every rival (the dossier's rule)."""


_CAP = 0.97
"""Reasoned and fitted weights alike are not surer than this."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Probabilities after the caps; `cannot_tell` where the leaders are not separated.

    `decisive` is the item without which the leader would lose most, `moves` by how much its
    probability would fall (below 0: rise).
    """

    probabilities: Mapping[str, float]
    cannot_tell: bool
    leader: str
    runner_up: str
    decisive: str | None
    moves: float


def without(probabilities: Mapping[str, float], bits: Mapping[str, float]) -> dict[str, float]:
    """The probabilities with one item's bits taken out again."""
    rest = {name: p * 2 ** -bits[name] for name, p in probabilities.items()}
    total = sum(rest.values())
    return {name: p / total for name, p in rest.items()}


def verdict(
    probabilities: Mapping[str, float],
    bits: Mapping[str, Mapping[str, float]],
    families: Mapping[str, str],
    proven: Collection[str] | None = None,
) -> Verdict:
    """Judge weighed evidence.

    Args:
        probabilities: The relations' probabilities.
        bits: Each item's bits for each relation.
        families: The line of evidence each item belongs to.
        proven: Items that chance does not explain; all where not given. Only they make lines.

    Returns:
        The verdict. "Likely" needs two independent lines for the leader, or one item that outdoes
        every rival by itself; else the leader is held below likely and `cannot_tell` is true.
    """
    ranked = sorted(probabilities, key=lambda name: (-probabilities[name], name))
    leader, runner_up = ranked[0], ranked[1]

    def gain(item: str, rival: str) -> float:
        return bits[item][leader] - bits[item][rival]

    shown = [item for item in sorted(bits) if proven is None or item in proven]
    separated = sum(gain(item, runner_up) for item in sorted(bits)) >= _TELL_BITS
    lines = {families[item] for item in shown if gain(item, runner_up) > 0}
    alone = any(all(gain(item, r) >= _TELL_BITS for r in ranked[1:]) for item in shown)
    moved = {
        item: probabilities[leader] - without(probabilities, bits[item])[leader]
        for item in sorted(bits)
    }
    decisive = max(moved, key=lambda item: (abs(moved[item]), item)) if moved else None
    open_question = (
        probabilities[leader] < _LIKELY or not separated or (len(lines) < 2 and not alone)
    )
    cap = _LIKELY - 0.01 if open_question else _CAP_WITHOUT_TELL if not alone else _CAP
    return Verdict(
        probabilities=_capped(probabilities, leader, cap),
        cannot_tell=open_question,
        leader=leader,
        runner_up=runner_up,
        decisive=decisive,
        moves=moved[decisive] if decisive else 0.0,
    )


def _capped(probabilities: Mapping[str, float], leader: str, cap: float) -> dict[str, float]:
    """The leader held to `cap`; what it loses goes to the others in proportion."""
    top = probabilities[leader]
    if top <= cap:
        return dict(probabilities)
    rest = (1 - cap) / (1 - top)
    return {name: cap if name == leader else p * rest for name, p in probabilities.items()}
