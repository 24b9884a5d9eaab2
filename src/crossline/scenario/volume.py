"""How much of daily life is written: on which days, and how many records each log gets."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from crossline.scenario.content import table
from crossline.scenario.days import LAST_DAY, day_of, is_holiday, moment
from crossline.scenario.dice import stream
from crossline.scenario.estate import Host
from crossline.scenario.losses import Losses
from crossline.scenario.scene import Scene
from crossline.scenario.timing import starts

__all__ = ["Volume", "rate"]

_SATURDAY = 5
_NOON = 43200
_THOUSAND = 1000


def rate(host: Host, log: str, subscribers: int) -> float:
    """Records a day of one log at full size.

    Args:
        host: whose log.
        log: the kind of log.
        subscribers: how many its operator has.
    """
    rates = table("rates")
    per_host = rates["per_host"].get(log, {})
    scaled = rates["per_thousand"].get(log, {}).get(host.role, 0) * subscribers / _THOUSAND
    return float(per_host.get(host.role, per_host.get("any", 0)) + scaled)


@dataclass(frozen=True)
class Volume:
    """The noise of a scene: one factor brings it to what the profile expects in all.

    Attributes:
        scene: the world.
        losses: what the logs lack; nothing is made that no log would keep.
        others: how many records there are that are no noise.
    """

    scene: Scene
    losses: Losses
    others: int

    @cached_property
    def lively(self) -> Mapping[str, frozenset[int]]:
        """The days on which an organisation's daily life is written, by its id."""
        return lively_days(self.scene)

    def count(self, host: Host, log: str, day: int) -> int:
        """How many records of daily life a log gets on a local day."""
        if day not in self.lively[host.organisation.id] or not self._kept(host, log, day):
            return 0
        expected = self._shares.get((host.id, log), 0) * self._activity(host, day) * self.factor
        return int(expected + stream(self.scene.seed, "count", host.id, log, day).random())

    @cached_property
    def factor(self) -> float:
        """What brings the noise to the middle of the records that the profile expects."""
        least, most = table("profiles")[self.scene.profile]["events"]
        wanted = (least + most) / 2 - self.others
        plain = sum(
            share * self._activity(host, day)
            for (name, log), share in self._shares.items()
            for host in [self.scene.estate.hosts[name]]
            for day in self.lively[host.organisation.id]
            if self._kept(host, log, day)
        )
        return max(wanted, 0) / plain if plain else 0.0

    @cached_property
    def _shares(self) -> Mapping[tuple[str, str], float]:
        scale = table("profiles")[self.scene.profile]["noise_scale"]
        count = table("profiles")[self.scene.profile]["subscribers_per_operator"]
        found = {
            (host.id, log): rate(host, log, count) * scale
            for host in self.scene.estate.hosts.values()
            for log in host.logs
        }
        return {key: share for key, share in found.items() if share}

    def _activity(self, host: Host, day: int) -> float:
        factors = table("rates")["factors"]
        country = host.organisation.country.id
        if is_holiday(day, "public", country, self.scene.seed):
            return float(factors["holiday"])
        return float(factors["weekend"]) if moment(day).weekday() >= _SATURDAY else 1.0

    def _kept(self, host: Host, log: str, day: int) -> bool:
        noon = moment(day, _NOON, host.organisation.zone)
        return not self.losses.lost_to(host, log, noon)


def lively_days(scene: Scene) -> Mapping[str, frozenset[int]]:
    """The days of daily life by organisation: each n-th, and around the steps there."""
    profile = table("profiles")[scene.profile]
    regular = set(range(0, LAST_DAY + 1, profile["every"]))
    days = {org: set(regular) for org in scene.estate.organisations}
    if profile["around_steps"]:
        begins = starts(scene)
        for step in scene.steps:
            org = step.organisation
            day = day_of(begins[step.id], scene.estate.organisations[org].zone)
            days[org] |= {day - 1, day, day + 1}
    return {org: frozenset(days[org] & set(range(LAST_DAY + 1))) for org in days}
