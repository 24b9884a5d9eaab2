"""What each supplier opened: observed, usable and contractual paths over time (Q6)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from crossline.assessment.entries import Entry
from crossline.assessment.origins import Access, Origins
from crossline.assessment.story_events import Story, StoryEvent
from crossline.store import Tables, select
from crossline.tables import TABLES

__all__ = ["last_good_uses", "supplier_rows"]

_MOST_EVENTS = 20
_NO_ACCOUNT = ""

# The last use of a supplier's account before its first hostile one, outside all stories: until then
# the account may still have been in the right hands.
_USES = """
SELECT organisation, account, list(time ORDER BY time) AS times
FROM (
    SELECT organisation, time,
           unnest(list_intersect(
               list_transform(map_values(fields), lambda value: lower(value)), $accounts
           )) AS account
    FROM events
    WHERE time IS NOT NULL AND event_id NOT IN (SELECT event_id FROM hostile)
)
GROUP BY organisation, account ORDER BY organisation, account
"""


@dataclass(frozen=True, slots=True)
class _Use:
    """A supplier's account or network in the events of one story."""

    story: Story
    account: str
    events: tuple[StoryEvent, ...]


def last_good_uses(
    tables: Tables, origins: Origins, stories: Iterable[Story]
) -> Mapping[tuple[str, str], Sequence[datetime]]:
    """By (organisation, account in lower case) the times at which it was used outside stories."""
    accounts = sorted({each.account.lower() for each in origins.access if each.account})
    if not accounts:
        return {}
    hostile = sorted({event.event_id for story in stories for event in story.events})
    found = select(
        {
            "events": tables.dataset("events"),
            "hostile": pa.table({"event_id": pa.array(hostile, pa.string())}),
        },
        _USES,
        {"accounts": accounts},
    ).to_pylist()
    return {(row["organisation"], row["account"]): row["times"] for row in found}


def supplier_rows(
    stories: Sequence[Story],
    entries: Mapping[str, Sequence[tuple[Entry, float]]],
    origins: Origins,
    good: Mapping[tuple[str, str], Sequence[datetime]],
    data: tuple[datetime | None, datetime | None],
) -> pa.Table:
    """Rows of `supplier_paths`.

    The tiers are nested. `observed`: a story used the supplier's account or network there.
    `usable`: an account that was misused is valid there, or, where the supplier itself was broken
    into, any of its accounts. `contractual`: it has access there by contract.

    Args:
        stories: all intrusions.
        entries: ways in by intrusion.
        origins: the suppliers' access.
        good: uses outside stories, from `last_good_uses`.
        data: times of the first and the last event of the case; they bound open periods.
    """
    data_start, data_end = data
    rows: list[dict[str, object]] = []
    for supplier in sorted({each.supplier for each in origins.access} | set(origins.networks)):
        uses = [use for story in stories for use in _uses(supplier, story, origins)]
        own = [story for story in stories if story.organisation == supplier]
        if not uses and not own:
            continue
        window = _compromised(uses, own, good, _opened(supplier, uses, origins) or data_start)
        rows += _observed(supplier, uses, entries, window)
        rows += _open_to_it(supplier, uses, own, origins, window, data_end)
    return pa.Table.from_pylist(rows, TABLES["supplier_paths"].schema)


def _uses(supplier: str, story: Story, origins: Origins) -> Iterator[_Use]:
    if story.organisation == supplier:
        return
    by_account: dict[str, list[StoryEvent]] = {}
    for event in story.events:
        if origins.supplier_of(story.organisation, event) == supplier:
            by_account.setdefault(_named(supplier, story, event, origins), []).append(event)
    for account, events in sorted(by_account.items()):
        yield _Use(story, account, tuple(events))


def _named(supplier: str, story: Story, event: StoryEvent, origins: Origins) -> str:
    """The account as `supplier_access.csv` spells it, if the event names one of them."""
    values = {value.rpartition("\\")[2].lower() for value in event.fields.values()}
    values.add(event.account.rpartition("\\")[2].lower())
    known = origins.accounts_of(supplier, story.organisation)
    return next((each.account for each in known if each.account.lower() in values), _NO_ACCOUNT)


def _compromised(
    uses: Sequence[_Use],
    own: Sequence[Story],
    good: Mapping[tuple[str, str], Sequence[datetime]],
    opened: datetime | None,
) -> tuple[datetime | None, datetime]:
    """(earliest, latest) start of the supplier's compromise.

    Latest: the first hostile act seen at it or through it. Earliest: the last use of the account
    before that outside all stories; where none is in the logs, when the access was opened or the
    logs begin.
    """
    first_use = min((use.events[0].time for use in uses), default=None)
    first_own = min((story.first for story in own), default=None)
    latest = min(time for time in (first_use, first_own) if time is not None)
    before = [
        time
        for use in uses
        for time in good.get((use.story.organisation, use.account.lower()), ())
        if time < latest
    ]
    return max(before, default=opened), latest


def _observed(
    supplier: str,
    uses: Sequence[_Use],
    entries: Mapping[str, Sequence[tuple[Entry, float]]],
    window: tuple[datetime | None, datetime],
) -> Iterator[dict[str, object]]:
    for use in uses:
        shares = [
            share
            for entry, share in entries.get(use.story.intrusion_id, ())
            if entry.supplier == supplier
        ]
        yield _row(
            supplier, use.story.organisation, use.story.intrusion_id, "observed", use.account,
            (use.events[0].time, use.events[-1].time), max(shares, default=0.5), window,
            [event.event_id for event in use.events],
        )  # fmt: skip


def _opened(supplier: str, uses: Sequence[_Use], origins: Origins) -> datetime | None:
    """When the first of the misused accounts was opened, if `supplier_access.csv` says so."""
    used = {use.account for use in uses}
    starts = [
        each.valid_from
        for each in origins.access
        if each.supplier == supplier and each.account in used and each.valid_from
    ]
    return min(starts, default=None)


def _open_to_it(
    supplier: str,
    uses: Sequence[_Use],
    own: Sequence[Story],
    origins: Origins,
    window: tuple[datetime | None, datetime],
    data_end: datetime | None,
) -> Iterator[dict[str, object]]:
    """Access that the intruder could have used from the supplier, seen used or not."""
    stolen = {use.account for use in uses} - {_NO_ACCOUNT}
    source = own[0] if own else min(uses, key=lambda use: use.events[0].time).story
    for access in sorted(
        origins.access, key=lambda each: (each.organisation, each.account, each.path)
    ):
        if access.supplier != supplier:
            continue
        period = _valid_since(access, window[1], data_end)
        tiers = ["contractual"]
        if period and access.account and (own or access.account in stolen):
            tiers.append("usable")
        for tier in tiers:
            yield _row(
                supplier, access.organisation, source.intrusion_id, tier, access.account,
                period or (access.valid_from, access.valid_to), None, window,
                [source.intrusion_id],
            )  # fmt: skip


def _valid_since(
    access: Access, since: datetime, data_end: datetime | None
) -> tuple[datetime, datetime | None] | None:
    begins = max(access.valid_from or since, since)
    ends = access.valid_to or data_end
    return None if ends is not None and ends <= begins else (begins, ends)


def _row(
    supplier: str,
    organisation: str,
    intrusion: str,
    tier: str,
    account: str,
    period: tuple[datetime | None, datetime | None],
    probability: float | None,
    window: tuple[datetime | None, datetime],
    rests_on: Sequence[str],
) -> dict[str, object]:
    return {
        "supplier": supplier,
        "organisation": organisation,
        "intrusion_id": intrusion,
        "tier": tier,
        "account": account,
        "from_time": period[0],
        "to_time": period[1],
        "probability": None if probability is None else round(probability, 4),
        "supplier_compromised_from_earliest": window[0],
        "supplier_compromised_from_latest": window[1],
        "rests_on": sorted(list(dict.fromkeys(rests_on))[:_MOST_EVENTS]),
    }
