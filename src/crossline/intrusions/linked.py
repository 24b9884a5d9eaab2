"""Events on which no rule fired but which tie a story together: starts, logons, movement."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from crossline.intrusions.movement import Move
from crossline.intrusions.nodes import Node
from crossline.intrusions.processes import Birth, Births, kinship
from crossline.intrusions.sessions import Logon, Sessions
from crossline.intrusions.stories import Story
from crossline.settings import IntrusionSettings

__all__ = ["Linked", "linked_events"]


@dataclass(frozen=True, slots=True)
class Linked:
    """An undetected event of a story."""

    event_id: str
    host: str
    account: str
    time: int
    reason: str
    bits: float
    step: str


def linked_events(
    story: Story,
    nodes: Sequence[Node],
    births: Births,
    sessions: Sessions,
    moves: Iterable[tuple[Move, float]],
    settings: IntrusionSettings,
) -> list[Linked]:
    """The undetected events of a story, each once, the strongest reason first kept.

    Args:
        story: the story.
        nodes: all detected events of the organisation.
        births: process starts by key.
        sessions: openings of sessions.
        moves: logons between nodes, each with the bits of the link.
        settings: weights.
    """
    detected = {node.event_id for node in story.nodes}
    found: dict[str, Linked] = {}
    for linked in (
        *_movements(story, nodes, moves),
        *_starts(story, births, settings),
        *_openings(story, sessions, settings),
    ):
        if linked.event_id not in detected:
            found.setdefault(linked.event_id, linked)
    return sorted(found.values(), key=lambda linked: (linked.time, linked.event_id))


def _movements(
    story: Story, nodes: Sequence[Node], moves: Iterable[tuple[Move, float]]
) -> Iterator[Linked]:
    inside = {node.event_id for node in story.nodes}
    for move, bits in moves:
        if {nodes[move.source].event_id, nodes[move.target].event_id} <= inside:
            logon = move.logon
            words = f"{logon.account} logged on to {logon.host} from {logon.source}"
            reason = f"ties the events on {logon.source} to those on {logon.host}"
            yield _of_logon(logon, reason, bits, words)


def _starts(story: Story, births: Births, settings: IntrusionSettings) -> Iterator[Linked]:
    """Starts of the processes that the detected events happened in or descend from together."""
    found: dict[str, tuple[Birth, dict[str, int]]] = {}
    for node in story.nodes:
        time = node.time
        for kin in kinship(node, births, settings.generations):
            birth = births.of(node.organisation, node.machine, kin.process, time)
            if birth:
                time = birth.time
                _, below = found.setdefault(birth.event_id, (birth, {}))
                below[node.event_id] = kin.generation
    for birth, below in found.values():
        nearest = min(below.values())
        if nearest == 0 or len(below) > 1:
            yield _of_birth(birth, nearest, len(below), settings)


def _of_birth(birth: Birth, generation: int, below: int, settings: IntrusionSettings) -> Linked:
    base = settings.process_bits if birth.process.guid else settings.process_id_bits
    events = f"{below} detected events" if below > 1 else "one detected event"
    parent = f", started by {birth.parent.program}" if birth.parent.program else ""
    return Linked(
        birth.event_id,
        birth.host,
        birth.account,
        birth.time,
        f"started the process that {events} happened in or below",
        max(0.0, base - settings.generation_bits * generation),
        f"{birth.process.program or 'a process'} started{parent}",
    )


def _openings(story: Story, sessions: Sessions, settings: IntrusionSettings) -> Iterator[Linked]:
    """Logons that opened a session of the story: from another machine, or of several events."""
    inside: dict[str, list[Node]] = {}
    for node in story.nodes:
        inside.setdefault(sessions.key(node), []).append(node)
    for key, nodes in inside.items():
        opening = sessions.opening(nodes[0]) if key else None
        if opening and (len(nodes) > 1 or opening.source):
            events = f"{len(nodes)} detected events" if len(nodes) > 1 else "one detected event"
            reason = f"opened the logon session 0x{opening.session} of {events}"
            source = f" from {opening.source}" if opening.source else ""
            words = f"{opening.account} logged on to {opening.host}{source}"
            yield _of_logon(opening, reason, settings.session_bits, words)


def _of_logon(logon: Logon, reason: str, bits: float, step: str) -> Linked:
    return Linked(logon.event_id, logon.recorded_on, logon.account, logon.time, reason, bits, step)
