"""Which hosts and crown jewels each intrusion reached, tried, or had in reach (Q7)."""

from collections.abc import Iterable, Iterator

import pyarrow as pa

from crossline.assessment.assets import Assets
from crossline.assessment.shown import PRIVILEGES, Shown
from crossline.assessment.story_events import Story
from crossline.tables import TABLES

__all__ = ["reach_rows"]

_MOST_EVENTS = 20
# What an administrator of the domain can log on to, by the way such estates are built.
_UNDER_THE_DOMAIN = ("domain", "mail", "backup")


def reach_rows(stories: Iterable[tuple[Story, tuple[Shown, ...]]], assets: Assets) -> pa.Table:
    """Rows of `reach`.

    `reached` and `attempted` rest on events of the story; `reachable` hosts were not seen touched,
    but the story holds the domain that they belong to.
    """
    rows = [row for story, shown in stories for row in _rows(story, shown, assets)]
    return pa.Table.from_pylist(rows, TABLES["reach"].schema)


def _rows(story: Story, shown: tuple[Shown, ...], assets: Assets) -> Iterator[dict[str, object]]:
    by_host: dict[str, list[Shown]] = {}
    for each in shown:
        by_host.setdefault(each.host, []).append(each)
    for host, acts in sorted(by_host.items()):
        done = [each for each in acts if each.act.outcome == "reached"]
        telling = done or acts
        privilege = max((each.privilege for each in telling), key=PRIVILEGES.index)
        top = [each for each in telling if each.privilege == privilege]
        yield {
            "intrusion_id": story.intrusion_id,
            "organisation": story.organisation,
            "host": host,
            "asset_class": telling[0].asset_class,
            "status": "reached" if done else "attempted",
            "privilege": privilege,
            "first_time": telling[0].event.time,
            "last_time": telling[-1].event.time,
            "rests_on": _ids([*top, *telling]),
        }
    yield from _in_reach(story, shown, set(by_host), assets)


def _in_reach(
    story: Story, shown: tuple[Shown, ...], touched: set[str], assets: Assets
) -> Iterator[dict[str, object]]:
    holding = [
        each
        for each in shown
        if each.privilege == "admin" and "domain" in (each.asset_class, each.act.asset_class)
    ]
    if not holding:
        return
    for asset_class in _UNDER_THE_DOMAIN:
        for host in assets.of_class(story.organisation, asset_class):
            if host not in touched:
                yield {
                    "intrusion_id": story.intrusion_id,
                    "organisation": story.organisation,
                    "host": host,
                    "asset_class": asset_class,
                    "status": "reachable",
                    "privilege": "none",
                    "first_time": holding[0].event.time,
                    "last_time": None,
                    "rests_on": _ids(holding),
                }


def _ids(shown: Iterable[Shown]) -> list[str]:
    return sorted(list(dict.fromkeys(each.event.event_id for each in shown))[:_MOST_EVENTS])
