"""Stories as rows of the tables `intrusions`, `intrusion_events` and `unlinked`."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from crossline.intrusions.estate import DAY_US, Estate
from crossline.intrusions.linked import Linked
from crossline.intrusions.nodes import Node
from crossline.intrusions.stories import Story
from crossline.intrusions.titles import step_of, technique_of, title_of
from crossline.intrusions.values import people
from crossline.settings import IntrusionSettings
from crossline.tables import TABLES

__all__ = ["Told", "event_rows", "intrusion_rows", "unlinked_rows"]

# A score this far above the bar, from two kinds of act, seen on two machines or in two kinds of
# log, does not rest on one rule or one source.
_MODERATE_ABOVE_BITS = 6.0


@dataclass(frozen=True, slots=True)
class Told:
    """A story with the undetected events that tie it together."""

    story: Story
    linked: tuple[Linked, ...]

    def with_more(self, events: Iterable[Linked], detected: Container[str]) -> "Told":
        """The same with these too, where they are in it not yet and detected in no story."""
        known = {event.event_id for event in self.linked}
        more = [e for e in events if e.event_id not in known and e.event_id not in detected]
        return Told(self.story, (*self.linked, *more))


def intrusion_rows(
    told: Iterable[Told],
    estate: Estate,
    blind: Mapping[tuple[str, str], str],
    exercises: Container[str],
    settings: IntrusionSettings,
) -> pa.Table:
    """Rows of `intrusions`; the probability is null, as nothing here is calibrated.

    Args:
        told: the stories.
        estate: when each machine was last heard of.
        blind: by (organisation, machine) the last month in which a log of it was silent or partial.
        exercises: detections that a declared exercise explains.
        settings: bounds.
    """
    rows = []
    for one in told:
        story, nodes = one.story, one.story.nodes
        machines = list(dict.fromkeys(node.machine for node in nodes if node.machine))
        detections = sorted({fired.detection_id for node in nodes for fired in node.fired})
        first = min([nodes[0].time, *(event.time for event in one.linked)])
        last = max([nodes[-1].time, *(event.time for event in one.linked)])
        rows.append(
            {
                "intrusion_id": story.intrusion_id,
                "organisation": story.organisation,
                "first_seen": first,
                "last_seen": last,
                "status": _status(story.organisation, machines, last, estate, blind, settings),
                "probability": None,
                "confidence": _confidence(story, settings),
                "title": title_of(
                    story, machines or ["an unnamed host"], _is_exercise(detections, exercises)
                ),
                "score_bits": round(story.score.bits, 2),
                "hosts": _host_names(nodes),
                "accounts": _accounts(nodes),
                "techniques": list(
                    dict.fromkeys(
                        technique
                        for node in nodes
                        for fired in node.fired
                        for technique in fired.techniques
                    )
                ),
                "rests_on": detections + sorted(event.event_id for event in one.linked),
            }
        )
    return pa.Table.from_pylist(rows, TABLES["intrusions"].schema)


def event_rows(told: Iterable[Told]) -> pa.Table:
    """Rows of `intrusion_events`: the detected events, then those that tie them together."""
    rows = []
    for one in told:
        identity = one.story.intrusion_id
        for node, joined in zip(one.story.nodes, one.story.joined, strict=True):
            detections = sorted(fired.detection_id for fired in node.fired)
            rows.append(
                {
                    "intrusion_id": identity, "event_id": node.event_id, "role": "detected",
                    "technique": technique_of(node.fired), "host": node.host or None,
                    "account": node.account or None, "link_reason": joined.reason,
                    "link_bits": None if joined.bits is None else round(joined.bits, 2),
                    "time": node.time, "step": step_of(node.fired),
                    "rests_on": [node.event_id, *detections],
                }
            )  # fmt: skip
        rows += [
            {
                "intrusion_id": identity, "event_id": event.event_id, "role": "linked",
                "technique": None, "host": event.host or None, "account": event.account or None,
                "link_reason": event.reason, "link_bits": round(event.bits, 2),
                "time": event.time, "step": event.step, "rests_on": [event.event_id],
            }
            for event in one.linked
        ]  # fmt: skip
    return pa.Table.from_pylist(rows, TABLES["intrusion_events"].schema)


def unlinked_rows(lacking: Mapping[str, tuple[str, float | None]]) -> pa.Table:
    """Rows of `unlinked` from the reason and the group's bits of each detection."""
    rows = [
        {
            "detection_id": detection, "reason": reason,
            "group_bits": None if bits is None else round(bits, 2), "rests_on": [detection],
        }
        for detection, (reason, bits) in lacking.items()
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, TABLES["unlinked"].schema)


def _status(
    organisation: str,
    machines: Sequence[str],
    last: int,
    estate: Estate,
    blind: Mapping[tuple[str, str], str],
    settings: IntrusionSettings,
) -> str:
    """Open near the end of the logs; closed only if its machines were watched on; else unknown."""
    window = int(settings.open_d * DAY_US)
    if estate.last_of(organisation) - last <= window:
        return "open"
    month = _month(last)
    watched = all(
        estate.last.get((organisation, machine), 0) - last > window
        and blind.get((organisation, machine), "") < month
        for machine in machines
    )
    return "closed" if machines and watched else "unknown"


def _is_exercise(detections: Sequence[str], exercises: Container[str]) -> bool:
    """Whether an exercise explains most of a story; less may be an intruder who came along."""
    return 2 * sum(detection in exercises for detection in detections) > len(detections)


def _month(time: int) -> str:
    return str(pa.scalar(time, pa.timestamp("us")))[:7]


def _confidence(story: Story, settings: IntrusionSettings) -> str:
    places = {node.machine for node in story.nodes}
    formats = {node.format for node in story.nodes}
    strong = story.score.bits >= settings.report_bits + _MODERATE_ABOVE_BITS
    many = len(story.score.acts) > 1 and max(len(places), len(formats)) > 1
    return "moderate" if strong and many else "low"


def _host_names(nodes: Sequence[Node]) -> list[str]:
    """Each machine under the fullest name that the logs give it, in order of appearance."""
    names: dict[str, str] = {}
    for node in nodes:
        if node.machine:
            now = names.get(node.machine, "")
            names[node.machine] = max(now, node.host, key=lambda name: (len(name), name))
    return list(names.values())


def _accounts(nodes: Sequence[Node]) -> list[str]:
    """Accounts of people in order of appearance, each under its fullest name."""
    users = people(node.account for node in nodes)
    names: dict[str, str] = {}
    for account in (node.account for node in nodes if node.account in users):
        now = names.get(users[account], "")
        names[users[account]] = max(now, account, key=lambda name: (len(name), name))
    return list(names.values())
