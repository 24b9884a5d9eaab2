"""What a case says of reading one source: its times, its host, and whose numbers it may hold."""

from dataclasses import dataclass, field

from crossline.events.subscribers import Identities

__all__ = ["ReadSettings"]


@dataclass(frozen=True, slots=True)
class ReadSettings:
    """What the settings and side tables say of one source.

    `time_zone` (IANA name or ±hh:mm) is for times that state no offset; `zone_is_stated` tells
    whether it was said of this source or is the general one, `zone_is_of_organisation` whether it
    was said of its organisation. `clock_correction_s` is added to every time. `year` is the year of
    the first record whose time states none, `year_in_name` the year and month (0: none) that the
    file's name holds. `host` is the host of records that name none. `identities` turns subscribers
    into pseudonyms.
    """

    time_zone: str = "UTC"
    zone_is_stated: bool = False
    zone_is_of_organisation: bool = False
    clock_correction_s: float = 0.0
    year: int | None = None
    year_in_name: tuple[int, int] | None = None
    host: str | None = None
    identities: Identities = field(default_factory=Identities)
