"""One log of one host, and what a writer makes of records."""

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from crossline.scenario.formats import WRITERS
from crossline.scenario.record import LogSource, Record, Span, Value

START = datetime(2019, 2, 26, 2, 22, 31, 114_000, tzinfo=UTC)
LONG_AGO, FAR_AHEAD = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)

Written = Callable[..., tuple[str, list[int]]]


def log_source(kind: str, zone: int = 420, **settings: Value) -> LogSource:
    return LogSource(
        organisation="O1",
        host="bill01",
        fqdn="bill01.corp.aurotel.example",
        address="10.11.17.13",
        role="bill",
        format=kind,
        zone=zone,
        settings={name: (Span(LONG_AGO, FAR_AHEAD, value),) for name, value in settings.items()},
    )


def log_records(source: LogSource, *fields: dict[str, Value]) -> list[Record]:
    return [
        Record(source, START + timedelta(minutes=minute), each)
        for minute, each in enumerate(fields)
    ]


@pytest.fixture
def written() -> Written:
    """Text and locators of records of one kind of log, one a minute."""

    def write(
        kind: str, *fields: dict[str, Value], zone: int = 420, **settings: Value
    ) -> tuple[str, list[int]]:
        source, out = log_source(kind, zone, **settings), io.BytesIO()
        locators = list(WRITERS[kind](log_records(source, *fields), source, out))
        return out.getvalue().decode(), locators

    return write
