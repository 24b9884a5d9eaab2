"""Rows of the result tables as far as the exports look at them, typed."""

from datetime import datetime
from typing import TypeVar

import msgspec
import pyarrow as pa

__all__ = ["EventRow", "IntrusionRow", "JudgementRow", "StepRow", "typed"]


class EventRow(msgspec.Struct, frozen=True):
    """Columns of `events`."""

    event_id: str
    source_id: str
    evidence_path: str | None
    member: str | None
    locator: int | None
    host: str | None
    time: datetime | None
    time_uncertainty_s: float | None
    time_basis: str | None
    channel: str | None
    provider: str | None
    event_code: str | None
    record_id: int | None
    fields: tuple[tuple[str, str | None], ...]


class IntrusionRow(msgspec.Struct, frozen=True):
    """Columns of `intrusions`."""

    intrusion_id: str
    organisation: str
    first_seen: datetime | None
    last_seen: datetime | None
    status: str | None
    probability: float | None
    confidence: str | None
    title: str | None
    score_bits: float | None
    hosts: tuple[str, ...] | None


class StepRow(msgspec.Struct, frozen=True):
    """Columns of `intrusion_events`."""

    intrusion_id: str
    event_id: str
    role: str
    technique: str | None
    host: str | None
    account: str | None
    link_bits: float | None
    time: datetime | None
    step: str | None
    rests_on: tuple[str, ...]


class JudgementRow(msgspec.Struct, frozen=True):
    """Columns of `judgements`."""

    judgement_id: str
    question: str
    sentence: str
    likelihood: str | None
    probability: float | None
    low: float | None
    high: float | None
    confidence: str | None
    rivals: tuple[str, ...] | None
    against: tuple[str, ...] | None
    would_change: tuple[str, ...] | None
    rests_on: tuple[str, ...]


_Row = TypeVar("_Row", bound=msgspec.Struct)


def typed(table: pa.Table, kind: type[_Row]) -> list[_Row]:
    """The rows of a table as structs; columns that the struct does not name are left out."""
    names = list(kind.__struct_fields__)
    return msgspec.convert(table.select(names).to_pylist(), list[kind])  # type: ignore[valid-type]
