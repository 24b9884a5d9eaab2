"""Records to rows: the columns of one batch, grown record by record and handed to Arrow at once."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import pyarrow as pa

from crossline.events.documents import Unreadable, document_of
from crossline.events.flattening import Flattener
from crossline.events.problems import Problems
from crossline.events.read_settings import ReadSettings
from crossline.events.shapes import Plan, Plans, log_format
from crossline.events.subscribers import REASON, Pseudonym, Redactor, is_withheld, log_of
from crossline.events.times import Clock, Moment
from crossline.evidence import Parsed, Records, Source
from crossline.kernel.ids import row_id
from crossline.tables import TABLES

__all__ = ["Rows"]

_SCHEMA = TABLES["events"].schema
_DAY_US = 86_400 * 1_000_000
_MOST_RECORD_ID = 2**63 - 1
# What is kept of each record, in this order.
_GROWN = (
    "event_id", "locator", "position", "format", "host", "time_raw", "channel", "provider",
    "event_code", "record_id",
)  # fmt: skip
_FORMAT = _GROWN.index("format")
_SWEPT = ("host", "time_raw", "channel", "provider", "event_code")
_NOTHING: tuple[tuple[object, ...], ...] = ((),) * len(_GROWN)


class Rows:
    """The rows of one batch of one source."""

    def __init__(
        self, source: Source, settings: ReadSettings, clock: Clock, problems: Problems
    ) -> None:
        """Start without rows; what is wrong with records goes to `problems`."""
        self._source = source
        self._host = settings.host
        self._redactor = Redactor(settings.identities)
        self._clock = clock
        self._problems = problems
        self._flattener = Flattener()
        self._known_plans = Plans()
        self._rows: list[tuple[object, ...]] = []
        self._moments: list[Moment] = []
        self._plans: list[Plan] = []
        self._values: list[str | None] = []
        self._people: list[list[Pseudonym]] = []
        self.withheld = 0

    def __len__(self) -> int:
        """How many records were kept."""
        return len(self._rows)

    @property
    def fields(self) -> int:
        """How many fields the records have that were kept."""
        return len(self._values)

    def add(self, records: Records, start: int, stop: int, position: int, fingerprint: str) -> None:
        """Add records `start` to `stop` of a list; the first has that position in its file.

        `fingerprint` stands for the head of the file in the ids of records that have no name.
        A record that is no document is a problem of kind "record"; one without a usable time is
        kept, and a problem of kind "time".
        """
        texts, locators = records.texts[start:stop], records.locators[start:stop]
        if records.syntax == "parsed":
            whole = zip(texts, locators, records.parsed[start:stop], strict=True)
            for place, (text, line, parsed) in enumerate(whole, position):
                self._append(text, line, place, fingerprint, parsed)
            return
        for place, (text, line) in enumerate(zip(texts, locators, strict=True), position):
            try:
                parsed = Parsed("", *self._flattener.flat(document_of(text, records.syntax)))
            except Unreadable as error:
                self._problems.add("record", line, str(error), 1, place)
            except RecursionError:
                self._problems.add("record", line, "nested too deeply", 1, place)
            else:
                self._append(text, line, place, fingerprint, parsed)

    def _append(
        self, text: bytes, line: int, position: int, fingerprint: str, parsed: Parsed
    ) -> None:
        shape, paths, values, note = parsed
        plan = self._known_plans.plan_for(paths, shape)
        values.append(None)  # what columns take that the record does not fill
        host, channel, provider, code, number, written = plan.columns(values)
        record_id = _record_id(number) if plan.windows else None
        locator = line if record_id is None else record_id
        is_named = record_id is not None and host and channel
        kind = log_format(channel, plan.format)
        if plan.empty and None in values[:-1]:
            _fill_empty(plan, values)
        fields = [*plan.values(values)]
        if is_withheld(kind, plan.names, fields):
            self._problems.gather("withheld", locator, REASON, position)
            self.withheld += 1
            return
        if note:
            self._problems.gather("incomplete", locator, note, position)
        people = self._redactor.record(
            kind, plan.names, fields,
            lambda reason: self._problems.gather("incomplete", locator, reason, position),
        )  # fmt: skip
        own = self._redactor.named(text)
        named = (own,) if is_named else (fingerprint, str(position), own)
        identity = (self._source.organisation, *named)
        self._rows.append(
            (
                row_id("ev", identity), locator, position, kind,
                host or self._host, written, channel, provider, code, record_id,
            )
        )  # fmt: skip
        proofs = [(values[here], values[there]) for here, there in plan.proofs]
        self._moments.append(self._clock.moment(written, proofs, plan.is_utc))
        self._plans.append(plan)
        self._values += fields
        self._people.append(people)

    def batch(self) -> pa.RecordBatch:
        """The rows, with the schema of `events`; to be called once."""
        source, rows = self._source, len(self)
        same = {
            "organisation": source.organisation,
            "evidence_path": source.path,
            "member": source.member,
            "source_id": source.source_id,
        }
        self._sweep()
        moments = self._clock.settled(self._moments)
        for (_, locator, position, *_), moment in zip(self._rows, moments, strict=True):
            if moment.complaint:
                reason = self._redactor.text(moment.complaint)
                self._problems.gather("time", locator, reason, position)  # type: ignore[arg-type]
        grown: dict[str, Sequence[object]] = {
            "month": [_month(moment.micros) for moment in moments],
            "time": [moment.micros for moment in moments],
            "time_uncertainty_s": [moment.uncertainty_s for moment in moments],
            "time_basis": [moment.basis for moment in moments],
            "subscribers": [[pseudonym for _, pseudonym in each] for each in self._people],
            "subscriber_kinds": [[kind for kind, _ in each] for each in self._people],
            **dict(zip(_GROWN, zip(*self._rows, strict=True) if rows else _NOTHING, strict=True)),
        }
        for name in _SWEPT:
            grown[name] = self._swept(grown[name])
        arrays = {"fields": self._fields()}
        for field in _SCHEMA:
            if field.name in same:
                arrays[field.name] = pa.repeat(pa.scalar(same[field.name], field.type), rows)
            elif field.name in grown:
                arrays[field.name] = pa.array(grown[field.name], field.type)
        return pa.RecordBatch.from_arrays([arrays[name] for name in _SCHEMA.names], schema=_SCHEMA)

    def _sweep(self) -> None:
        """Replace identities that stand in no place of their own; then each once for its row."""
        ends = np.cumsum([len(plan.names) for plan in self._plans])
        telecom = next((kind for row in self._rows if log_of(kind := str(row[_FORMAT]))), "")
        for value, pseudonym in self._redactor.sweep(self._values, telecom):
            self._people[int(np.searchsorted(ends, value, side="right"))].append(pseudonym)
        self._people = [[*dict.fromkeys(each)] for each in self._people]

    def _swept(self, column: Sequence[object]) -> Sequence[object]:
        """A column of texts without identities; its different texts are few."""
        texts = sorted({text for text in column if isinstance(text, str)})
        clean: list[str | None] = [*texts]
        if not self._redactor.sweep(clean):
            return column
        instead: dict[object, object] = dict(zip(texts, clean, strict=True))
        return [instead.get(text) for text in column]

    def _fields(self) -> pa.MapArray:
        # The names of millions of fields are few: they are taken by number, not made from text.
        names: dict[str, int] = {}
        codes = {
            plan: np.array([names.setdefault(name, len(names)) for name in plan.names], np.int32)
            for plan in dict.fromkeys(self._plans)
        }
        of_rows = [codes[plan] for plan in self._plans]
        offsets = np.zeros(len(of_rows) + 1, np.int32)
        np.cumsum([len(each) for each in of_rows], out=offsets[1:])
        every = np.concatenate(of_rows) if of_rows else np.zeros(0, np.int32)
        keys = pa.array(self._swept(list(names)), pa.string()).take(pa.array(every))
        return pa.MapArray.from_arrays(offsets, keys, pa.array(self._values, pa.string()))


def _fill_empty(plan: Plan, values: list[str | None]) -> None:
    for place in plan.empty:
        if values[place] is None:
            values[place] = ""


def _record_id(text: str | None) -> int | None:
    if text is None or not text.isdecimal() or len(text) > 19:
        return None
    number = int(text)
    return number if number <= _MOST_RECORD_ID else None


def _month(micros: int | None) -> str:
    return "unknown" if micros is None else _month_of_day(micros // _DAY_US)


@lru_cache(maxsize=4096)
def _month_of_day(day: int) -> str:
    date = np.datetime64(day, "D")
    return str(date.astype("datetime64[M]"))
