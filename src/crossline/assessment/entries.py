"""The way in of each intrusion: vectors with probability and rivals (Q6)."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyarrow as pa

from crossline.assessment.origins import Origins, is_foreign
from crossline.assessment.story_events import Story, StoryEvent
from crossline.assessment.vocabulary import Hole, holes
from crossline.settings import AssessmentSettings
from crossline.tables import TABLES

__all__ = ["Entry", "entries_of", "entry_rows"]

_PHISHING = ("T1566", "T1137", "T1204")
_EXPLOIT = ("T1190",)
_WEB_SHELL = ("T1505.003",)
_REMOTE = frozenset({"radius", "winsec", "linux_auth", "teleport", "httpproxy"})
_WEB = frozenset({"iis", "httpproxy", "webaccess", "zeek_http"})
# Formats in which people work under their own account inside an application.
_APPLICATIONS = frozenset({"crm", "ora_csv", "ora_sys", "pgaudit", "mml"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One way in that was considered, with its weight in bits before they become probabilities."""

    vector: str
    bits: float
    event: StoryEvent | None = None
    supplier: str | None = None
    parent: str | None = None
    hole: Hole | None = None


def entries_of(
    story: Story,
    earlier: Sequence[Story],
    origins: Origins,
    log_start: datetime,
    settings: AssessmentSettings,
) -> list[tuple[Entry, float]]:
    """The ways in of a story with their probabilities, likeliest first; they sum to 1.

    The weights are reasoned, not fitted: 2 to the power of an entry's bits, shared out over all
    entries, `unknown` always among them.

    Args:
        story: the intrusion.
        earlier: other stories of the same organisation or of its suppliers.
        origins: accounts and addresses of suppliers.
        log_start: time of the organisation's first event.
        settings: the window of the first events, and how near the start of the logs is too near.
    """
    opening = [
        event
        for event in story.events
        if event.time - story.first <= timedelta(hours=settings.entry_window_h)
    ]
    found = [
        *_exploit(opening),
        *_phishing(opening),
        *_supplier(story, opening, earlier, origins),
        *_valid_account(story, opening, origins),
        *_other_intrusion(story, opening, earlier),
        _unknown(story, log_start, settings),
    ]
    best: dict[str, Entry] = {}
    for entry in found:
        if entry.vector not in best or entry.bits > best[entry.vector].bits:
            best[entry.vector] = entry
    total = sum(math.exp2(entry.bits) for entry in best.values())
    shares = [(entry, math.exp2(entry.bits) / total) for entry in best.values()]
    return sorted(shares, key=lambda pair: (-pair[1], pair[0].vector))


def entry_rows(entries: Mapping[str, Sequence[tuple[Entry, float]]]) -> pa.Table:
    """Rows of `entries` from the ways in by intrusion."""
    rows = [
        {
            "intrusion_id": intrusion,
            "vector": entry.vector,
            "probability": round(share, 4),
            "before_disclosure": _before(entry),
            "event_id": entry.event.event_id if entry.event else None,
            "supplier": entry.supplier,
            "parent_intrusion_id": entry.parent,
            "rests_on": [entry.event.event_id if entry.event else intrusion],
        }
        for intrusion, found in entries.items()
        for entry, share in found
    ]
    return pa.Table.from_pylist(rows, TABLES["entries"].schema)


def _before(entry: Entry) -> bool | None:
    if entry.hole is None or entry.event is None:
        return None
    return entry.event.time.date() < entry.hole.public


def _tagged(event: StoryEvent, techniques: Iterable[str]) -> bool:
    return event.technique is not None and event.technique.startswith(tuple(techniques))


def _hole(event: StoryEvent) -> Hole | None:
    return next(
        (h for h in holes() if h.fits(event.format, event.code, event.technique, event.fields)),
        None,
    )


def _exploit(opening: Sequence[StoryEvent]) -> Iterable[Entry]:
    """A hole's own traces weigh most, a rule's tag less, a web shell from outside least."""
    for place, event in enumerate(opening):
        late = min(place, 4) * 0.25
        hole = _hole(event) if event.format in _WEB else None
        if hole:
            yield Entry("exploit", 8.0 - late, event, hole=hole)
        elif _tagged(event, _EXPLOIT):
            yield Entry("exploit", 7.0 - late, event)
        elif _tagged(event, _WEB_SHELL):
            yield Entry("exploit", 3.0 - late, event)


def _phishing(opening: Sequence[StoryEvent]) -> Iterable[Entry]:
    for place, event in enumerate(opening):
        if _tagged(event, _PHISHING):
            yield Entry("phishing", 7.0 - min(place, 4) * 0.25, event)


def _supplier(
    story: Story, opening: Sequence[StoryEvent], earlier: Sequence[Story], origins: Origins
) -> Iterable[Entry]:
    """A supplier's account or address on the first events; its own intrusion is the parent."""
    for place, event in enumerate(opening):
        supplier = origins.supplier_of(story.organisation, event)
        if supplier is None:
            continue
        parent = next(
            (each.intrusion_id for each in earlier if each.organisation == supplier), None
        )
        yield Entry("supplier", 7.5 - min(place, 6) * 0.25 + (1.0 if parent else 0.0), event,
                    supplier=supplier, parent=parent)  # fmt: skip


def _valid_account(
    story: Story, opening: Sequence[StoryEvent], origins: Origins
) -> Iterable[Entry]:
    """A logon from outside under the organisation's own account, or work inside an application."""
    for place, event in enumerate(opening):
        if origins.supplier_of(story.organisation, event):
            continue
        late = min(place, 8) * 0.25
        if event.format in _REMOTE and event.account and _from_outside(event):
            yield Entry("valid_account", 5.5 - late, event)
        elif _tagged(event, ("T1110",)):
            yield Entry("valid_account", 5.0 - late, event)
    if {event.format for event in story.events} <= _APPLICATIONS:
        yield Entry("valid_account", 6.0, story.events[0])


def _from_outside(event: StoryEvent) -> bool:
    source = event.first(
        "Calling-Station-Id", "CallingStationId", "IpAddress", "ClientIpAddress", "addr.remote"
    )
    return is_foreign(source)


def _other_intrusion(
    story: Story, opening: Sequence[StoryEvent], earlier: Sequence[Story]
) -> Iterable[Entry]:
    """The first requests go to a page that an earlier story of the same organisation used."""
    for place, event in enumerate(opening[:8]):
        page = event.first("cs-uri-stem", "UrlStem", "uri") if event.format in _WEB else ""
        if not page:
            continue
        for other in earlier:
            if other.organisation == story.organisation and _used_before(other, page, event):
                yield Entry("other_intrusion", 8.5 - place * 0.5, event, parent=other.intrusion_id)


def _used_before(other: Story, page: str, event: StoryEvent) -> bool:
    return any(
        each.time < event.time
        and each.format in _WEB
        and each.first("cs-uri-stem", "UrlStem", "uri") == page
        and _tagged(each, _WEB_SHELL)
        for each in other.events
    )


def _unknown(story: Story, log_start: datetime, settings: AssessmentSettings) -> Entry:
    near = story.first - log_start <= timedelta(days=settings.entry_censored_d)
    return Entry("unknown", 5.0 if near else 3.0)
