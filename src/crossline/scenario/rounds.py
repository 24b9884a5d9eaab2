"""Whom each round of questions asks for: watch lists, who keeps whom, and the filling up.

Worked out on the specification's own days, so that no other seed changes who was asked.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import cache

from crossline.scenario.content import table
from crossline.scenario.days import month_of
from crossline.scenario.plot import WORLDS, Step, plot

__all__ = ["asked", "rounds"]

_MOST = 6
"""A round asks for no more subscribers than this, the oldest first."""

Rounds = Mapping[str, tuple[str, ...]]
"""The subscribers (W01 ...) of each step that asks, by the step's id; repeated: asked again."""


@cache
def rounds(world: str) -> Rounds:
    """Whom each step of a world asks for, filled up so that no volume tells the world.

    Where an actor asks less than in the world where it asks most, it asks for its private
    subscribers again in rounds that it holds anyway.
    """
    found = dict(asked(world))
    steps = {step.id: step for step in plot(world)}
    for actor in table("worlds")[world]["watch"]:
        private = frozenset(_private(world, actor))
        own = [name for name in found if steps[name].actor == actor and private & set(found[name])]
        missing = max(_total(other, actor) for other in WORLDS) - _total(world, actor)
        for turn in range(missing):
            name = own[turn % len(own)]
            repeated = [who for who in asked(world)[name] if who in private]
            found[name] = (*found[name], repeated[turn // len(own) % len(repeated)])
    return found


def _total(world: str, actor: str) -> int:
    """How many questions after single subscribers an actor asks in a world."""
    steps = {step.id: step.actor for step in plot(world)}
    return sum(len(whom) for name, whom in asked(world).items() if steps[name] == actor)


@cache
def asked(world: str) -> Rounds:
    """Whom each step of a world asks for, before filling up.

    A step that names no subscribers asks for those of its actor's list whose watch has begun and
    whose records the operator has. Where the world's policy is `dedupe`, a subscriber is asked for
    at one operator in one month by the first actor only.
    """
    steps = [step for step in plot(world) if step.is_round]
    found = {step.id: step.named or _listed(world, step) for step in steps}
    if table("worlds")[world]["policy"] == "dedupe":
        return _each_by_one(world, steps, found)
    return found


def _listed(world: str, step: Step) -> tuple[str, ...]:
    if step.given.get("round") == "R":
        return ()
    seen_at = {row["id"]: row["seen_at"] for row in table("subscribers")["watched"]}
    begun = {
        who: day
        for who, day in table("worlds")[world]["watch"].get(step.actor, {}).items()
        if day <= step.day and step.organisation in seen_at[who]
    }
    return tuple(sorted(begun, key=lambda who: (begun[who], who))[:_MOST])


def _each_by_one(world: str, steps: Sequence[Step], found: Rounds) -> Rounds:
    """Leave each subscriber, operator and month to the actor who asks first."""
    first: dict[tuple[str, str, str], str] = {}
    kept: dict[str, tuple[str, ...]] = {}
    for step in sorted(steps, key=lambda step: (step.day, step.id)):
        month = month_of(step.day)
        mine = tuple(
            who
            for who in found[step.id]
            if first.setdefault((who, step.organisation, month), step.actor) == step.actor
        )
        if found[step.id] and not mine:
            mine = _instead(world, step)
        kept[step.id] = mine
    return kept


def _instead(world: str, step: Step) -> tuple[str, ...]:
    """The actor's private subscribers, those that the operator knows if any."""
    listed = [who for who in _listed(world, step) if who in _private(world, step.actor)]
    return tuple(listed or _private(world, step.actor))


def _private(world: str, actor: str) -> list[str]:
    """Subscribers on no other actor's list."""
    lists = table("worlds")[world]["watch"]
    on = Counter(who for watched in lists.values() for who in watched)
    return [who for who in lists.get(actor, {}) if on[who] == 1]


def pairs(world: str, *, same: bool, days: int) -> int:
    """Pairs of questions after one subscriber by two actors within some days of each other.

    Args:
        world: which.
        same: at the same operator; else at different ones.
        days: how far apart at most.
    """
    steps = {step.id: step for step in plot(world)}
    by_subscriber: dict[str, list[Step]] = defaultdict(list)
    for name, whom in asked(world).items():
        for who in whom:
            by_subscriber[who].append(steps[name])
    return sum(
        one.actor < other.actor
        and (one.organisation == other.organisation) == same
        and abs(one.day - other.day) <= days
        for whole in by_subscriber.values()
        for one in whole
        for other in whole
    )
