"""From tables to the page: which rows stand where, and every figure counted from its table."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

import crossline
from crossline.report.catalogue import paged_tables, rarest_detections
from crossline.report.claims import MOST_CLAIMS, claim_order, claims
from crossline.report.facts import Facts
from crossline.report.manifest import settings_fingerprint
from crossline.report.page import Action, Masthead, Number, Page, Section, Story
from crossline.report.pictures.calendar import calendar
from crossline.report.pictures.heat_map import heat_map
from crossline.report.pictures.timeline import Activity, Timeline, timeline
from crossline.report.records import read_records
from crossline.report.stories import FoldedStep, folded_steps, labels, ordered_intrusions, stories
from crossline.report.telling import telling_rows
from crossline.report.window import Window
from crossline.report.wording import clipped, counted, day, plain

__all__ = ["as_of", "assemble"]

SECTIONS = (
    (1, "key-judgements", "Key judgements", ""),
    (2, "decision-makers", "For decision makers", ""),
    (3, "seen", "Seen and not seen", ""),
    (4, "clusters", "Clusters", "clusters pair_weights"),
    (5, "intrusions", "Intrusions", ""),
    (6, "way-in", "Way in", "entries supplier_paths"),
    (7, "crown-jewels", "Crown jewels", "reach"),
    (8, "watched", "Who was watched", "exposure exposed_sets"),
    (9, "adaptation", "Adaptation", "adaptation"),
    (10, "attribution", "Attribution", "attributions"),
    (11, "coordination", "Coordination", "coordination coordination_evidence"),
    (12, "access", "What the access allowed", "interference"),
    (13, "next", "Next: collect, hunt, contain", ""),
    (14, "detections", "Detections", ""),
    (15, "indicators", "Hosts and accounts", ""),
    (16, "method", "Method and limits", ""),
)
_ORDER_OF_KINDS = ("contain", "collect", "hunt", "tell")


def as_of(facts: Facts) -> str:
    """The date of the report: the setting, else the day of the last record."""
    return facts.case.settings.case.as_of or day(_logs(facts)[1])


def _logs(facts: Facts) -> tuple[datetime | None, datetime | None]:
    """The first and the last time of the logs, as far as the window goes."""
    first = pc.min(facts.sources["first_time"]).as_py()
    last = pc.max(facts.sources["last_time"]).as_py()
    if facts.window is None or first is None or last is None:
        return first, last
    return max(first, facts.window[0]), min(last, facts.window[1])


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
    return Page(
        masthead=_masthead(facts),
        sections=tuple(_sections(facts)),
        claims=claims(facts, rows, quoted, records),
        claims_left_out=max(0, len(rows) - MOST_CLAIMS),
        numbers=tuple(_numbers(facts)),
        actions=_actions(facts),
        unknown=tuple(_unknown(facts)),
        calendar=calendar(facts.coverage, facts.names, facts.window),
        timeline=_timeline(facts, narrated, folded),
        stories=narrated,
        heat_map=heat_map(facts.detections, facts.steps, facts.rules),
        tables=paged_tables(facts, embedded, records),
        records=records,
        records_left_out=records.left_out,
        suppressed=facts.suppressed,
        labels=labels(facts),
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


def _masthead(facts: Facts) -> Masthead:
    settings = facts.case.settings.case
    total = {
        name: pc.sum(facts.sources[name]).as_py() or 0
        for name in ("read", "kept", "rejected", "withheld")
    }
    return Masthead(
        title=plain(facts.case.name),
        deck=plain(settings.summary) or _deck(facts),
        tlp=settings.tlp,
        as_of=as_of(facts),
        logs_from=day(_logs(facts)[0]),
        logs_to=day(_logs(facts)[1]),
        version=crossline.__version__,
        fingerprint=settings_fingerprint(facts.case.settings)[:12],
        files=len(facts.sources),
        **total,
    )


def _deck(facts: Facts) -> str:
    if not len(facts.sources):
        return "No evidence was read."
    kept = pc.sum(facts.sources["kept"]).as_py() or 0
    where = counted(len(set(facts.sources["organisation"].to_pylist())), "organisation")
    return (
        f"{counted(kept, 'record')} of {where}: what was detected, which intrusions it was, and "
        "what could not be seen."
    )


def _sections(facts: Facts) -> Iterator[Section]:
    for number, anchor, title, made_from in SECTIONS:
        tables = made_from.split()
        missing = tuple(tables) if tables and facts.not_assessed.issuperset(tables) else ()
        yield Section(number, anchor, title, missing)


def _numbers(facts: Facts) -> Iterator[Number]:
    """Five figures, each counted from its table."""
    rows = facts.intrusions
    total = len(set(facts.sources["organisation"].to_pylist()))
    hit = len(set(rows["organisation"].to_pylist()))
    yield Number(f"{hit:,}", f"of {total:,}", "organisations with an intrusion")
    hosts = {(row["organisation"], host) for row in rows.to_pylist() for host in row["hosts"] or ()}
    known = facts.coverage.group_by(["organisation", "host"]).aggregate([]).num_rows
    yield Number(
        f"{len(hosts):,}", f"of {max(known, len(hosts)):,}", "hosts with signs of an intrusion"
    )
    yield _span(rows)
    still = pc.sum(pc.equal(rows["status"], "open")).as_py() or 0
    unknown = pc.sum(pc.equal(rows["status"], "unknown")).as_py() or 0
    yield Number(
        f"{still:,}", f"of {len(rows):,}",
        f"intrusions open at the end of the logs; of {unknown:,} it cannot be told",
    )  # fmt: skip
    yield _blind(facts)


def _span(intrusions: pa.Table) -> Number:
    first, last = pc.min(intrusions["first_seen"]).as_py(), pc.max(intrusions["last_seen"]).as_py()
    if first is None or last is None:
        return Number("–", "days", "from first to last sign: no intrusion")
    span: timedelta = last - first
    days = f"from the first sign ({day(first)}) to the last ({day(last)})"
    if span < timedelta(days=2):
        minutes = int(span.total_seconds() // 60)
        hours = minutes >= 120
        return Number(
            f"{minutes // 60 if hours else minutes:,}", "hours" if hours else "minutes", days
        )
    return Number(f"{span.days:,}", "days", days)


def _blind(facts: Facts) -> Number:
    full = pc.sum(pc.equal(facts.coverage["state"], "seen")).as_py() or 0
    total = len(facts.coverage)
    share = f"{round(100 * (total - full) / total)}" if total else "–"
    meaning = f"of host-months without a full log ({total - full:,} of {total:,})"
    return Number(share, "%", meaning)


def _actions(facts: Facts) -> tuple[Action, ...]:
    rows = sorted(
        facts.actions.to_pylist(),
        key=lambda row: (_ORDER_OF_KINDS.index(row["kind"]), row["target"], row["action_id"]),
    )
    return tuple(
        Action(
            row["action_id"],
            row["kind"],
            plain(row["target"]),
            plain(row["reason"]),
            tuple(plain(each) for each in row["separates"] or ()),
        )
        for row in rows
    )


def _unknown(facts: Facts) -> Iterator[str]:
    """What the report cannot say, each with its reason."""
    for number, _, title, tables in SECTIONS:
        if tables and facts.not_assessed.issuperset(tables.split()):
            yield f"{title} (section {number}): not assessed."


def _timeline(
    facts: Facts, narrated: tuple[Story, ...], folded: dict[str, list[FoldedStep]]
) -> Timeline:
    held = {facts.name(each): span for each in facts.organisations if (span := _held(facts, each))}
    activities = [*_story_activities(facts, narrated, folded), *_alone(facts)]
    return timeline(activities, held, _timeline_reading(facts, narrated))


def _held(facts: Facts, organisation: str) -> Window | None:
    rows = facts.sources.filter(pc.equal(facts.sources["organisation"], organisation))
    first, last = pc.min(rows["first_time"]).as_py(), pc.max(rows["last_time"]).as_py()
    if first is None or last is None or facts.window is None:
        return None
    start, end = facts.window
    return min(max(first, start), end), max(min(last, end), start)


def _drawn(facts: Facts, times: Iterable[object]) -> list[datetime]:
    """The times that lie within the window."""
    if facts.window is None:
        return []
    start, end = facts.window
    return [time for time in times if isinstance(time, datetime) and start <= time < end]


def _story_activities(
    facts: Facts, narrated: tuple[Story, ...], folded: dict[str, list[FoldedStep]]
) -> Iterator[Activity]:
    organisation = {
        str(row["intrusion_id"]): facts.name(str(row["organisation"]))
        for row in ordered_intrusions(facts)
    }
    for story in narrated:
        steps = folded.get(story.intrusion_id, [])
        times = _drawn(facts, (row["time"] for step in steps for row in step))
        yield Activity(
            organisation[story.intrusion_id],
            f"{story.label} {clipped(story.title, 24)}",
            story.intrusion_id,
            times,
            story.status == "open",
        )


def _alone(facts: Facts) -> Iterator[Activity]:
    """Detections that no story holds, for each organisation."""
    held = pa.concat_arrays(
        [table["rests_on"].combine_chunks().flatten() for table in (facts.intrusions, facts.steps)]
    ).cast(pa.string())
    rows = facts.detections.filter(pc.invert(pc.is_in(facts.detections["detection_id"], held)))
    for each in facts.organisations:
        mine = rows.filter(pc.equal(rows["organisation"], each))
        times = _drawn(facts, mine["time"].to_pylist())
        if len(mine):
            yield Activity(facts.name(each), "detections that stand alone", "", times)


def _timeline_reading(facts: Facts, narrated: tuple[Story, ...]) -> str:
    if not narrated:
        return "No detections join into an intrusion."
    spans = [
        (row["last_seen"] - row["first_seen"], -n)
        for n, row in enumerate(ordered_intrusions(facts))
        if isinstance(row["last_seen"], datetime) and isinstance(row["first_seen"], datetime)
    ]
    if not spans:
        return f"{counted(len(narrated), 'intrusion')}, none with a time."
    story = narrated[-max(spans)[1]]
    where = counted(len({each.organisation for each in narrated}), "organisation")
    return (
        f"{counted(len(narrated), 'intrusion')} at {where}; the longest, {story.label} at "
        f"{clipped(story.organisation, 60)}, lasts {story.lasted}."
    )
