"""What stands on the page, as plain values: made from tables, drawn by the templates.

Nothing here knows of HTML or Markdown; both are drawn from one `Page`.
"""

from dataclasses import dataclass, field

from crossline.report.meaning import Meaning
from crossline.report.paged import PagedTable
from crossline.report.pictures.calendar import Calendar
from crossline.report.pictures.heat_map import HeatMap
from crossline.report.pictures.hosts import HostStrip
from crossline.report.pictures.timeline import Timeline

__all__ = [
    "Action",
    "Chip",
    "Claim",
    "Masthead",
    "Number",
    "Page",
    "Record",
    "Section",
    "StepLine",
    "Story",
]


@dataclass(frozen=True, slots=True)
class Chip:
    """A piece of evidence as it is quoted: the id it opens, where it stands, rule and time."""

    row_id: str
    place: str
    rule: str = ""
    time: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """A key judgement: number, question, sentence, what stands for and against it, and its chips.

    `chips` are the most telling of its rows; `rows` counts these in words, `rows_at` is the
    fragment at which the page shows them.
    """

    claim_id: str
    number: str
    question: str
    sentence: str
    likelihood: str
    confidence: str
    rivals: tuple[str, ...]
    against: tuple[str, ...]
    would_change: tuple[str, ...]
    chips: tuple[Chip, ...]
    rows: str
    rows_at: str
    rests_on: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Number:
    """A figure for decision makers: value, unit, what it counts."""

    value: str
    unit: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Action:
    """What to do next, as the table `actions` has it."""

    action_id: str
    kind: str
    target: str
    reason: str
    separates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step of a story: like acts on one host folded into one line with a count."""

    first: str
    last: str
    count: int
    host: str
    account: str
    technique: str
    technique_name: str
    text: str
    rules: tuple[tuple[str, str], ...]
    role: str
    reason: str
    bits: float | None
    chip: Chip


@dataclass(frozen=True, slots=True)
class Story:
    """One intrusion: its label on this page, its id, and what happened."""

    label: str
    intrusion_id: str
    organisation: str
    title: str
    status: str
    first: str
    last: str
    lasted: str
    score_bits: float
    confidence: str
    hosts: tuple[str, ...]
    accounts: tuple[str, ...]
    techniques: tuple[str, ...]
    events: int
    detected: int
    steps: tuple[StepLine, ...]
    kinds_of_step: int
    strip: HostStrip


@dataclass(frozen=True, slots=True)
class Record:
    """One event as the drawer shows it."""

    event_id: str
    organisation: str
    file: str
    member: str
    locator: str
    position: int
    source_id: str
    sha256: str
    format: str
    host: str
    time: str
    uncertainty: str
    basis: str
    time_raw: str
    channel: str
    provider: str
    event_code: str
    fields: tuple[tuple[str, str], ...]
    also_at: str
    stories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A section: its title, tables not written that it would need, and tables that are there."""

    number: int
    anchor: str
    title: str
    missing: tuple[str, ...]
    tables: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Masthead:
    """The head of the page."""

    title: str
    deck: str
    tlp: str
    as_of: str
    logs_from: str
    logs_to: str
    version: str
    fingerprint: str
    files: int
    read: int
    kept: int
    rejected: int
    withheld: int


@dataclass(frozen=True, slots=True)
class Page:
    """The whole report."""

    masthead: Masthead
    sections: tuple[Section, ...]
    claims: tuple[Claim, ...]
    claims_left_out: int
    numbers: tuple[Number, ...]
    actions: tuple[Action, ...]
    unknown: tuple[str, ...]
    calendar: Calendar
    timeline: Timeline
    stories: tuple[Story, ...]
    heat_map: HeatMap
    meaning: Meaning
    tables: dict[str, PagedTable]
    records: dict[str, Record]
    records_left_out: int
    suppressed: int
    labels: dict[str, str] = field(default_factory=dict)
