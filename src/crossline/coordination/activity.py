"""What the evidence of coordination is computed from: two clusters and what surrounds them.

The benchmark's cases and the case's own tables are both brought into these shapes, so that there
is one set of evidence functions for both.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Activity", "Item", "Pair", "Surroundings"]


@dataclass(frozen=True, slots=True)
class Activity:
    """What one cluster did. Days are whole numbers from one origin, ascending.

    `watched` gives each pseudonym the first day it was asked for; `hosts` and `accounts` give
    each the days of use; `hours` counts activity by hour of the day in one zone (24 numbers).
    """

    organisations: frozenset[str] = frozenset()
    watched: Mapping[str, int] = field(default_factory=dict)
    hosts: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    accounts: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    builds: frozenset[str] = frozenset()
    infrastructure: frozenset[str] = frozenset()
    days: tuple[int, ...] = ()
    hours: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What both clusters moved in: other clusters, and what is common to all.

    `host_kind`, `account_kind` and `person_kind` name the strata within which a null model draws;
    `home` gives the organisation of a host or account; `seen` the share of an organisation's
    events that is logged. `public_days` are holidays and days of public reports.
    """

    others: tuple[Activity, ...] = ()
    seen: Mapping[str, float] = field(default_factory=dict)
    home: Mapping[str, str] = field(default_factory=dict)
    host_kind: Mapping[str, str] = field(default_factory=dict)
    account_kind: Mapping[str, str] = field(default_factory=dict)
    person_kind: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    holidays: frozenset[int] = frozenset()
    public_reports: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Pair:
    """Two clusters to be compared. No evidence function depends on which is called `x`."""

    x: Activity
    y: Activity
    around: Surroundings

    @property
    def shared_organisations(self) -> frozenset[str]:
        """Organisations in which both were active."""
        return self.x.organisations & self.y.organisations

    @property
    def seen(self) -> float:
        """Mean share of events logged where both were active; 1 where nothing is told."""
        shares = [self.around.seen.get(each, 1.0) for each in sorted(self.shared_organisations)]
        return sum(shares) / len(shares) if shares else 1.0


@dataclass(frozen=True, slots=True)
class Item:
    """One item of evidence.

    Attributes:
        name: The item, as in `coordination_evidence.item`.
        measures: Numbers that the fitted weights speak of; empty where nothing could be seen.
        p_value: Probability under the null model of a value at least as far from it.
        null_model: What the null model holds fixed and what it varies.
        says: One sentence with the counts.
        values: The hosts, accounts, pseudonyms, builds or addresses it rests on.
        direction: Above 0, `y` follows `x`; below 0, `x` follows `y`.
    """

    name: str
    measures: Mapping[str, float]
    p_value: float | None
    null_model: str
    says: str
    values: tuple[str, ...] = ()
    direction: float = 0.0
