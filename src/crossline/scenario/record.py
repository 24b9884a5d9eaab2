"""What the plot, the look-alikes and the noise hand to the writers of log formats.

The engine decides what is logged, when, and with which losses; a writer decides only how one
record of its format looks on disk. A writer is a module `scenario/formats/<format>.py` with

    write(records, source, out) -> Iterator[int]

that writes the records in the order given and yields for each, once it is written, its locator:
the line from 1 of text formats (first line for records over several lines), `EventRecordID` of
Windows events, the block from 1 of RADIUS detail files. Everything a record leaves open, the
writer fills in from a hash of the record, so that the same record has the same bytes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

__all__ = ["LogSource", "Record", "Span", "Truth", "Value"]

Value = str | int | float | bool | tuple[str, ...]
"""One field of a record; numbers are written as the format writes numbers."""


class Span(NamedTuple):
    """A setting of a log during a time: from `start` until before `end` (UTC)."""

    start: datetime
    end: datetime
    value: Value


@dataclass(frozen=True, slots=True)
class LogSource:
    """One log of one host, written to one file series.

    Attributes:
        organisation: label of the organisation in the case.
        host: the host's name in the case (a renamed host: its first name).
        fqdn: the name with its domain, as Windows writes it in Computer.
        address: the host's own address.
        role: the host's role, such as `dc` or `bill`.
        format: the kind of log, such as `winsec`.
        zone: minutes that local time is ahead of UTC; formats in local time write this.
        seed: what the writer's own fillers are hashed with.
        settings: what the log does otherwise than usual, by name, as spans of time. Names:
            `no_year`, `no_zone`, `no_statement`, `max_bytes` (lines are cut), `hidden_parameters`,
            `header_zone` (minutes; RADIUS block headers only), `computer` (the name after a host
            was renamed), `no_commands` (no `session.command`), `old_build` (fewer columns).
    """

    organisation: str
    host: str
    fqdn: str
    address: str
    role: str
    format: str
    zone: int
    seed: int = 0
    settings: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)

    def setting(self, name: str, when: datetime) -> Value | None:
        """The value of a setting at a time (UTC); None where nothing is set."""
        for span in self.settings.get(name, ()):
            if span.start <= when < span.end:
                return span.value
        return None


class Truth(NamedTuple):
    """Why a record exists: an intruder's step or a look-alike (noise has no truth).

    `uid` is the record's own name in the truth; `asked` names the watched subscribers it is about,
    `shows` the kind of identity by which it names them (`bound ...`: in a parameter).
    """

    uid: str
    label: str
    actor: str = ""
    intrusion: str = ""
    step: str = ""
    play: str = ""
    techniques: tuple[str, ...] = ()
    lookalike: str = ""
    asked: tuple[str, ...] = ()
    shows: str = ""


class Record(NamedTuple):
    """One record of a log.

    Attributes:
        source: the log that it stands in.
        time: the instant as the log has it (UTC; a wrong clock is already in it).
        fields: by the format's own names. Windows: `EventID`, `EventRecordID` and the data fields;
            linux_auth: `program`, `pid`, `msg`; iis: `cs-method`, `cs-uri-stem` and so on;
            identities are already spelled in the operator's form.
        truth: why it exists; None: noise.
    """

    source: LogSource
    time: datetime
    fields: Mapping[str, Value]
    truth: Truth | None = None
