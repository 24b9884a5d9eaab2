"""From tables to the page: which rows stand where."""

from collections.abc import Iterator

import pyarrow as pa

from crossline.report.catalogue import paged_tables, rarest_detections, rows_of
from crossline.report.claims import MOST_CLAIMS, claim_order, claims
from crossline.report.facts import Facts
from crossline.report.lanes import timeline_of
from crossline.report.meaning import meaning
from crossline.report.page import Page
from crossline.report.pictures.calendar import calendar
from crossline.report.pictures.heat_map import heat_map
from crossline.report.records import read_records
from crossline.report.sections import sections, unknown
from crossline.report.stories import FoldedStep, folded_steps, labels, stories
from crossline.report.summary import actions, masthead, numbers
from crossline.report.telling import telling_rows

__all__ = ["assemble"]


def assemble(facts: Facts) -> Page:
    """Make the page of one case."""
    settings = facts.case.settings.report
    embedded = rarest_detections(facts, settings.max_detections)
    rows, folded = claim_order(facts), folded_steps(facts)
    quoted = {
        str(row["judgement_id"]): telling_rows(facts, [str(each) for each in row["rests_on"]])  # type: ignore[attr-defined]
        for row in rows[:MOST_CLAIMS]
    }
    told = [row_id for each in quoted.values() for row_id, _ in each]
    records = read_records(
        facts,
        _wanted(told, folded, embedded),
        settings.max_records,
        settings.max_record_megabytes * 1_000_000,
    )
    narrated = stories(facts, folded, records)
    order = tuple(sections(facts))
    called = labels(facts)
    meant = meaning(facts, called, facts.window)
    return Page(
        masthead=masthead(facts),
        sections=order,
        claims=claims(facts, rows, quoted, records),
        claims_left_out=max(0, len(rows) - MOST_CLAIMS),
        numbers=tuple(numbers(facts)),
        actions=actions(facts),
        unknown=tuple(unknown(facts)),
        calendar=calendar(facts.coverage, facts.names, facts.window),
        timeline=timeline_of(facts, narrated, folded),
        stories=narrated,
        heat_map=heat_map(facts.detections, facts.steps, facts.rules),
        meaning=meant,
        tables=paged_tables(facts, embedded, records)
        | {name: rows_of(facts, name) for each in order for name in each.tables}
        | ({"watched": meant.watched.table} if meant.watched.table else {}),
        records=records,
        records_left_out=records.left_out,
        suppressed=facts.suppressed,
        labels=called,
    )


def _wanted(
    told: list[str], folded: dict[str, list[FoldedStep]], detections: pa.Table
) -> Iterator[str]:
    """Events by weight: those quoted, those of stories, those of the rarest detections."""
    yield from (each for each in told if each.startswith("ev_"))
    for steps in folded.values():
        yield from (str(step[0]["event_id"]) for step in steps)
    for steps in folded.values():
        yield from (str(row["event_id"]) for step in steps for row in step)
    for each in detections["rests_on"].to_pylist():
        yield from each or ()
