"""The truth of targets: who is watched, how often they were asked for, and whether logs show it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from crossline.scenario.content import table
from crossline.scenario.losses import Losses
from crossline.scenario.scene import Scene
from crossline.scenario.subscribers import Subscriber, pseudonym
from crossline.scenario.truth.events import Told

__all__ = ["targets"]

_DECOYS = {
    "prominent": "prominent",
    "court_order": "court_order",
    "fraud_suspects": "fraud_suspect",
    "staff_own": "staff_own",
    "victims": "victim",
}

Row = Mapping[str, Any]


@dataclass(slots=True)
class _Questions:
    """The questions after one person: by (step, kind of identity) and whether a log shows them."""

    times: list[datetime] = field(default_factory=list)
    actors: set[str] = field(default_factory=set)
    orgs: set[str] = field(default_factory=set)
    steps: set[str] = field(default_factory=set)
    shown: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    hidden_by: set[str] = field(default_factory=set)


def targets(scene: Scene, losses: Losses, told: Told) -> Iterator[Row]:
    """The rows of `truth_targets`: two for each watched person, then the decoys.

    A question counts as determinable where a record that was kept names the subscriber: in the
    step's own log, or in one that goes with it.
    """
    asked = _questions(losses, told)
    for who in table("subscribers")["watched"]:
        yield from _person(scene, who["id"], asked.get(who["id"], _Questions()))
    for org, of in scene.people.of.items():
        for group, kind in _DECOYS.items():
            for index in of.group(group):
                yield _decoy(scene, org, of.at(index), kind)


def _questions(losses: Losses, told: Told) -> Mapping[str, _Questions]:
    found: dict[str, _Questions] = defaultdict(_Questions)
    for outcome in told.plot:
        kind, why = _shown(losses, outcome)
        for who in outcome.truth.asked:
            entry = found[who]
            entry.times.append(outcome.true_time)
            entry.actors.add(outcome.truth.actor)
            entry.orgs.add(outcome.host.organisation.label)
            entry.steps.add(outcome.truth.step)
            if kind:
                entry.shown[kind].add(outcome.truth.step)
            else:
                entry.hidden_by.add(why)
    return found


def _shown(losses: Losses, outcome: Any) -> tuple[str, str]:
    """The kind of identity that a record shows, or empty and why it shows none."""
    if outcome.lost_to:
        return "", outcome.lost_to
    for loss in losses.of(outcome.host, outcome.log):
        holds = loss.start <= outcome.true_time < loss.end
        if holds and loss.kind == "statement_missing":
            return "", loss.id
        if holds and loss.kind == "param_missing" and outcome.truth.shows.startswith("bound"):
            return "", loss.id
    return outcome.truth.shows.removeprefix("bound "), ""


def _person(scene: Scene, who: str, asked: _Questions) -> Iterator[Row]:
    watched = table("worlds")[scene.world]["watch"]
    present = {step.actor for step in scene.steps}
    added = [
        scene.dates.moved(days[who])
        for actor, days in watched.items()
        if who in days and actor in present
    ]
    subscriber = scene.people.watched[who]
    for kind, digits in (("msisdn", subscriber.msisdn), ("imsi", subscriber.imsi)):
        yield {
            "world": scene.world,
            "subscriber_pseudonym": pseudonym(scene.key, kind, digits),
            "kind": kind,
            "person": who,
            "watched": bool(added),
            "actors": sorted(asked.actors),
            "orgs": sorted(asked.orgs),
            "first_query_utc": min(asked.times, default=None),
            "last_query_utc": max(asked.times, default=None),
            "n_queries": len(asked.steps),
            "n_determinable": len(asked.shown[kind]),
            "why_not_determinable": ";".join(sorted(asked.hidden_by)) or None,
            "added_day": min(added, default=None),
            "decoy_kind": None,
        }


def _decoy(scene: Scene, org: str, who: Subscriber, kind: str) -> Row:
    victims = table("subscribers")["insider_victims"]["organisation"]
    if kind == "victim":
        kind = "insider_victim" if org == victims else "sim_swap_victim"
    return {
        "world": scene.world,
        "subscriber_pseudonym": pseudonym(scene.key, "msisdn", who.msisdn),
        "kind": "msisdn",
        "person": None,
        "watched": False,
        "decoy_kind": kind,
    }
