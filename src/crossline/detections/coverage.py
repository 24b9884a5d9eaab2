"""Which logs were there, by host and month, and which techniques could therefore not be seen."""

import calendar
import itertools
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib import resources

import pyarrow as pa
import pyarrow.dataset as ds

from crossline.store import connect
from crossline.tables import TABLES

__all__ = ["coverage"]

# A log that begins on the first day of a month, or ends on its last, covers that month.
_A_DAY = timedelta(days=1)
_LONGEST_SILENCE_MONTHS = 24
_NEVER_BEFORE = datetime.max.replace(tzinfo=UTC)
_NEVER_AFTER = datetime.min.replace(tzinfo=UTC)
_SEEN = ("seen", "partial")

_QUERY = """
SELECT organisation, host, format, month, count(*) AS events, min(time) AS first, max(time) AS last,
       list(DISTINCT source_id ORDER BY source_id) AS sources
FROM events WHERE host IS NOT NULL AND month <> 'unknown'
GROUP BY ALL ORDER BY ALL
"""


@dataclass
class _Log:
    """One kind of log of one host: events and sources by month, first and last event."""

    events: dict[str, int] = field(default_factory=dict)
    sources: dict[str, list[str]] = field(default_factory=dict)
    first: datetime = _NEVER_BEFORE
    last: datetime = _NEVER_AFTER

    def state(self, month: str) -> str:
        """The state of this log in a month, as `tables/` defines it."""
        if month in self.events:
            begins, ends = _borders(month)
            late = self.first > begins + _A_DAY and self.first.strftime("%Y-%m") == month
            early = self.last < ends - _A_DAY and self.last.strftime("%Y-%m") == month
            return "partial" if late or early else "seen"
        if not self.events:
            return "never"
        return "silent" if min(self.events) < month < max(self.events) else "unknown"

    def around(self, month: str) -> list[str]:
        """The sources between which an empty month lies: the last before it, the first after."""
        before = max((each for each in self.sources if each < month), default=None)
        after = min((each for each in self.sources if each > month), default=None)
        found = {self.sources[before][-1]} if before else set()
        return sorted(found | ({self.sources[after][0]} if after else set()))


_Logs = dict[str, dict[str, _Log]]


def coverage(events: ds.Dataset, techniques: Mapping[str, frozenset[str]]) -> pa.Table:
    """The table `coverage`.

    Args:
        events: the table `events`.
        techniques: for each log format the ATT&CK techniques that the loaded rules look for in it.
    """
    schema = TABLES["coverage"].schema
    parts = [schema.empty_table()]
    for organisation, hosts in sorted(_logs(events).items()):
        rows = list(_rows_of(organisation, hosts, techniques))
        parts.append(pa.Table.from_pylist(rows, schema))
    return pa.concat_tables(parts)


def _logs(events: ds.Dataset) -> dict[str, _Logs]:
    """Logs by organisation, host and format; formats that a host should have but has not, too."""
    found: dict[str, _Logs] = defaultdict(lambda: defaultdict(lambda: defaultdict(_Log)))
    for row in connect({"events": events}).sql(_QUERY).to_arrow_table().to_pylist():
        organisation, host, kind, month, count, first, last, sources = row.values()
        log = found[organisation][host][kind]
        log.events[month], log.sources[month] = count, sources
        log.first, log.last = min(log.first, first), max(log.last, last)
    for hosts in found.values():
        for logs in hosts.values():
            for family in _expected().values():
                if not logs.keys().isdisjoint(family):
                    for kind in family:
                        logs[kind]
    return found


def _rows_of(
    organisation: str, hosts: _Logs, techniques: Mapping[str, frozenset[str]]
) -> Iterator[dict[str, object]]:
    months = _months([log for logs in hosts.values() for log in logs.values() if log.events])
    blind = _blind(techniques)
    for host, logs in sorted(hosts.items()):
        nearest = next(min(log.sources.items())[1][:1] for log in logs.values() if log.sources)
        for month in months:
            states = {kind: log.state(month) for kind, log in logs.items()}
            seen = frozenset(kind for kind, state in states.items() if state in _SEEN)
            for kind, log in sorted(logs.items()):
                yield {
                    "organisation": organisation,
                    "host": host,
                    "month": month,
                    "format": kind,
                    "state": states[kind],
                    "events": log.events.get(month, 0),
                    "techniques_blind": [] if kind in seen else blind(kind, seen),
                    "rests_on": log.sources.get(month) or log.around(month) or nearest,
                }


def _blind(techniques: Mapping[str, frozenset[str]]):  # type: ignore[no-untyped-def]
    @cache
    def blind(kind: str, seen: frozenset[str]) -> list[str]:
        visible = frozenset().union(*(techniques.get(each, frozenset()) for each in seen))
        return sorted(techniques.get(kind, frozenset()) - visible)

    return blind


def _months(logs: list[_Log]) -> list[str]:
    """The months of an organisation's logs; a stretch of over two years without any is left out.

    One record with a broken clock (1601, 1970) would else add decades of empty months.
    """
    there = sorted({_ordinal(month) for log in logs for month in log.events})
    filled = set(there)
    for one, next_one in itertools.pairwise(there):
        if next_one - one <= _LONGEST_SILENCE_MONTHS:
            filled.update(range(one, next_one))
    return [f"{number // 12:04}-{number % 12 + 1:02}" for number in sorted(filled)]


def _ordinal(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:]) - 1


def _borders(month: str) -> tuple[datetime, datetime]:
    year, number = int(month[:4]), int(month[5:])
    begins = datetime(year, number, 1, tzinfo=UTC)
    return begins, begins + timedelta(days=calendar.monthrange(year, number)[1])


@cache
def _expected() -> dict[str, list[str]]:
    text = (
        resources.files("crossline.content").joinpath("detections/expected.toml").read_text("utf-8")
    )
    return tomllib.loads(text)
